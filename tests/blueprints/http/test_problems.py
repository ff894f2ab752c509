"""Problem documents: the standard members are ours alone, and writing one never fails."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from blueprints.http.problems import MEDIA_TYPE, fault, problem, refused
from marketplace.kernel.database import session
from marketplace.kernel.errors import Conflict, Throttled, Unauthenticated

STANDARD = ("type", "title", "status", "code", "detail")
SOME_ID = UUID(int=7)


class Shifted(Conflict):
    code = "shifted"


@pytest.fixture
def written(application):
    """The document that a refusal becomes."""

    def write(refusal):
        with application.test_request_context():
            response = refused(refusal)
        assert response.content_type == MEDIA_TYPE
        return json.loads(response.get_data())

    return write


def test_a_refusal_becomes_the_standard_members_and_its_details(written):
    document = written(Shifted("The day has moved; look again.", day="2027-03-01", order=SOME_ID))
    assert document == {
        "type": "/problems/shifted",
        "title": "Conflict",
        "status": 409,
        "code": "shifted",
        "detail": "The day has moved; look again.",
        "day": "2027-03-01",
        "order": str(SOME_ID),
    }


def test_a_detail_never_replaces_a_standard_member(written):
    plain = written(Shifted("Look again."))
    claims = dict.fromkeys(STANDARD, "overwritten")
    assert written(Shifted("Look again.", **claims, left=3)) == plain | {"left": 3}


@pytest.mark.parametrize("name", ["self", "message", "headers", "members", "refusal"])
def test_a_detail_may_bear_any_other_name(written, name):
    assert written(Shifted("Look again.", **{name: 1}))[name] == 1


@pytest.mark.parametrize("odd", [{"a set"}, object(), b"\xff", Shifted("x"), "\ud800", 2**80])
def test_a_detail_that_json_does_not_know_is_written_as_text(written, odd):
    assert written(Shifted("Look again.", odd=odd))["odd"] == (odd if isinstance(odd, str | int) else str(odd))


@pytest.mark.parametrize(
    ("told", "reads"),
    [
        (date(2026, 12, 12), "2026-12-12"),
        ([date(2026, 12, 12), date(2026, 12, 13)], ["2026-12-12", "2026-12-13"]),
        (datetime(2026, 12, 12, 9, 30, tzinfo=UTC), "2026-12-12T09:30:00.000Z"),
        (datetime(2026, 12, 12, 9, 30, tzinfo=timezone(timedelta(hours=8))), "2026-12-12T01:30:00.000Z"),
        (None, None),
    ],
)
def test_days_and_instants_are_written_as_everywhere_else(written, told, reads):
    assert written(Shifted("Look again.", told=told))["told"] == reads


def test_headers_follow_from_the_kind_of_refusal(application):
    with application.test_request_context():
        assert refused(Throttled("Slowly.", retry_after_s=7)).headers["Retry-After"] == "7"
        assert refused(Unauthenticated("Who?")).headers["WWW-Authenticate"] == "Bearer"
        assert problem(405, "method_not_allowed", "No.", {"Allow": "GET"}).headers["Allow"] == "GET"


def test_a2_a_fault_of_a_statement_is_logged_without_its_values(in_app, caplog):
    password = SOME_ID.hex
    try:
        session().execute(text("select :password from no_such_table"), {"password": password})
    except SQLAlchemyError as error:
        fault(error)

    assert "no_such_table" in caplog.text
    assert password not in caplog.text


def test_a_json_body_is_small_however_large_an_upload_may_be(client):
    reply = client.post("/v1/account/session", json={"email": "a" * 2**20, "password": "x"})

    assert (reply.status_code, reply.json["code"]) == (413, "content_too_large")
