"""Registering an organisation for tax: the number is checked, its days never overlap, and nobody else sees it."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction

pytestmark = pytest.mark.usefixtures("app")

GERMAN = {"country": "DE", "tax_number": "DE 136 695 976", "valid_from": "2020-01-01"}


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch):
    """No midnight passes between what a test says of today and what the house makes of it."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


def day(number):
    return (clock.now().date() + timedelta(days=number)).isoformat()


@pytest.fixture
def owner(make_organisation):
    return make_organisation("Shop", hats=("factory",), country="DE")


@pytest.fixture
def browser(owner, as_user):
    return as_user(owner)


@pytest.fixture
def room(owner):
    return f"/v1/account/organisations/{owner.organisation_id}/tax-registrations"


def test_a_number_is_entered_in_its_plain_form_and_listed(browser, room):
    made = browser.post(room, json=GERMAN)

    assert made.status_code == 201, made.json
    assert made.json["tax_number"] == "DE136695976"
    assert (made.json["valid_until"], made.json["seen_in_vies_on"]) == (None, None)
    assert browser.get(room).json == {"items": [made.json], "next_cursor": None}


def test_the_same_key_registers_once(browser, room):
    key = {"Idempotency-Key": "one"}
    first, again = (browser.post(room, json=GERMAN, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"tax_number": "DE136695978"}, 422, "tax_number_unfit"),
        ({"country": "US", "tax_number": "123456789"}, 422, "tax_country_unknown"),
        ({"valid_until": "2019-12-31"}, 422, "tax_day_unfit"),
        ({"valid_until": "2020-12-31"}, 422, "tax_day_unfit"),
        ({"tax_number": ""}, 422, "validation_failed"),
        ({"country": "XX"}, 422, "validation_failed"),
        ({"rate_bps": 0}, 422, "validation_failed"),
    ],
)
def test_a_wrong_registration_is_refused_and_leaves_nothing(browser, room, change, status, code):
    reply = browser.post(room, json={**GERMAN, **change})

    assert (reply.status_code, reply.json["code"]) == (status, code)
    assert browser.get(room).json["items"] == []


def test_a_second_number_of_a_country_waits_until_the_first_has_ended(browser, room):
    first = browser.post(room, json=GERMAN).json
    soon = {**GERMAN, "tax_number": "129274202", "valid_from": day(11)}
    assert browser.post(room, json=soon).json["code"] == "tax_registration_overlaps"

    ended = browser.post(f"{room}/{first['id']}/end", json={"valid_until": day(10)})
    assert (ended.status_code, ended.json["valid_until"]) == (200, day(10))
    assert browser.post(room, json={**soon, "valid_from": day(10)}).json["code"] == "tax_registration_overlaps"
    assert browser.post(room, json=soon).status_code == 201
    assert (
        browser.post(room, json={"country": "FR", "tax_number": "40303265045", "valid_from": day(0)}).status_code == 201
    )


def test_an_end_is_said_once_and_not_of_the_past(browser, room):
    made = browser.post(room, json=GERMAN).json
    end = f"{room}/{made['id']}/end"

    assert browser.post(end, json={"valid_until": day(-2)}).json["code"] == "tax_day_unfit"
    assert browser.post(end, json={"valid_until": day(1)}).status_code == 200
    assert browser.post(end, json={"valid_until": day(2)}).json["code"] == "tax_registration_ended"


def test_only_owners_and_managers_register_and_strangers_see_nothing(
    browser, room, owner, make_member, make_organisation, as_user
):
    made = browser.post(room, json=GERMAN).json
    operator, stranger = as_user(make_member(owner, Role.OPERATOR)), as_user(make_organisation("Other"))

    assert operator.get(room).status_code == 200
    assert operator.post(room, json=GERMAN).status_code == 403
    assert operator.post(f"{room}/{made['id']}/end", json={"valid_until": day(1)}).status_code == 403
    for reply in (stranger.get(room), stranger.post(room, json=GERMAN)):
        assert reply.status_code == 404
    elsewhere = stranger.get("/v1/account/organisations").json["items"][0]["organisation"]["id"]
    reply = stranger.post(
        f"/v1/account/organisations/{elsewhere}/tax-registrations/{made['id']}/end", json={"valid_until": day(1)}
    )
    assert reply.json["code"] == "tax_registration_not_found"


@pytest.mark.parametrize(
    "statement",
    [
        "update tax_registrations set number = 'DE129274202'",
        "update tax_registrations set valid_from = '2021-01-01'",
        "delete from tax_registrations",
    ],
)
def test_no_program_rewrites_what_was_registered(app, browser, room, statement):
    assert browser.post(room, json=GERMAN).status_code == 201

    with app.app_context(), pytest.raises(IntegrityError), transaction():
        session().execute(text(statement))
    assert browser.get(room).json["items"][0]["tax_number"] == "DE136695976"
