"""Many cards at once give what one card at a time gives, bit for bit."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.costing import books, bounds, tree
from marketplace.costing.books import BLOCK, NOT_OFFERED, stacked, taken, totals
from marketplace.costing.errors import ChargesOutOfRange, LotTooLarge, RateCardOutOfRange
from marketplace.costing.formulas import rounded
from marketplace.costing.prices import price
from marketplace.costing.rates import (
    LARGEST_AREA_PRICE,
    LARGEST_MARGIN_BPS,
    LARGEST_MATERIAL_PRICE,
    LARGEST_MINIMUM,
    LARGEST_RATE,
    LARGEST_SURCHARGE_BPS,
    Charges,
    DeliveryPrice,
    FinishPrice,
    RateCard,
    Rates,
)
from marketplace.costing.routings import route
from marketplace.costing.values import Figure, Making, Operation, Routing
from marketplace.kernel.money import round_half_even


@given(data=st.data())
def test_a_books_totals_are_the_prices_of_its_cards(routings, rates, charges, currencies, data):
    routing, currency, added = data.draw(routings), data.draw(currencies), data.draw(charges)
    pile = data.draw(st.lists(rates(routing, currency), min_size=1, max_size=8))

    assert totals(routing, stacked(pile), added, cards=len(pile)).tolist() == [
        price(routing, each, added).total_minor for each in pile
    ]


@given(data=st.data())
def test_prices_of_many_are_those_of_each_with_the_figures_of_its_tree(routings, rates, charges, currencies, data):
    routing, currency, added = data.draw(routings), data.draw(currencies), data.draw(charges)
    pile = data.draw(st.lists(rates(routing, currency), min_size=1, max_size=4))
    many = books.prices(routing, stacked(pile), added, cards=len(pile))
    each = [price(routing, one, added) for one in pile]
    trees = [tree.compact(one.tree) for one in each]

    assert list(many.totals) == [one.total_minor for one in each]
    assert list(many.fees) == [one.fee_minor for one in each]
    assert list(many.royalties) == [one.royalty_minor for one in each]
    assert list(many.taxes) == [one.tax_minor for one in each]
    assert list(many.deliveries) == [one.delivery_minor for one in each]
    assert list(many.figures) == [tree.figures(one) for one in trees]
    assert [tree.filled(trees[0], numbers) for numbers in many.figures] == trees
    assert [json.loads(tree.template(trees[0]) % tuple(numbers)) for numbers in many.figures] == trees


@given(data=st.data())
def test_fees_and_taxes_of_each_cards_own_are_those_of_its_price(routings, rates, charges, currencies, data):
    routing, currency, added = data.draw(routings), data.draw(currencies), data.draw(charges)
    pile = data.draw(st.lists(rates(routing, currency), min_size=1, max_size=4))
    fees, taxes = (data.draw(st.lists(st.integers(0, 10_000), min_size=len(pile), max_size=len(pile))) for _ in "ab")
    own = replace(added, fee_bps=np.array(fees), tax_bps=np.array(taxes))
    each = [
        price(routing, one, replace(added, fee_bps=fee, tax_bps=tax))
        for one, fee, tax in zip(pile, fees, taxes, strict=True)
    ]
    many = books.prices(routing, stacked(pile), own, cards=len(pile))

    assert totals(routing, stacked(pile), own, cards=len(pile)).tolist() == [one.total_minor for one in each]
    assert list(many.taxes) == [one.tax_minor for one in each]
    assert list(many.figures) == [tree.figures(tree.compact(one.tree)) for one in each]


def test_a_per_cent_sign_in_a_label_survives_the_template():
    shape = {"kind": "order", "label": "100 % d %d %s", "amount": 7, "children": []}

    assert json.loads(tree.template(shape) % (9,)) == {**shape, "amount": 9}


@given(numerator=st.integers(-(2**62), 2**62), divisor=st.integers(1, 1_000_000))
def test_rounding_of_columns_is_that_of_single_numbers(numerator, divisor):
    below = numerator // divisor * divisor
    halves = [numerator, below + divisor // 2, below + divisor - divisor // 2]
    expected = [round_half_even(value, divisor) for value in halves]
    column = np.array(halves, dtype=np.int64)

    assert rounded(column, divisor).tolist() == expected
    assert rounded(column, np.full(3, divisor, dtype=np.int64)).tolist() == expected


def heaviest():
    """A million minutes, fifty tonnes and a tenth of a square kilometre in one piece."""
    return Routing(
        process="fdm",
        material="pla",
        title="PLA",
        making=Making(1, finishes=("painted",)),
        operations=(Operation("Print", (), setup_mmin=1, machine_mmin_each=bounds.LARGEST_LOT_MMIN - 1),),
        material_mg_each=bounds.LARGEST_LOT_MG,
        variables=(),
        part_mg_each=bounds.LARGEST_LOT_MG,
        area_mm2_each=bounds.LARGEST_LOT_MM2,
    )


def dearest(**change):
    card = RateCard(
        currency="VND",
        machine_rate_minor_per_h=LARGEST_RATE,
        labour_rate_minor_per_h=LARGEST_RATE,
        material_minor_per_kg={"pla": LARGEST_MATERIAL_PRICE},
        minimum_order_minor=LARGEST_MINIMUM,
        margin_bps=LARGEST_MARGIN_BPS,
        finishes={"painted": FinishPrice(0, 0, 0)},
        delivery={"*": DeliveryPrice(10**12, 10**8)},
    )
    rates = card.rates("pla", Making(1, finishes=("painted",)), deliver_to="DE")
    return replace(rates, lead_bps=LARGEST_SURCHARGE_BPS, **change)


def test_a_cost_at_the_limit_with_every_term_at_its_own_does_not_overflow():
    """The bounds themselves: cost 2e13, margin 90 %, surcharge, fee, tax 100 %, delivery and royalty at their most."""
    added = Charges(fee_bps=10_000, royalty_minor_each=10_000_000, tax_bps=10_000)
    routing = replace(heaviest(), material_mg_each=33 * 10**9)
    expected = price(routing, dearest(), added).total_minor

    assert 9 * 10**14 < expected < 2**63
    assert totals(routing, stacked([dearest()]), added, cards=1).tolist() == [expected]


def test_a_card_by_which_the_lot_would_cost_too_much_offers_nothing_and_the_others_do():
    rates = [dearest(), dearest(machine=1, material=1), dearest(material=10**8, machine=10**9)]
    painted = replace(rates[2], finishes=tuple(replace(each, area=LARGEST_AREA_PRICE) for each in rates[2].finishes))

    found = totals(heaviest(), stacked([rates[0], rates[1], painted]), Charges(), cards=3).tolist()

    assert found[0] == found[2] == NOT_OFFERED
    assert found[1] == price(heaviest(), rates[1], Charges()).total_minor
    with pytest.raises(LotTooLarge, match="/v1/customer/rfqs"):
        price(heaviest(), rates[0], Charges())


def test_a_lot_beyond_the_bounds_is_refused_before_any_sum():
    one = stacked([dearest()])
    for change in (
        {"material_mg_each": bounds.LARGEST_LOT_MG + 1},
        {"part_mg_each": bounds.LARGEST_LOT_MG + 1},
        {"area_mm2_each": bounds.LARGEST_LOT_MM2 + 1},
        {"operations": (Operation("Print", (), labour_mmin=bounds.LARGEST_LOT_MMIN + 1),)},
    ):
        with pytest.raises(LotTooLarge, match="/v1/customer/rfqs"):
            totals(replace(heaviest(), **change), one, Charges(), cards=1)


def test_blocks_meet_without_a_gap(block, pla):
    making = Making(3)
    pile = [RateCard("EUR", 500 + i % 997, 3000, {"pla": 2500 + i % 13}).rates("pla", making) for i in range(BLOCK + 3)]
    routing = route("fdm", pla, block, making)
    answer = totals(routing, stacked(pile), Charges(fee_bps=800), cards=len(pile))

    for row in (0, BLOCK - 1, BLOCK, BLOCK + 2):
        assert answer[row] == price(routing, pile[row], Charges(fee_bps=800)).total_minor


def test_some_rows_of_a_book_are_a_book(block, pla):
    pile = [RateCard("EUR", rate, 3000, {"pla": 2500}).rates("pla", Making(3)) for rate in (500, 600, 700)]
    routing = route("fdm", pla, block, Making(3))
    rows = np.array([2, 0])

    assert totals(routing, taken(stacked(pile), rows), Charges(), cards=2).tolist() == [
        price(routing, pile[i], Charges()).total_minor for i in rows
    ]


def test_one_routing_stands_for_many_work_centres_with_constants_of_their_own(block, aluminium):
    """A constant that is a column gives each row the price that its own number gives alone."""
    minutes, pile = [10.0, 31.5, 47.25], [Rates("EUR", 6000, 4500, 4500, 4500, 650 + i) for i in range(3)]
    own = {"setup_time": figure(np.array(minutes)), "stock_allowance": figure(np.array([3.0, 5.0, 8.0]))}
    routing = route("cnc_milling", aluminium, block, Making(7), own)
    alone = [
        route("cnc_milling", aluminium, block, Making(7), {"setup_time": figure(m), "stock_allowance": figure(a)})
        for m, a in zip(minutes, (3.0, 5.0, 8.0), strict=True)
    ]

    assert totals(routing, stacked(pile), Charges(fee_bps=800), cards=3).tolist() == [
        price(each, rates, Charges(fee_bps=800)).total_minor for each, rates in zip(alone, pile, strict=True)
    ]


def figure(value):
    return Figure(value, "min", "work_centre")


def test_a_book_of_two_currencies_or_of_none_is_refused():
    mixed = [RateCard(currency, 1, 1, {"pla": 1}).rates("pla", Making(1)) for currency in ("EUR", "USD")]
    for pile in (mixed, []):
        with pytest.raises(RateCardOutOfRange):
            stacked(pile)


def test_a_fee_out_of_range_is_refused(block, pla):
    with pytest.raises(ChargesOutOfRange):
        totals(route("fdm", pla, block, Making(1)), stacked([dearest()]), Charges(fee_bps=10_001), cards=1)


@pytest.mark.parametrize("bps", [[800, 10_001], [-1, 800]])
@pytest.mark.parametrize("name", ["fee_bps", "tax_bps"])
def test_one_share_of_a_column_out_of_range_is_refused(block, pla, name, bps):
    pile, own = stacked([dearest(), dearest()]), Charges(**{name: np.array(bps)})
    with pytest.raises(ChargesOutOfRange):
        totals(route("fdm", pla, block, Making(1)), pile, own, cards=2)
