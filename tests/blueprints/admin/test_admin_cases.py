"""The staff's rooms: cases and decisions, the audit, dead jobs; and that only people of the staff come in."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from marketplace.jobs.queue import Task, later
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.moderation.models import Outcome
from tests.market import REASON

CASES = "/v1/admin/cases"
NOBODY = UUID(int=7)


@pytest.fixture
def admin(staff, as_user):
    return as_user(staff)


def test_a_case_shows_what_a_decision_needs(market, admin):
    factory = market.make_factory("Mill & Sons", country="CN")
    listing_id = market.make_listing(factory, ListingState.SUBMITTED)

    (row,) = admin.get(f"{CASES}?state=open").json["items"]
    file = admin.get(f"{CASES}/{row['id']}").json

    assert (row["kind"], row["organisation"], row["listing_id"]) == ("submission", "Mill & Sons", str(listing_id))
    assert file["possible"] == ["approve", "reject"]
    assert file["listing"]["work_centre"]["envelope_mm"] == [200, 300, 400]
    assert file["rate_card"]["machine_rate"]["text"] == "60.00 EUR"
    assert file["decisions"] == []


def test_a_decision_over_http_moves_the_listing_once(market, admin):
    listing_id = market.make_listing(market.make_factory(), ListingState.SUBMITTED)
    at = f"{CASES}/{market.open_case(listing_id)}/decide"
    body = {"outcome": "approve", "reason": REASON}

    first, again = (admin.post(at, json=body, headers={"Idempotency-Key": "d-1"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert REASON in first.json["statement"]
    assert market.state_of(listing_id) is ListingState.LIVE
    refused = admin.post(at, json=body)
    assert (refused.status_code, refused.json["code"]) == (409, "illegal_move")
    assert admin.get(f"{CASES}?state=open").json["items"] == []
    (decided,) = admin.get(f"{CASES}?state=decided").json["items"]
    file = admin.get(f"{CASES}/{decided['id']}").json
    assert (file["possible"], len(file["decisions"])) == ([], 1)


@pytest.mark.parametrize(
    "body",
    [
        {"outcome": "approve"},
        {"outcome": "approve", "reason": "short"},
        {"outcome": "approve", "reason": "            "},
        {"outcome": "delete", "reason": REASON},
        {"outcome": "approve", "reason": REASON, "appeal_until": "2000-01-01T00:00:00Z"},
    ],
)
def test_no_decision_without_a_known_outcome_and_a_reason(market, admin, body):
    listing_id = market.make_listing(market.make_factory(), ListingState.SUBMITTED)
    reply = admin.post(f"{CASES}/{market.open_case(listing_id)}/decide", json=body)
    assert reply.status_code == 422
    assert market.state_of(listing_id) is ListingState.SUBMITTED


def test_a_report_leads_to_a_suspension(market, admin):
    listing_id = market.make_listing(market.make_factory(), ListingState.LIVE)
    opened = admin.post(f"/v1/admin/listings/{listing_id}/report", json={"grounds": "Nobody answers there."})
    assert (opened.status_code, opened.json["kind"]) == (201, "report")
    reply = admin.post(f"{CASES}/{opened.json['id']}/decide", json={"outcome": "suspend", "reason": REASON})
    assert reply.status_code == 201
    assert market.state_of(listing_id) is ListingState.SUSPENDED
    refused = admin.post(f"/v1/admin/listings/{listing_id}/report", json={"grounds": "Nobody answers there."})
    assert (refused.status_code, refused.json["code"]) == (409, "outcome_not_possible")
    assert admin.post(f"/v1/admin/listings/{uuid4()}/report", json={"grounds": "Not there at all."}).status_code == 404


def test_an_appeal_is_not_decided_by_who_decided_first(market, admin, as_user, world):
    factory, colleague = market.make_factory(), world.make_staff()
    listing_id = market.make_listing(factory, ListingState.REJECTED)
    at = f"{CASES}/{market.appeal(factory, listing_id)}/decide"
    body = {"outcome": "approve", "reason": REASON}

    refused = admin.post(at, json=body)
    assert (refused.status_code, refused.json["code"]) == (403, "needs_another_examiner")
    assert as_user(colleague).post(at, json=body).status_code == 201


def test_the_audit_lists_acts_on_one_thing(market, admin):
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.LIVE)
    market.make_listing(factory)

    acts = admin.get(f"/v1/admin/audit?subject_id={listing_id}").json["items"]
    assert [act["verb"] for act in acts] == ["listing.submitted", "listing.drafted"]
    assert {act["organisation_id"] for act in acts} == {str(factory.organisation_id)}
    first = admin.get("/v1/admin/audit?limit=1").json
    second = admin.get(f"/v1/admin/audit?limit=1&cursor={first['next_cursor']}").json
    assert first["items"] != second["items"]
    assert admin.get("/v1/admin/audit?subject_id=nonsense").status_code == 422


def dead_job(app, event_id="evt_1", queueing_lock=None):
    """A job that failed for good."""
    died = text(
        "update procrastinate_jobs set status = 'failed', attempts = 12, queueing_lock = :lock "
        "where status = 'todo' returning id"
    )
    with app.app_context(), transaction():
        later(Task.HANDLE_EVENT, event_id=event_id)
        return session().execute(died, {"lock": queueing_lock}).scalars().one()


def test_a_dead_job_is_seen_and_tried_again(app, admin):
    number = dead_job(app)
    (job,) = admin.get("/v1/admin/jobs").json["items"]
    assert (job["number"], job["task"], job["status"], job["attempts"]) == (number, "handle_event", "failed", 12)
    assert job["args"] == {"event_id": "evt_1"}

    again = admin.post(f"/v1/admin/jobs/{number}/retry")
    assert (again.status_code, again.json["status"]) == (200, "todo")
    assert admin.get("/v1/admin/jobs?status=failed").json["items"] == []
    assert [row["number"] for row in admin.get("/v1/admin/jobs?status=todo").json["items"]] == [number]
    assert admin.get("/v1/admin/audit").json["items"][0]["verb"] == "job.retried"
    refused = admin.post(f"/v1/admin/jobs/{number}/retry")
    assert (refused.status_code, refused.json["code"]) == (409, "job_not_dead")


def test_a_dead_job_whose_twin_waits_is_left_alone(app, admin):
    number = dead_job(app, queueing_lock="cancel_unpaid")
    with app.app_context(), transaction():
        twin = "values ('main', 'cancel_unpaid', 'cancel_unpaid')"
        session().execute(text(f"insert into procrastinate_jobs (queue_name, task_name, queueing_lock) {twin}"))
    refused = admin.post(f"/v1/admin/jobs/{number}/retry")
    assert (refused.status_code, refused.json["code"]) == (409, "job_waits_already")
    assert admin.get("/v1/admin/jobs").json["items"][0]["number"] == number


@pytest.mark.parametrize("number", [0, 4711, 2**63 - 1, 2**63, "x"])
def test_a_job_that_is_not_there(admin, number):
    assert admin.post(f"/v1/admin/jobs/{number}/retry").status_code == 404


def test_jobs_are_paged_and_their_status_is_a_known_one(app, admin):
    numbers = sorted((dead_job(app, f"evt_{n}") for n in range(3)), reverse=True)
    first = admin.get("/v1/admin/jobs?limit=2").json
    rest = admin.get(f"/v1/admin/jobs?limit=2&cursor={first['next_cursor']}").json
    assert [row["number"] for row in first["items"] + rest["items"]] == numbers
    assert rest["next_cursor"] is None
    assert admin.get("/v1/admin/jobs?status=done").status_code == 422


ROOMS = [
    ("get", CASES),
    ("get", f"{CASES}/{NOBODY}"),
    ("post", f"{CASES}/{NOBODY}/decide"),
    ("post", f"/v1/admin/listings/{NOBODY}/report"),
    ("get", "/v1/admin/audit"),
    ("get", "/v1/admin/jobs"),
    ("post", "/v1/admin/jobs/1/retry"),
]


@pytest.mark.parametrize(("method", "path"), ROOMS)
def test_only_the_staff_comes_in(client, as_user, make_organisation, method, path):
    assert getattr(client, method)(path).status_code == 401
    for hats in (("customer",), ("factory",)):
        assert getattr(as_user(make_organisation(hats=hats)), method)(path).status_code == 403


def test_a_case_that_is_not_there(admin):
    assert admin.get(f"{CASES}/{uuid4()}").json["code"] == "case_not_found"
    reply = admin.post(f"{CASES}/{uuid4()}/decide", json={"outcome": "approve", "reason": REASON})
    assert reply.json["code"] == "case_not_found"


def test_an_outcome_that_the_case_cannot_have(market, admin):
    listing_id = market.make_listing(market.make_factory(), ListingState.SUBMITTED)
    at = f"{CASES}/{market.open_case(listing_id)}/decide"
    reply = admin.post(at, json={"outcome": Outcome.SUSPEND, "reason": REASON})
    assert (reply.status_code, reply.json["possible"]) == (409, ["approve", "reject"])
