"""Tax in quotes and orders: an own line, stated, outside of the rank, and frozen; and each factory's own fee."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from blueprints.http.ports import KEY
from marketplace.accounts.models import Organisation
from marketplace.costing import tree
from marketplace.fees.models import FeeRate
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Share, ShareKind
from marketplace.taxes.models import TaxRate, TaxRegistration
from tests.blueprints.factory.test_jobs import holds_everywhere
from tools import recompute

pytestmark = pytest.mark.usefixtures("app")

NUMBERS = {"DE": "DE136695976", "FR": "FR40303265045", "CN": "91110000600037341L", "GB": "GB980780684"}
EVERYWHERE = {"delivery": {"*": {"base_minor": 1_500, "minor_per_kg": 200}}}


@pytest.fixture(autouse=True)
def _the_clock_stands(monkeypatch):
    """No midnight passes between what a test says of today and what the house makes of it."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def register(app):
    def register(person, country, **seen):
        row = TaxRegistration(
            organisation_id=person.organisation_id,
            country=country,
            number=NUMBERS[country],
            valid_from=date(2020, 1, 1),
            registered_by=person.user_id,
            **seen,
        )
        with app.app_context(), transaction():
            session().add(row)

    return register


def ask(browser, wanted, **changes):
    reply = browser.post("/v1/customer/quotes", json={**wanted, **changes})
    assert reply.status_code == 201, reply.json
    return reply.json


def by_listing(quote):
    return {offer["listing_id"]: offer for offer in quote["offers"]}


def test_who_is_not_registered_charges_none_and_says_so(browser, shops, wanted):
    for offer in ask(browser, wanted)["offers"]:
        assert offer["tax"]["minor"] == 0
        assert offer["net"] == offer["total"]
        assert offer["taxed"]["treatment"] == "not_registered"


def test_net_and_tax_are_the_total_and_each_tree_is_recomputed_from_its_words(browser, shops, wanted, register):
    untaxed = by_listing(ask(browser, wanted))
    register(shops[0].owner, "DE")
    quote = ask(browser, wanted)

    assert browser.get(f"/v1/customer/quotes/{quote['id']}").json["offers"] == quote["offers"]
    for offer in quote["offers"]:
        assert offer["net"]["minor"] + offer["tax"]["minor"] == offer["total"]["minor"]
        assert offer["net"] == untaxed[offer["listing_id"]]["net"]
        whole = browser.get(f"/v1/customer/quotes/{quote['id']}/offers/{offer['id']}").json
        for shown in (offer["breakdown"], whole["breakdown"]):
            assert tree.check(shown) == recompute.recomputed(shown) == offer["total"]["minor"]
    mine = by_listing(quote)[str(shops[0].listing_id)]
    assert 2 * abs(10_000 * mine["tax"]["minor"] - 1_900 * mine["net"]["minor"]) <= 10_000
    assert mine["at_least"]["minor"] <= mine["total"]["minor"] <= mine["at_most"]["minor"]
    told = {name: mine["taxed"][name] for name in ("treatment", "rate_bps", "country", "seller_number")}
    assert told == {"treatment": "domestic", "rate_bps": 1_900, "country": "DE", "seller_number": "DE136695976"}
    for offer in recompute.price_trees(quote):
        recompute.compare(offer[1], recompute.amounts(offer[2], offer[1]["total"]))


@pytest.mark.parametrize(
    ("deliver_to", "customers_number", "treatment", "bps"),
    [
        ("DE", None, "domestic", 1_900),
        ("FR", None, "destination", 2_000),
        ("FR", "FR", "intra_community", 0),
        ("FR", "GB", "destination", 2_000),
        ("CN", None, "export", 0),
        (None, "FR", "domestic", 1_900),
    ],
)
def test_the_place_and_the_customers_number_decide(
    browser, customer, scene, make_organisation, wanted, register, deliver_to, customers_number, treatment, bps
):
    shop = scene.shop(make_organisation(hats=("factory",), country="DE"), card_has=EVERYWHERE)
    register(shop.owner, "DE")
    if customers_number:
        register(customer, customers_number)
    (offer,) = ask(browser, wanted, deliver_to=deliver_to)["offers"]

    assert (offer["taxed"]["treatment"], offer["taxed"]["rate_bps"]) == (treatment, bps)
    assert bool(offer["tax"]["minor"]) is bool(bps)
    what_if = browser.post("/v1/customer/what-ifs", json={**wanted, "deliver_to": deliver_to, "changes": []}).json
    (answer,) = what_if["base"]["answers"]
    assert (answer["net"], answer["tax"], answer["total"]) == (offer["net"], offer["tax"], offer["total"])


def test_f1_relabelling_nationality_changes_no_price_before_tax_and_no_rank_whoever_is_registered_where(
    app, browser, shops, wanted, register
):
    def answers():
        keep = ("position", "listing_id", "net", "factory_price", "platform_fee", "ships_on", "because")
        return [{name: offer[name] for name in keep} for offer in ask(browser, wanted)["offers"]]

    before = answers()
    for country in ("DE", "CN", "GB"):
        with app.app_context(), transaction():
            session().execute(update(Organisation).values(country=country))
        register(shops[1].owner, country)  # the cheapest, so that tax would move it if it entered the rank
        assert answers() == before
    taxes = [offer["tax"]["minor"] for offer in ask(browser, wanted)["offers"]]
    assert taxes[0] > 0 == taxes[1] == taxes[2]


@pytest.mark.parametrize(("currency", "step"), [("JPY", 1), ("EUR", 1), ("KWD", 10)])
def test_amounts_add_up_in_currencies_of_any_decimals_and_no_tax_moves_what_comes_before_it(
    browser, scene, make_organisation, wanted, register, currency, step
):
    shop = scene.shop(make_organisation(hats=("factory",), country="DE"), currency=currency)
    (untaxed,) = ask(browser, wanted, currency=currency)["offers"]
    register(shop.owner, "DE")
    (taxed,) = ask(browser, wanted, currency=currency)["offers"]

    assert taxed["net"] == untaxed["total"]
    assert taxed["net"]["minor"] + taxed["tax"]["minor"] == taxed["total"]["minor"]
    assert taxed["tax"]["minor"] % step == 0
    assert 2 * abs(10_000 * taxed["tax"]["minor"] - 1_900 * taxed["net"]["minor"]) <= 10_000 * step
    assert recompute.recomputed(taxed["breakdown"]) == taxed["total"]["minor"]


def test_a_rate_that_an_admin_has_decided_is_that_of_todays_offers_and_earlier_ones_keep_theirs(
    app, staff, browser, shops, wanted, register
):
    register(shops[0].owner, "DE")
    earlier = ask(browser, wanted)
    with app.app_context(), transaction():
        for bps, day in ((2_100, clock.now().date()), (500, clock.now().date() + timedelta(days=400))):
            row = TaxRate(country="DE", goods_bps=bps, services_bps=bps, valid_from=day, decided_by=staff.user_id)
            row.reason = "The law gazette says so."
            session().add(row)
    mine = by_listing(ask(browser, wanted))[str(shops[0].listing_id)]

    assert mine["taxed"]["rate_bps"] == 2_100
    assert browser.get(f"/v1/customer/quotes/{earlier['id']}").json["offers"] == earlier["offers"]


def test_a_factorys_own_fee_and_the_usual_one_are_lines_of_the_price_and_move_the_rank(
    app, staff, browser, shops, wanted
):
    def decide(fee_bps, person=None):
        row = FeeRate(fee_bps=fee_bps, valid_from=clock.now().date(), reason="Agreed upon.", decided_by=staff.user_id)
        row.organisation_id = None if person is None else person.organisation_id
        with app.app_context(), transaction():
            session().add(row)

    def fees():
        found = by_listing(ask(browser, wanted))
        return [
            round(10_000 * found[str(shop.listing_id)]["platform_fee"]["minor"] / factory["minor"])
            for shop in shops
            if (factory := found[str(shop.listing_id)]["factory_price"])
        ]

    assert fees() == [800, 800, 800]
    decide(5_000, shops[1].owner)
    assert fees() == [800, 5_000, 800]
    assert ask(browser, wanted)["offers"][0]["listing_id"] == str(shops[0].listing_id)
    decide(1_000)
    assert fees() == [1_000, 5_000, 1_000]
    decide(None, shops[1].owner)
    assert fees() == [1_000, 1_000, 1_000]


@pytest.fixture
def platform_in_germany(app):
    config, ports = app.extensions[KEY]
    app.extensions[KEY] = (replace(config, platform_tax_number=("DE", NUMBERS["DE"])), ports)
    yield
    app.extensions[KEY] = (config, ports)


@pytest.mark.usefixtures("platform_in_germany")
@pytest.mark.parametrize(
    ("country", "is_registered", "sale", "fee", "fee_bps"),
    [
        ("DE", True, "domestic", "domestic", 1_900),
        ("DE", False, "not_registered", "domestic", 1_900),
        ("FR", True, "domestic", "reverse_charge", 0),
        ("FR", False, "not_registered", "destination", 2_000),
        ("CN", True, "domestic", "outside_scope", 0),
    ],
)
def test_an_order_shares_the_tax_to_whoever_owes_it(
    app, browser, scene, make_organisation, wanted, register, country, is_registered, sale, fee, fee_bps
):
    shop = scene.shop(make_organisation(hats=("factory",), country=country))
    if is_registered:
        register(shop.owner, country)
    quote = ask(browser, wanted)
    (offer,) = quote["offers"]
    assert (offer["taxed"]["treatment"], offer["taxed"]["fee"]["treatment"]) == (sale, fee)
    chosen = {"lines": [{"quote_id": quote["id"], "offer_id": offer["id"]}]}
    order = browser.post("/v1/customer/orders", json=chosen).json

    (line,) = order["lines"]
    assert (line["tax_minor"], line["total_minor"]) == (offer["tax"]["minor"], offer["total"]["minor"])
    assert line["tax"] == offer["taxed"]
    with app.app_context():
        shares = {(each.kind, each.party_id): each.amount_minor for each in session().query(Share)}
    on_fee = round(offer["platform_fee"]["minor"] * fee_bps / 10_000)
    theirs = shop.owner.organisation_id
    assert shares.pop((ShareKind.FACTORY, theirs)) == offer["factory_price"]["minor"] - on_fee
    assert shares.pop((ShareKind.PLATFORM_FEE, None)) == offer["platform_fee"]["minor"]
    assert shares.pop((ShareKind.TAX, theirs), 0) == offer["tax"]["minor"]
    assert shares.pop((ShareKind.TAX, None), 0) == on_fee
    assert shares == {}
    assert holds_everywhere(app)


def test_terms_of_tax_and_fee_take_one_statement_however_many_factories_answer(browser, shops, wanted, statements):
    ask(browser, wanted)  # the book is read once
    with statements() as sent:
        ask(browser, wanted)

    assert len([each for each in sent if "tax_rates" in each]) == 1
