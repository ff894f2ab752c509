"""What a customer may ask for besides process, material and quantity: who answers, and what it changes of a price."""

from datetime import timedelta

import pytest

from marketplace.costing import tree
from marketplace.kernel import clock
from tools import recompute

pytestmark = pytest.mark.usefixtures("app")

TIERS = {
    "standard": {"wait_days": 0, "change_bps": 0},
    "express": {"wait_days": 0, "change_bps": 2_500},
    "economy": {"wait_days": 10, "change_bps": -1_000},
}


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def browser(customer, as_user):
    return as_user(customer)


@pytest.fixture
def open_shop(make_organisation, scene):
    """`open_shop(centre={...}, tiers={...})`: a mill with these in its work centre and its rate card."""

    def opened(centre=(), **card):
        return scene.shop(make_organisation(hats=("factory",)), centre_has=dict(centre), card_has=card)

    return opened


@pytest.fixture
def ask(browser, customer, scene):
    revision = str(scene.part(customer).id)
    usual = {
        "revision_id": revision,
        "process": "cnc_milling",
        "material": "aluminium_6061",
        "quantity": 25,
        "currency": "EUR",
    }

    def asked(**changes):
        reply = browser.post("/v1/customer/quotes", json={**usual, **changes})
        assert reply.status_code == 201, reply.json
        return reply.json

    return asked


def terms(offer):
    return {each["label"]: each["amount"] for each in offer["breakdown"]["children"][0]["children"][1]["children"]}


def test_express_costs_more_and_economy_waits_and_costs_less(ask, open_shop):
    open_shop(tiers=TIERS)
    (standard,), (express,), (economy,) = (ask(lead_time=each)["offers"] for each in TIERS)

    making_and_margin = (
        terms(standard)["Factory margin"] + standard["breakdown"]["children"][0]["children"][0]["amount"]
    )
    assert terms(standard)["Lead time"] == 0
    assert terms(express)["Lead time"] == round(making_and_margin * 0.25)
    assert terms(economy)["Lead time"] == -round(making_and_margin * 0.10)
    assert standard["ships_on"] == express["ships_on"]
    today = clock.now().date()
    assert economy["starts_after"] == (today + timedelta(days=10)).isoformat()
    assert economy["finish_by"] > (today + timedelta(days=10)).isoformat()


def test_who_does_not_offer_a_lead_time_does_not_answer_and_is_counted(ask, open_shop):
    open_shop(tiers=TIERS)
    open_shop()
    quote = ask(lead_time="economy")

    assert (quote["eligible"], quote["left_out"]) == (1, {"lead_time": 1})
    assert quote["facets"]["lead_time"] == {"standard": 1, "express": 1, "economy": 1}


def test_an_economy_order_holds_minutes_after_its_wait(ask, open_shop, browser, app):
    from marketplace.capacity import queries

    shop = open_shop(tiers=TIERS)
    quote = ask(lead_time="economy")
    choice = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
    assert browser.post("/v1/customer/orders", json=choice).status_code == 201

    today = clock.now().date()
    with app.app_context():
        days = queries.days(shop.work_centre_id, today, today + timedelta(days=30))
        held = [day.day for day in days if day.held_min]
    assert min(held) == today + timedelta(days=11)


def test_delivery_is_a_line_of_its_own_and_goes_to_the_factory(ask, open_shop):
    open_shop(delivery={"DE": {"base_minor": 900, "minor_per_kg": 100}, "*": {"base_minor": 5_000, "minor_per_kg": 0}})
    (fetched,), (near,), (far,) = (ask(deliver_to=country)["offers"] for country in (None, "DE", "JP"))

    mass_kg = 60_000 * 2.7e-6 * 25
    assert terms(near)["Delivery"] == near["delivery"]["minor"] == 900 + round(100 * mass_kg)
    assert terms(far)["Delivery"] == 5_000
    assert terms(fetched)["Delivery"] == 0
    assert near["factory_price"]["minor"] - fetched["factory_price"]["minor"] == near["delivery"]["minor"]
    assert near["platform_fee"] == fetched["platform_fee"]


def test_who_does_not_deliver_there_does_not_answer(ask, open_shop):
    open_shop(delivery={"DE": {"base_minor": 900, "minor_per_kg": 100}})

    assert ask(deliver_to="FR")["left_out"] == {"delivery": 1}
    assert ask(deliver_to="DE")["eligible"] == 1


def test_a_finish_is_priced_by_who_offers_it(ask, open_shop):
    open_shop(finishes={"bead_blasted": {"lot_minor": 2_000, "piece_minor": 150, "area_minor_per_m2": 2_500}})
    open_shop()
    quote = ask(finishes=["bead_blasted"])
    (offer,) = quote["offers"]
    steps = offer["breakdown"]["children"][0]["children"][0]["children"]

    assert quote["left_out"] == {"finish": 1}
    assert steps[-1]["amount"] == max(2_000, 25 * 150) + round(25 * 0.02 * 2_500)


def test_quantity_breaks_begin_at_their_quantity(ask, open_shop):
    open_shop(breaks=[{"from_pieces": 26, "discount_bps": 1_000}])
    below, at = (ask(quantity=quantity)["offers"][0] for quantity in (25, 26))
    making = at["breakdown"]["children"][0]["children"][0]["amount"]

    assert terms(below)["Quantity break"] == 0
    assert terms(at)["Quantity break"] == -round(making / 10)


def test_a_finish_that_changes_a_size_by_more_than_its_tolerance_is_a_finding_of_the_quote(ask, open_shop):
    """The bracket's smallest size is a hole; powder is up to 120 µm thick on each side of it."""
    open_shop(
        centre={"tolerance": "ultra"},
        finishes={"powder_coated": {"lot_minor": 2_000, "piece_minor": 0, "area_minor_per_m2": 0}},
    )
    plain, coated = ask(tolerance="fine"), ask(tolerance="fine", finishes=["powder_coated"])

    (found,) = [each for each in coated["findings"] if each not in plain["findings"]]
    assert (found["rule"], found["severity"]) == ("finish_changes_size.powder_coated", "warns")
    assert (found["value"], found["unit"]) == (240, "um")
    assert found["value"] > found["limit"]
    assert "masked" in found["message"]
    assert coated["is_firm"] and coated["offers"]


@pytest.mark.parametrize(
    ("centre", "card", "wanted", "reason"),
    [
        ({}, {"limits": {"fewest": 26}}, {}, "quantity"),
        ({}, {"limits": {"most": 24}}, {}, "quantity"),
        ({}, {"limits": {"heaviest_g": 100}}, {}, "weight"),
        ({"tolerance": "standard"}, {}, {"tolerance": "fine"}, "tolerance"),
        ({}, {}, {"certificates": ["iso_9001"]}, "certificate"),
        ({}, {}, {"is_controlled": True}, "export"),
    ],
)
def test_what_a_work_centre_lacks_is_its_reason(ask, open_shop, centre, card, wanted, reason):
    open_shop(centre=centre, **card)

    quote = ask(**wanted)
    assert (quote["offers"], quote["left_out"]) == ([], {reason: 1})


def test_what_a_work_centre_holds_lets_it_answer(ask, open_shop):
    open_shop(centre={"tolerance": "ultra", "certificates": ["iso_9001"], "takes_controlled": True})

    assert ask(tolerance="fine", certificates=["iso_9001"], is_controlled=True)["eligible"] == 1


def test_a_work_centre_with_constants_of_its_own_is_priced_and_explained_by_them(ask, open_shop, browser):
    """Three shops of the same rates: one as published, one that sets up in 10 minutes, one in 50."""
    usual = open_shop()
    quick, slow = (open_shop(centre={"constants": {"setup_time": minutes}}) for minutes in (10, 50))
    quote = ask()

    order = [offer["listing_id"] for offer in quote["offers"]]
    assert order == [str(shop.listing_id) for shop in (quick, usual, slow)]
    minutes = {str(shop.listing_id): want for shop, want in ((quick, 10), (usual, 30), (slow, 50))}
    held = [offer["machine_min"] for offer in quote["offers"]]
    set_ups = 2
    assert [held[1] - held[0], held[2] - held[1]] == [20 * set_ups, 20 * set_ups]
    for offer in quote["offers"]:
        full = browser.get(f"/v1/customer/quotes/{quote['id']}/offers/{offer['id']}").json
        assert tree.check(full["breakdown"]) == recompute.recomputed(full["breakdown"]) == offer["total"]["minor"]
        making = full["breakdown"]["children"][0]["children"][0]["children"]
        set_up = next(step for step in making if step["label"] == "Set up")
        shown = {each["label"]: each for each in set_up["children"] if each["kind"] == "variable"}
        expected = "work_centre" if minutes[offer["listing_id"]] != 30 else "p3l"
        assert shown["time per set-up"]["value"] == minutes[offer["listing_id"]]
        assert shown["time per set-up"]["source"] == expected


def test_where_all_have_constants_of_their_own_the_quote_still_explains_each(ask, open_shop, browser):
    open_shop(centre={"constants": {"setup_time": 12}})
    quote = ask()
    again = browser.get(f"/v1/customer/quotes/{quote['id']}").json

    assert again["offers"] == quote["offers"]
    assert tree.check(quote["offers"][0]["breakdown"]) == quote["offers"][0]["total"]["minor"]


def test_the_interval_holds_the_total_and_every_position_says_why(ask, scene, make_organisation):
    for rate in (6_000, 7_000, 7_000):
        scene.shop(make_organisation(hats=("factory",)), machine_rate=rate)
    offers = ask()["offers"]

    for offer in offers:
        assert offer["at_least"]["minor"] <= offer["total"]["minor"] <= offer["at_most"]["minor"]
    assert offers[0]["because"] == "the lowest total"
    assert offers[1]["because"].endswith(" EUR more")
    assert offers[2]["because"] == "the same total and date; the draw decided"


def test_a_card_that_asks_nothing_makes_no_offer_and_stops_no_other(ask, open_shop, scene, make_organisation):
    scene.shop(
        make_organisation(hats=("factory",)),
        machine_rate=0,
        card_has={"setup_rate_minor_per_h": 0, "tooling_rate_minor_per_h": 0},
        labour_rate=0,
        material_price=0,
    )
    priced = open_shop()
    quote = ask()

    assert [offer["listing_id"] for offer in quote["offers"]] == [str(priced.listing_id)]
    assert quote["left_out"] == {"no_price": 1}


@pytest.mark.parametrize("country", ["DE\n", "XX", "de", ""])
def test_what_is_no_country_is_refused(browser, customer, scene, country):
    wanted = {
        "revision_id": str(scene.part(customer).id),
        "process": "cnc_milling",
        "material": "aluminium_6061",
        "quantity": 25,
        "currency": "EUR",
        "deliver_to": country,
    }
    reply = browser.post("/v1/customer/quotes", json=wanted)

    assert (reply.status_code, reply.json["code"]) == (422, "validation_failed")


@pytest.mark.parametrize("times", [10_000, 0.0001])
def test_an_amount_that_no_card_can_pay_is_no_offer_and_stops_no_other(ask, open_shop, scene, make_organisation, times):
    priced = open_shop()
    rates = {"setup_rate_minor_per_h": round(6_000 * times), "tooling_rate_minor_per_h": 0}
    scene.shop(
        make_organisation(hats=("factory",)),
        machine_rate=round(6_000 * times),
        card_has=rates,
        labour_rate=0,
        material_price=0,
    )
    quote = ask()

    assert [offer["listing_id"] for offer in quote["offers"]] == [str(priced.listing_id)]
    assert quote["left_out"] == {"not_payable": 1}
