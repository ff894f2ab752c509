"""The lead times of an offer's factory: when each ships, for how much, and which is the cheapest that is in time."""

from datetime import date, timedelta

import pytest

from marketplace.capacity import service as capacity
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import Listing, ListingState
from tests.minutes import from_today, in_an_hour

TIERS = {
    "express": {"wait_days": 0, "change_bps": 5_000},
    "standard": {"wait_days": 3, "change_bps": 0},
    "economy": {"wait_days": 12, "change_bps": -1_000},
}


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Shop", hats=("factory",)), card_has={"tiers": TIERS})


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def browser(as_user, customer):
    return as_user(customer)


@pytest.fixture
def quote(browser, shop, scene, customer):
    wanted = {"process": "cnc_milling", "material": "aluminium_6061", "quantity": 25, "currency": "EUR"}
    return browser.post("/v1/customer/quotes", json={**wanted, "revision_id": str(scene.part(customer).id)}).json


@pytest.fixture
def ask(browser, quote):
    url = f"/v1/customer/quotes/{quote['id']}/offers/{quote['offers'][0]['id']}/lead-times"
    return lambda **due: browser.get(url, query_string=due)


def ships(told):
    return {each["lead_time"]: date.fromisoformat(each["ships_on"]) for each in told["lead_times"]}


def test_each_ships_when_its_wait_is_over_and_the_minutes_are_free(quote, ask):
    told = ask().json

    assert [each["lead_time"] for each in told["lead_times"]] == ["economy", "standard", "express"]
    found = ships(told)
    assert found["standard"] == date.fromisoformat(quote["offers"][0]["ships_on"])
    assert found["standard"] - found["express"] == timedelta(days=3)
    assert found["economy"] - found["standard"] == timedelta(days=9)
    (standard,) = (each for each in told["lead_times"] if each["lead_time"] == "standard")
    assert standard["total"] == quote["offers"][0]["total"]
    assert (told["cheapest"], told["earliest"]) == ("economy", "express")


def test_the_cheapest_that_is_in_time_and_until_when_it_may_begin(quote, ask):
    found = ships(ask().json)
    for due, cheapest in (
        (found["economy"], "economy"),
        (found["economy"] - timedelta(days=1), "standard"),
        (found["standard"] - timedelta(days=1), "express"),
        (found["express"] - timedelta(days=1), None),
    ):
        told = ask(due_by=str(due)).json
        assert told["cheapest"] == cheapest
        by_name = {each["lead_time"]: each for each in told["lead_times"]}
        assert [name for name, each in by_name.items() if each["meets"]] == [
            name for name in ("economy", "standard", "express") if found[name] <= due
        ]
        for name, each in by_name.items():
            assert (each["latest_start"] is not None) == (found[name] <= due)
    express = {each["lead_time"]: each for each in ask(due_by=str(found["standard"])).json["lead_times"]}["express"]
    assert date.fromisoformat(express["latest_start"]) == from_today(1 + 3)


def test_dates_are_those_of_the_open_minutes_of_now(app, shop, ask):
    before = ships(ask().json)
    with app.app_context(), transaction():
        capacity.hold(shop.work_centre_id, 480 * 5, by=from_today(5), expires_at=in_an_hour())

    after = ships(ask().json)

    assert after["express"] == before["express"] + timedelta(days=5)
    assert after["economy"] == before["economy"]


def test_a_listing_that_is_gone_is_asked_nothing(app, shop, ask):
    with app.app_context(), transaction():
        session().get_one(Listing, shop.listing_id).state = ListingState.SUSPENDED

    assert (ask().status_code, ask().json["code"]) == (409, "listing_gone")


def test_an_offer_of_somebody_else_does_not_exist(quote, as_user, make_organisation):
    url = f"/v1/customer/quotes/{quote['id']}/offers/{quote['offers'][0]['id']}/lead-times"

    assert as_user(make_organisation("Other")).get(url).status_code == 404


def test_a_due_date_is_a_date(ask):
    assert ask(due_by="soon").status_code == 422
    assert ask(until="2027-01-01").status_code == 422
