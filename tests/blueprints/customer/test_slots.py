"""Slots of spare capacity: published, browsed, quoted at their discount, ordered, never sold beyond what they offer."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Role
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.listings.models import ListingState
from marketplace.orders import queries as orders
from marketplace.spare import service as spare
from marketplace.spare.errors import SlotSold
from marketplace.spare.models import SpareSlot
from marketplace.workflows import checking
from marketplace.workflows.ordering import checkout
from tests.blueprints.customer.test_orders import choose
from tools import recompute

pytestmark = pytest.mark.usefixtures("app")

SLOTS = "/v1/customer/slots"


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Mill", hats=("factory",)))


@pytest.fixture
def slot(scene, shop):
    return scene.slot(shop)


@pytest.fixture
def factory(shop, as_user):
    return as_user(shop.owner)


@pytest.fixture
def wanted(wanted):
    """Five pieces: four hours of a slot's ten."""
    return {**wanted, "quantity": 5}


def ask(browser, slot, wanted, **change):
    return browser.post(f"{SLOTS}/{slot.id}/quotes", json={**wanted, **change})


def asked(browser, slot, wanted, **change):
    reply = ask(browser, slot, wanted, **change)
    assert reply.status_code == 201, reply.json
    return reply.json


def order(browser, quote):
    return browser.post("/v1/customer/orders", json=choose(quote))


def terms(shop, **changes):
    today = clock.now().date()
    days = {"first_day": str(today + timedelta(days=3)), "last_day": str(today + timedelta(days=7))}
    told = {"listing_id": str(shop.listing_id), "offered_min": 600, "discount_bps": 2_000, "closes_in_hours": 48}
    return {**told, **days, **changes}


def sold(app, slot):
    with app.app_context():
        return session().get_one(SpareSlot, slot.id).sold_min


def broken(app):
    with app.app_context():
        found = [each for each in checking.check() if each.invariant.id in ("S1", "S2", "Q1")]
        assert len(found) > 8
        return [each.invariant.says for each in found if each.offenders]


def lines_of(tree):
    (line,) = tree["children"]
    return {step["label"]: step["amount"] for part in line["children"] for step in part["children"]}


def test_a_slot_takes_its_discount_off_the_factory_price_as_a_line_that_anyone_can_recompute(browser, slot, wanted):
    plain = browser.post("/v1/customer/quotes", json=wanted).json["offers"][0]
    quote = asked(browser, slot, wanted)
    (offer,) = quote["offers"]
    shown = browser.get(f"/v1/customer/quotes/{quote['id']}/offers/{offer['id']}").json

    before, after = lines_of(plain["breakdown"]), lines_of(offer["breakdown"])
    price = sum(before[each] for each in before if each not in ("Platform fee", "Delivery", "Royalty", "Tax"))
    assert after["Spare capacity"] == -round(price / 5)
    assert {each: after[each] for each in before if each not in ("Platform fee", "Tax")} == {
        each: before[each] for each in before if each not in ("Platform fee", "Tax")
    }
    assert offer["factory_price"]["minor"] == price + after["Spare capacity"]
    assert offer["platform_fee"]["minor"] == after["Platform fee"]
    assert shown["breakdown"]["sources"]["slot"] == "the factory's slot of spare capacity"
    for each in (quote, shown):
        ((_, beside, tree), *_) = recompute.price_trees(each)
        recompute.compare(beside, recompute.amounts(tree, recompute.recomputed(tree)))


def test_the_offer_lies_in_the_days_of_the_slot_and_so_do_the_minutes_of_its_order(app, browser, slot, wanted):
    quote = asked(browser, slot, wanted)
    (offer,) = quote["offers"]
    reply = order(browser, quote)

    assert reply.status_code == 201, reply.json
    assert date.fromisoformat(offer["starts_after"]) == slot.first_day - timedelta(days=1)
    assert date.fromisoformat(offer["finish_by"]) == slot.last_day
    with app.app_context():
        held = session().execute(text("select min(day), max(day), sum(minutes) from hold_lines")).one()
    assert slot.first_day <= held[0] <= held[1] <= slot.last_day
    assert held[2] == offer["machine_min"] == sold(app, slot)
    assert broken(app) == []


def test_a_quote_is_good_until_the_slot_closes_at_the_latest(browser, slot, wanted):
    quote = asked(browser, slot, wanted)

    shown = browser.get(f"/v1/slots/{slot.id}").json
    assert quote["expires_at"] == shown["closes_at"]


def test_what_is_sold_or_taken_is_shown_at_once_and_comes_back_with_a_cancellation(app, browser, slot, wanted):
    quote = asked(browser, slot, wanted)
    minutes = quote["offers"][0]["machine_min"]
    placed = order(browser, quote).json

    assert browser.get(f"/v1/slots/{slot.id}").json["free_min"] == 600 - minutes
    with app.app_context(), transaction():
        checkout.cancel(orders.to_change(UUID(placed["id"])), by=SYSTEM, reason="It was not paid in time.")
    assert browser.get(f"/v1/slots/{slot.id}").json["free_min"] == 600
    assert (sold(app, slot), broken(app)) == (0, [])
    with app.app_context(), transaction():
        session().execute(text("update capacity_days set held_min = 0, open_min = 10"))
    assert browser.get(f"/v1/slots/{slot.id}").json["free_min"] == 50


def test_a_part_that_does_not_fit_is_told_why(browser, scene, shop, wanted):
    def reasons(slot, **change):
        reply = ask(browser, slot, wanted, **change)
        assert (reply.status_code, reply.json["code"]) == (422, "slot_unfit")
        return {each["reason"]: (each["asked"], each["has"]) for each in reply.json["reasons"]}

    small = scene.slot(shop, offered_min=60, least_min=30)
    minutes = asked(browser, scene.slot(shop), wanted)["offers"][0]["machine_min"]
    large = scene.slot(shop, offered_min=2_400, least_min=2_000)

    assert reasons(small) == {"minutes": (minutes, 60)}
    assert reasons(large) == {"least_minutes": (minutes, 2_000)}
    assert reasons(small, currency="USD", deliver_to="FR").keys() == {"currency", "delivery"}
    assert reasons(small, process="fdm", material="pla") == {"process": ("fdm", "cnc_milling")}
    assert reasons(small, quantity=1_000).keys() == {"minutes"}


def test_a_withdrawn_slot_takes_no_bookings_but_its_quotes_stay_good(app, browser, factory, slot, wanted):
    before = asked(browser, slot, wanted)
    reply = factory.post(f"/v1/factory/slots/{slot.id}/withdraw")

    assert (reply.status_code, reply.json["state"], reply.json["is_open"]) == (200, "withdrawn", False)
    assert ask(browser, slot, wanted).json["code"] == "slot_closed"
    assert browser.get(f"/v1/slots/{slot.id}").status_code == 404
    assert factory.post(f"/v1/factory/slots/{slot.id}/withdraw").json["code"] == "illegal_move"
    assert order(browser, before).status_code == 201
    assert sold(app, slot) == before["offers"][0]["machine_min"]


def test_after_its_deadline_a_slot_is_closed_and_its_quotes_have_expired(app, browser, slot, wanted, monkeypatch):
    before = asked(browser, slot, wanted)
    later = clock.now() + timedelta(hours=49)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert ask(browser, slot, wanted).json["code"] == "slot_closed"
    assert browser.get("/v1/slots").json["items"] == []
    assert order(browser, before).json["code"] == "quote_expired"
    assert sold(app, slot) == 0


def test_a_slot_is_gone_with_its_listing(browser, market, shop, slot, wanted):
    before = asked(browser, slot, wanted)
    market.withdraw(shop.owner, shop.listing_id)

    assert browser.get("/v1/slots").json["items"] == []
    assert ask(browser, slot, wanted).json["code"] == "slot_closed"
    assert order(browser, before).json["code"] == "listing_not_live"


def test_slots_are_found_by_process_material_and_days(browser, client, make_organisation, scene, shop, slot):
    printer = scene.shop(make_organisation(hats=("factory",)), process="fdm", materials=("pla",))
    printed = scene.slot(printer, days=(10, 12))

    def found(**wanted):
        return [each["id"] for each in client.get("/v1/slots", query_string=wanted).json["items"]]

    assert found() == [str(printed.id), str(slot.id)]
    assert found(process="cnc_milling") == found(material="aluminium_6061") == [str(slot.id)]
    assert found(first_day=str(slot.last_day)) == [str(printed.id), str(slot.id)]
    assert found(first_day=str(slot.last_day + timedelta(days=1))) == [str(printed.id)]
    assert found(last_day=str(printed.first_day - timedelta(days=1))) == [str(slot.id)]
    assert client.get("/v1/slots?process=alchemy").json["code"] == "process_unknown"
    assert client.get("/v1/slots?material=wood").json["code"] == "material_unknown"
    page = client.get("/v1/slots?limit=1").json
    assert client.get("/v1/slots", query_string={"cursor": page["next_cursor"]}).json["items"][0]["id"] == str(slot.id)


def test_slots_say_how_they_stand_to_a_part_and_what_they_would_ask_is_what_they_quote(browser, scene, shop, wanted):
    fits, small = scene.slot(shop), scene.slot(shop, offered_min=10)
    told = browser.post(f"{SLOTS}/standings", json=wanted).json["items"]
    (offer,) = asked(browser, fits, wanted)["offers"]

    assert [each["slot"]["id"] for each in told] == [str(small.id), str(fits.id)]
    assert [reason["reason"] for reason in told[0]["reasons"]] == ["minutes"]
    assert told[0]["answer"] is None
    assert told[1]["reasons"] == []
    assert told[1]["answer"] == {name: offer[name] for name in told[1]["answer"]}
    again = browser.post(f"{SLOTS}/standings?limit=1", json=wanted).json
    assert again["items"] == told[:1]
    assert again["next_cursor"]


def test_how_slots_stand_takes_as_many_statements_however_many_there_are(browser, scene, shop, wanted, statements):
    def looked():
        with statements() as sent:
            found = browser.post(f"{SLOTS}/standings", json=wanted).json["items"]
        return len(found), len(sent)

    scene.slot(shop)
    looked()  # the first visit of a session is noted
    (few, asked_few), _ = looked(), [scene.slot(shop) for _ in range(4)]
    assert looked() == (few + 4, asked_few)


def test_a_slot_offers_what_is_free_on_its_days_and_no_more(factory, shop):
    assert factory.post("/v1/factory/slots", json=terms(shop, offered_min=5 * 480)).status_code == 201
    refused = factory.post("/v1/factory/slots", json=terms(shop, offered_min=5 * 480 + 1)).json
    assert (refused["code"], refused["free_min"]) == ("slot_exceeds_free", 2_400)


@pytest.mark.parametrize(
    ("days", "hours", "code"),
    [
        ((5, 3), 24, "window_impossible"),
        ((0, 3), 24, "slot_days_impossible"),
        ((-40, -39), 24, "slot_days_impossible"),
        ((1, 32), 24, "slot_days_impossible"),
        ((1, 1), 48, "slot_days_impossible"),
    ],
)
def test_days_that_make_no_slot_are_refused(factory, shop, days, hours, code):
    today = clock.now().date()
    first, last = (str(today + timedelta(days=each)) for each in days)
    reply = factory.post("/v1/factory/slots", json=terms(shop, first_day=first, last_day=last, closes_in_hours=hours))
    assert reply.json["code"] == code


def test_who_may_not_publish_a_slot(factory, scene, shop, make_member, make_organisation, as_user):
    stranger = as_user(make_organisation(hats=("factory",)))
    operator = as_user(make_member(shop.owner, Role.OPERATOR))
    draft = scene.shop(shop.owner, name="Draft", state=ListingState.DRAFT)

    assert stranger.post("/v1/factory/slots", json=terms(shop)).json["code"] == "listing_not_found"
    assert operator.post("/v1/factory/slots", json=terms(shop)).json["code"] == "role_too_small"
    assert factory.post("/v1/factory/slots", json=terms(draft)).json["code"] == "slot_needs_live_listing"
    assert factory.post("/v1/factory/slots", json=terms(shop, least_min=601)).status_code == 422
    assert factory.get("/v1/factory/slots").json["items"] == []
    assert factory.get(f"/v1/factory/slots/{uuid4()}").json["code"] == "slot_not_found"


def test_a_listing_has_so_many_open_slots_at_most(factory, scene, shop, slot, monkeypatch):
    monkeypatch.setattr(spare, "MOST_OPEN", 1)
    assert factory.post("/v1/factory/slots", json=terms(shop)).json["code"] == "slots_too_many"
    factory.post(f"/v1/factory/slots/{slot.id}/withdraw")
    assert factory.post("/v1/factory/slots", json=terms(shop)).status_code == 201


def test_an_order_of_what_others_have_booked_meanwhile_is_refused_whole(app, browser, scene, shop, wanted):
    minutes = asked(browser, scene.slot(shop), wanted)["offers"][0]["machine_min"]
    slot = scene.slot(shop, offered_min=2 * minutes - 1)
    first, second = asked(browser, slot, wanted), asked(browser, slot, wanted)

    assert order(browser, first).status_code == 201
    refused = order(browser, second)
    assert (refused.status_code, refused.json["code"], refused.json["left_min"]) == (409, "slot_sold", minutes - 1)
    assert (sold(app, slot), broken(app)) == (minutes, [])
    with app.app_context():
        assert session().scalar(text("select sum(held_min) from capacity_days")) == minutes


THREADS = 12


def at_once(app, acts):
    """Run acts in threads of their own that start together; what each came to."""
    start = Barrier(len(acts))

    def run(act):
        with app.app_context():
            start.wait(timeout=30)
            try:
                with transaction():
                    return act()
            except SlotSold:
                return "sold"

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def test_twelve_buyers_of_five_places_of_a_slot_get_exactly_five(app, browser, customer, scene, shop, wanted):
    """S1, with minutes to spare at the work centre: it is the slot that is sold out."""
    minutes = asked(browser, scene.slot(shop), wanted, quantity=1)["offers"][0]["machine_min"]
    for _ in range(3):
        slot = scene.slot(shop, offered_min=5 * minutes + minutes - 1)
        quotes = [asked(browser, slot, wanted, quantity=1) for _ in range(THREADS)]

        def buy(quote):
            choice = checkout.Choice(UUID(quote["id"]), UUID(quote["offers"][0]["id"]))
            return lambda: checkout.place(checkout.Basket([choice]), by=customer.actor, payment_minutes=30).id

        outcomes = at_once(app, [buy(quote) for quote in quotes])

        assert Counter(each == "sold" for each in outcomes) == {False: 5, True: THREADS - 5}
        assert (sold(app, slot), broken(app)) == (5 * minutes, [])
        placed = [each for each in outcomes if each != "sold"]

        def give_up(order_id):
            def act():
                checkout.cancel(orders.to_change(order_id), by=SYSTEM, reason="Not paid.")
                return "given up"

            return act

        more = [buy(asked(browser, scene.slot(shop), wanted, quantity=1)) for _ in range(5)]
        mixed = at_once(app, [*map(give_up, placed), *more])

        assert mixed[:5] == ["given up"] * 5
        assert (sold(app, slot), broken(app)) == (0, [])


def test_the_database_itself_sells_no_more_than_a_slot_offers(app, slot):
    """Negative control: whatever the program forgot, this stands."""
    for number in (601, -1):
        with app.app_context(), pytest.raises(IntegrityError, match="never_oversold"), transaction():
            session().execute(text("update spare_slots set sold_min = :number"), {"number": number})
