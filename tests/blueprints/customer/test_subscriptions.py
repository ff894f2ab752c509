"""Subscriptions: a customer is told once of each slot and each listing that they want, and of no others."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.spare import queries, subscribing
from marketplace.workflows import matching

pytestmark = pytest.mark.usefixtures("app")

PATH = "/v1/customer/subscriptions"


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Mill", hats=("factory",)))


def subscribe(browser, **wanted):
    reply = browser.post(PATH, json={"process": "cnc_milling", **wanted})
    assert reply.status_code == 201, reply.json
    return reply.json["id"]


def found(browser, subscription_id):
    return [
        (each["slot_id"], each["listing_id"]) for each in browser.get(f"{PATH}/{subscription_id}/matches").json["items"]
    ]


def notices(browser):
    return [(each["kind"], each["subject_id"]) for each in browser.get("/v1/account/notices").json["items"]]


def in_days(days):
    return str(clock.now().date() + timedelta(days=days))


def match(app, slot, times=1):
    with app.app_context():
        for _ in range(times):
            matching.match_slot(str(slot.id))


def test_a_slot_is_told_once_to_each_subscription_that_wants_it(app, browser, scene, shop):
    wanting = [
        subscribe(browser),
        subscribe(browser, material="aluminium_6061", least_min=600),
        subscribe(browser, first_day=in_days(7), last_day=in_days(20)),
        subscribe(browser, last_day=in_days(3)),
    ]
    others = [
        subscribe(browser, process="fdm"),
        subscribe(browser, material="aluminium_7075"),
        subscribe(browser, least_min=601),
        subscribe(browser, first_day=in_days(8)),
        subscribe(browser, last_day=in_days(2)),
    ]
    slot = scene.slot(shop, days=(3, 7))
    match(app, slot, times=2)

    assert [found(browser, each) for each in wanting] == [[(str(slot.id), str(shop.listing_id))]] * 4
    assert [found(browser, each) for each in others] == [[]] * 5
    assert notices(browser) == [("slot_appeared", str(slot.id))]


def test_publishing_a_slot_asks_for_the_job_that_tells(app, browser, scene, shop):
    subscribe(browser)
    slot = scene.slot(shop)
    with app.app_context():
        asked = session().execute(text("select args from procrastinate_jobs where task_name = 'match_slot'")).scalars()
        assert list(asked) == [{"slot_id": str(slot.id)}]


def test_batches_tell_everybody(app, make_organisation, as_user, scene, shop, monkeypatch):
    monkeypatch.setattr(matching, "BATCH", 2)
    browsers = [as_user(make_organisation()) for _ in range(5)]
    wants = [subscribe(each) for each in browsers]
    slot = scene.slot(shop)
    match(app, slot)

    assert [len(found(browser, each)) for browser, each in zip(browsers, wants, strict=True)] == [1] * 5


def test_who_subscribes_to_what_they_offer_themselves_is_told_nothing(app, make_organisation, as_user, scene):
    both = make_organisation(hats=("factory", "customer"))
    browser = as_user(both)
    wants = subscribe(browser)
    match(app, scene.slot(scene.shop(both)))

    assert found(browser, wants) == []


def test_a_withdrawn_slot_and_an_ended_subscription_match_nothing(app, browser, as_user, scene, shop):
    ended, slot = subscribe(browser), scene.slot(shop)
    assert browser.delete(f"{PATH}/{ended}").status_code == 204
    match(app, slot)
    wants = subscribe(browser)
    as_user(shop.owner).post(f"/v1/factory/slots/{slot.id}/withdraw")
    match(app, slot)

    assert found(browser, wants) == []
    assert browser.get(f"{PATH}/{ended}/matches").json["code"] == "subscription_not_found"
    assert browser.delete(f"{PATH}/{ended}").json["code"] == "subscription_not_found"
    assert [each["id"] for each in browser.get(PATH).json["items"]] == [wants]
    assert notices(browser) == []


def test_a_listing_that_goes_live_is_told_once_to_those_for_whom_it_has_time(app, browser, market):
    """Eight hours each Monday: 2,880 minutes in any six weeks."""
    wanting = [subscribe(browser), subscribe(browser, last_day=in_days(42), least_min=5 * 480)]
    others = [subscribe(browser, last_day=in_days(42), least_min=8 * 480), subscribe(browser, process="fdm")]
    factory = market.make_factory()
    listing_id = market.make_listing(factory, ListingState.LIVE)
    open_days(app, listing_id)
    with app.app_context():
        asked = session().scalars(text("select args from procrastinate_jobs where task_name = 'match_listing'")).all()
        assert asked == [{"listing_id": str(listing_id)}]
        for _ in range(2):
            matching.match_listing(str(listing_id))

    assert [found(browser, each) for each in wanting] == [[(None, str(listing_id))]] * 2
    assert [found(browser, each) for each in others] == [[]] * 2
    assert notices(browser) == [("capacity_listed", str(listing_id))]


def open_days(app, listing_id: UUID):
    """480 minutes on each Monday, 400 days ahead."""
    with app.app_context(), transaction():
        session().execute(
            text(
                "insert into capacity_days (work_centre_id, day, open_min, held_min) "
                "select l.work_centre_id, d::date, 480, 0 "
                "from listings l, generate_series(current_date, current_date + 400, interval '1 day') d "
                "where l.id = :id and extract(isodow from d) = 1"
            ),
            {"id": listing_id},
        )


def test_what_nobody_could_want_is_refused(browser, monkeypatch):
    assert browser.post(PATH, json={"process": "alchemy"}).json["code"] == "process_unknown"
    wrong = {"process": "cnc_milling", "material": "pla"}
    assert browser.post(PATH, json=wrong).json["code"] == "material_not_for_process"
    backwards = {"process": "fdm", "first_day": in_days(3), "last_day": in_days(2)}
    assert browser.post(PATH, json=backwards).json["code"] == "window_impossible"
    monkeypatch.setattr(subscribing, "MOST_SUBSCRIPTIONS", 1)
    subscribe(browser)
    assert browser.post(PATH, json={"process": "fdm"}).json["code"] == "subscriptions_too_many"


def test_nobody_is_told_of_a_slot_whose_listing_is_gone(app, browser, market, scene, shop):
    wants, slot = subscribe(browser), scene.slot(shop)
    market.withdraw(shop.owner, shop.listing_id)
    match(app, slot)

    assert found(browser, wants) == []
    with app.app_context():
        assert queries.concerned_by_slot(queries.slot(slot.id), limit=10) == []
