"""Prices against sums worked by hand, and what is true of every price tree."""

import copy
import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.catalogue import material_for
from marketplace.costing import prices, tree
from marketplace.costing.errors import (
    ChargesOutOfRange,
    FinishNotPriced,
    MaterialNotPriced,
    RateCardOutOfRange,
    TreeDoesNotAdd,
)
from marketplace.costing.rates import Break, Charges, DeliveryPrice, FinishPrice, LeadTime, Limits, RateCard, Tier
from marketplace.costing.routings import route
from marketplace.costing.values import Making, Spread
from marketplace.kernel.money import CHARGE_LIMITS


@pytest.fixture(scope="module")
def card():
    return RateCard(
        currency="EUR",
        machine_rate_minor_per_h=6000,
        labour_rate_minor_per_h=3000,
        material_minor_per_kg={"aluminium_6061": 650},
        margin_bps=2000,
    )


def price(routing, card, fee):
    return prices.price(routing, card.rates(routing.material, routing.making), Charges(fee_bps=fee))


def lines(node):
    if node["kind"] == "cost":
        return [(node["label"], node["amount"])]
    return [line for child in node.get("children", ()) for line in lines(child)]


def test_ten_blocks_cost_what_was_worked_by_hand(block, aluminium, card):
    """Times from the routing test; 60 €/h machine, 30 €/h labour, 6.50 €/kg, margin 20 %, fee 5 %.

    Material 10 × 0.426359 kg × 650 = 2,771.33; programming 50 min = 2,500; set-up 1 h = 3,000; roughing 10 × 23.499 min
    at 100 c/min = 23,499; finishing 2,667; handling 3,773 and 10 × 3.373 min at 50 c = 1,686.5, to the even 1,686;
    deburring 843.5, to 844; 5 of 10 inspected, each 0.5 + 3 × 0.3125 = 1.4375 min, together 7.188 min: 359; cost
    41,099. Margin 41,099 × 0.2 ÷ 0.8 = 10,274.75; fee 5 % of 51,374 = 2,568.7; total 53,943, 5,394.3 each.
    """
    offer = price(route("cnc_milling", aluminium, block, Making(10)), card, 500)

    assert lines(offer.tree) == [
        ("Material", 2771),
        ("Labour of the lot", 2500),
        ("Set-up labour", 3000),
        ("Machine", 23499),
        ("Machine", 2667),
        ("Machine", 3773),
        ("Labour", 1686),
        ("Labour", 844),
        ("Labour of the lot", 359),
        ("Quantity break", 0),
        ("Factory margin", 10275),
        ("Lead time", 0),
        ("Minimum order", 0),
        ("Platform fee", 2569),
        ("Delivery", 0),
        ("Royalty", 0),
        ("Tax", 0),
    ]
    assert (offer.total_minor, offer.factory_minor, offer.fee_minor, offer.unit_minor) == (53943, 51374, 2569, 5394)


def test_a_small_lot_is_topped_up_to_the_factorys_minimum_and_the_fee_follows(block, aluminium, card):
    """Factory price 51,374 under a minimum of 60,000: top-up 8,626; fee 5 % of 60,000 = 3,000."""
    offer = price(route("cnc_milling", aluminium, block, Making(10)), replace(card, minimum_order_minor=60_000), 500)

    assert dict(lines(offer.tree))["Minimum order"] == 8_626
    assert (offer.factory_minor, offer.fee_minor, offer.total_minor) == (60_000, 3_000, 63_000)


def test_a_tie_goes_to_the_even_unit(block, aluminium):
    """Set-up 60 min at a rate of 1 costs 1; deburring 1 × 2 min × 15/h = 0.5 goes to 0, × 45/h = 1.5 goes to 2."""
    routing = route("cnc_milling", aluminium, block, Making(1))
    amounts = [
        next(s for s in tree_steps(price(routing, free_but(labour), 0).tree) if s["label"] == "Deburr")["amount"]
        for labour in (15, 45)
    ]
    assert amounts == [0, 2]


def free_but(labour):
    return RateCard("JPY", 0, labour, {"aluminium_6061": 0})


def tree_steps(node):
    return [step for part in node["children"][0]["children"] for step in part["children"]]


@given(data=st.data())
def test_every_tree_adds_up_after_a_trip_through_json(routings, rates, charges, currencies, data):
    routing = data.draw(routings)
    offer = prices.price(routing, data.draw(rates(routing, data.draw(currencies))), data.draw(charges))
    read = json.loads(json.dumps(offer.tree))

    assert tree.check(read) == offer.total_minor
    assert offer.total_minor == offer.factory_minor + offer.fee_minor + offer.royalty_minor + offer.tax_minor
    assert tree.check(json.loads(json.dumps(tree.compact(read)))) == offer.total_minor
    assert tree.explain(tree.compact(read), tree.explanation(routing)) == read


@given(data=st.data())
def test_a_price_is_within_half_a_unit_per_line_of_the_exact_one(routings, rates, charges, currencies, data):
    routing = data.draw(routings)
    asked, added = data.draw(rates(routing, data.draw(currencies))), data.draw(charges)
    offer = prices.price(routing, asked, added)
    step = CHARGE_LIMITS[asked.currency].step
    slack = rounding_slack(offer.tree, asked, added) + (0 if step == 1 else 5 * step)

    assert abs(offer.total_minor - exact_total(routing, routing.quantity, asked, added)) <= slack


@given(data=st.data())
def test_a_lot_can_be_paid_by_card_whatever_the_currency(routings, rates, charges, currencies, data):
    """Where cards take steps of ten, the factory's part and the whole are rounded up to one, each by a line.

    What the tax is on is a whole step then, and the tax the nearest one: no tax changes what a lot costs before it.
    """
    routing, added = data.draw(routings), data.draw(charges)
    asked = data.draw(rates(routing, data.draw(currencies)))
    step = CHARGE_LIMITS[asked.currency].step
    offer, as_reckoned = (prices.price(routing, each, added) for each in (asked, replace(asked, currency="EUR")))
    added_up = {label: amount for label, amount in terms_of(offer.tree).items() if label.startswith("Rounding")}

    net, net_as_reckoned = (each.total_minor - each.tax_minor for each in (offer, as_reckoned))

    assert offer.factory_minor % step == offer.total_minor % step == net % step == offer.tax_minor % step == 0
    assert 2 * abs(10_000 * offer.tax_minor - net * added.tax_bps) <= 10_000 * step
    assert net == prices.price(routing, asked, replace(added, tax_bps=0)).total_minor
    assert 0 <= offer.factory_minor - as_reckoned.factory_minor < step
    assert 0 <= offer.fee_minor - as_reckoned.fee_minor < step
    assert net - net_as_reckoned == sum(added_up.values())
    assert len(added_up) == (0 if step == 1 else 2)


def test_what_rounds_a_lot_in_dinars_is_worked_by_hand(block, aluminium, card):
    """What costs 513.74 € and a fee of 25.69 € (above) costs 51.374 KWD and 2.569: six fils to 51.380, then one to
    53.950; and whoever says otherwise is found.
    """
    routing = route("cnc_milling", aluminium, block, Making(10))
    offer = price(routing, replace(card, currency="KWD"), 500)

    assert (offer.factory_minor, offer.fee_minor, offer.total_minor) == (51_380, 2_570, 53_950)
    terms = terms_of(offer.tree)
    assert (terms["Rounding of the factory's part"], terms["Rounding of the whole"]) == (6, 1)
    said = next(each for each in variables(offer.tree) if each["label"] == "Platform fee")
    said["value"] += 10
    with pytest.raises(TreeDoesNotAdd, match="Rounding of the factory's part"):
        tree.check(offer.tree)


def test_spare_capacity_comes_off_the_factorys_price_before_its_minimum_and_the_fee(block, aluminium, card):
    """Ten blocks as above: 41,099 + 10,275 = 51,374; −20 % is −10,274.8; fee 5 % of 41,099 = 2,054.95."""
    routing = route("cnc_milling", aluminium, block, Making(10))
    routing = replace(routing, sources={**routing.sources, "slot": "a slot"})

    def priced(**changes):
        rates = replace(card, **changes).rates(routing.material, routing.making)
        return prices.price(routing, replace(rates, spare_bps=2_000), Charges(fee_bps=500))

    offer, topped, dinars = priced(), priced(minimum_order_minor=45_000), priced(currency="KWD")
    assert terms_of(offer.tree)["Spare capacity"] == -10_275
    assert (offer.factory_minor, offer.fee_minor, offer.total_minor) == (41_099, 2_055, 43_154)
    assert (topped.factory_minor, topped.fee_minor) == (45_000, 2_250)
    assert (dinars.factory_minor, dinars.fee_minor, dinars.total_minor) == (41_100, 2_060, 43_160)
    for each in (offer, topped, dinars):
        assert tree.check(each.tree) == each.total_minor


def terms_of(root):
    return {each["label"]: each["amount"] for each in root["children"][0]["children"][1]["children"]}


@given(data=st.data(), more=st.integers(1, 10_000))
def test_more_pieces_never_have_a_higher_exact_unit_price(routings, rates, charges, currencies, data, more):
    routing = data.draw(routings)
    asked, added = data.draw(rates(routing, data.draw(currencies))), data.draw(charges)
    few, many = routing.quantity, routing.quantity + more

    assert exact_total(routing, many, asked, added) / many <= exact_total(routing, few, asked, added) / few


@given(data=st.data())
def test_the_interval_holds_the_price(routings, rates, charges, currencies, data):
    routing = replace(data.draw(routings), spread=Spread(8_000, 13_000, 9_500, 11_000))
    asked, added = data.draw(rates(routing, data.draw(currencies))), data.draw(charges)
    low, high = prices.interval(routing, asked, added)

    assert low <= prices.price(routing, asked, added).total_minor <= high


def exact_total(routing, quantity, asked, added):
    """The same price in fractions, rounded nowhere, written from the formulas of docs/costing.md."""
    cost = Fraction(quantity * routing.material_mg_each * asked.material, 10**6)
    for step in routing.operations:
        cost += Fraction(step.setup_mmin * asked.setup + step.tooling_mmin * asked.tooling, 60_000)
        cost += Fraction(quantity * step.machine_mmin_each * asked.machine, 60_000)
        cost += Fraction((step.labour_mmin + quantity * step.labour_mmin_each) * asked.labour, 60_000)
    for finish in asked.finishes:
        cost += max(finish.lot, quantity * finish.piece)
        cost += Fraction(quantity * routing.area_mm2_each * finish.area, 10**6)
    factory = cost * (10_000 - asked.discount_bps) / (10_000 - asked.margin_bps) * (10_000 + asked.lead_bps) / 10_000
    factory = max(factory, asked.minimum)
    delivery = asked.delivery_base + Fraction(quantity * routing.part_mg_each * asked.delivery_per_kg, 10**6)
    before_tax = factory * (10_000 + added.fee_bps) / 10_000 + delivery + quantity * added.royalty_minor_each
    return before_tax * (10_000 + added.tax_bps) / 10_000


def rounding_slack(node, asked, added):
    """Half a unit per line, grown by all terms."""
    grown = Fraction(10_000, 10_000 - asked.margin_bps) * (10_000 + max(0, asked.lead_bps)) / 10_000
    grown *= Fraction(10_000 + added.fee_bps, 10_000) * (10_000 + added.tax_bps) / 10_000
    return Fraction(len(lines(node)), 2) * grown


@pytest.mark.parametrize("process", ["cnc_milling", "fdm"])
def test_a_ladder_of_quantities_has_falling_unit_prices(block, aluminium, pla, process):
    material = {"cnc_milling": aluminium, "fdm": pla}[process]
    card = RateCard("EUR", 5500, 3800, {material.id: 900}, minimum_order_minor=8000, margin_bps=1500)
    units = [
        price(route(process, material, block, Making(quantity)), card, 700).unit_minor
        for quantity in (1, 2, 3, 4, 5, 10, 11, 25, 100, 101, 500, 1000)
    ]
    assert units == sorted(units, reverse=True)


def test_the_same_question_has_the_same_answer_byte_for_byte(block, aluminium, card):
    first, second = (
        json.dumps(price(route("cnc_milling", aluminium, block, Making(7)), card, 800).tree) for _ in range(2)
    )

    assert first == second


def test_every_leaf_resolves_to_value_unit_and_source(block, aluminium, card):
    root = price(route("cnc_milling", aluminium, replace(block, holes=((5, 20),)), Making(25)), card, 800).tree
    leaves = list(variables(root))

    assert len(leaves) > 30
    assert all(
        type(leaf["value"]) in (int, float) and leaf["unit"] and root["sources"][leaf["source"]] for leaf in leaves
    )


def variables(node):
    if node["kind"] == "variable":
        yield node
    for child in node.get("children", ()):
        yield from variables(child)


@given(data=st.data())
def test_a_changed_number_anywhere_in_the_money_is_found(block, aluminium, card, data):
    making = Making(10, finishes=("anodised",))
    routing = route("cnc_milling", aluminium, block, making)
    costly = replace(
        card,
        minimum_order_minor=80_000,
        finishes={"anodised": FinishPrice(400, 150, 9_000)},
        delivery={"DE": DeliveryPrice(1200, 300)},
    )
    asked = replace(costly.rates("aluminium_6061", making, deliver_to="DE"), lead_bps=1000)
    added = Charges(fee_bps=500, royalty_minor_each=20, tax_bps=1900)
    root = copy.deepcopy(tree.compact(prices.price(routing, replace(asked, discount_bps=300), added).tree))
    node, key = data.draw(st.sampled_from(list(numbers(root))))
    node[key] += data.draw(st.sampled_from([-1000, 1000, 123_457]))

    with pytest.raises(TreeDoesNotAdd):
        tree.check(root)


def test_a_fee_on_an_invented_base_is_found_although_every_sum_is_right(block, aluminium, card):
    root = copy.deepcopy(tree.compact(price(route("cnc_milling", aluminium, block, Making(10)), card, 500).tree))
    line = root["children"][0]
    terms = line["children"][1]
    fee = terms["children"][4]
    fee["children"][0]["children"][0]["value"] += 20_000
    for node in (root, line, terms, fee, fee["children"][0]):
        node["amount"] += 1_000

    with pytest.raises(TreeDoesNotAdd, match="Platform fee"):
        tree.check(root)


def numbers(node):
    """Every number but the lesser side of a maximum, of which the amount says nothing."""
    if node.get("label") == "least":
        return
    yield (node, "value" if node["kind"] == "variable" else "amount")
    for child in node.get("children", ()):
        yield from numbers(child)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda root: root.update(kind="line"),
        lambda root: root.update(amount=float(root["amount"])),
        lambda root: root.pop("children"),
        lambda root: root["sources"].pop("rate_card"),
        lambda root: root["children"][0]["children"][0]["children"][0]["children"][0].update(formula="2 + 2"),
        lambda root: root["children"][0]["children"].append(root["children"][0]),
    ],
)
def test_a_spoilt_tree_is_refused_not_crashed_on(block, aluminium, card, spoil):
    root = json.loads(json.dumps(price(route("cnc_milling", aluminium, block, Making(10)), card, 500).tree))
    assert tree.check(root) == 53943
    spoil(root)

    with pytest.raises(TreeDoesNotAdd):
        tree.check(root)


def test_a_material_without_a_price_is_refused(block, card):
    routing = route("cnc_milling", material_for("cnc_milling", "brass").facts, block, Making(1))
    with pytest.raises(MaterialNotPriced):
        price(routing, card, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"breaks": (Break(10, 500), Break(5, 600))},
        {"breaks": (Break(10, 500), Break(20, 500))},
        {"breaks": tuple(Break(n, n) for n in range(2, 11))},
        {"tiers": {LeadTime.EXPRESS: Tier()}},
        {"setup_rate_minor_per_h": -1},
        {"tooling_rate_minor_per_h": 10**9 + 1},
    ],
)
def test_a_rate_card_that_contradicts_itself_is_refused(card, change):
    with pytest.raises(RateCardOutOfRange):
        replace(card, **change)


def test_what_contradicts_itself_is_named_with_the_way_out(card):
    with pytest.raises(RateCardOutOfRange, match="lots of 50 pieces at the fewest and 20 at the most") as refusal:
        Limits(fewest=50, most=20)
    assert (refusal.value.details["fewest"], refusal.value.details["most"]) == (50, 20)
    assert Limits(fewest=50, most=50).most == 50
    with pytest.raises(RateCardOutOfRange, match="Add a standard lead time"):
        replace(card, tiers={LeadTime.ECONOMY: Tier()})


@pytest.mark.parametrize(
    "made",
    [
        lambda: FinishPrice(lot_minor=-1),
        lambda: FinishPrice(area_minor_per_m2=40_000_001),
        lambda: Break(1, 100),
        lambda: Break(2, 5_001),
        lambda: Tier(366),
        lambda: Tier(0, 10_001),
        lambda: Tier(0, -5_001),
        lambda: DeliveryPrice(-1),
        lambda: DeliveryPrice(0, 1.5),
    ],
)
def test_a_part_of_a_rate_card_out_of_range_is_refused(made):
    with pytest.raises(RateCardOutOfRange):
        made()


def test_a_finish_without_a_price_is_refused(card):
    with pytest.raises(FinishNotPriced):
        card.rates("aluminium_6061", Making(1, finishes=("gold",)))


@pytest.mark.parametrize("fee", [-1, 10_001, True, 5.0])
def test_a_fee_outside_nothing_and_everything_is_refused(block, aluminium, card, fee):
    with pytest.raises(ChargesOutOfRange):
        price(route("cnc_milling", aluminium, block, Making(1)), card, fee)


@pytest.mark.parametrize(
    "change",
    [
        {"machine_rate_minor_per_h": -1},
        {"labour_rate_minor_per_h": 10**9 + 1},
        {"margin_bps": 9001},
        {"minimum_order_minor": 10**12 + 1},
        {"material_minor_per_kg": {"pla": -1}},
        {"machine_rate_minor_per_h": 60.5},
        {"machine_rate_minor_per_h": True},
    ],
)
def test_a_rate_card_out_of_range_is_refused(card, change):
    with pytest.raises(RateCardOutOfRange):
        replace(card, **change)
