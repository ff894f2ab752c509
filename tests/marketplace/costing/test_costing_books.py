"""Many cards at once give what one card at a time gives, bit for bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.catalogue import material_for
from marketplace.costing import bounds
from marketplace.costing.books import BLOCK, RateBook, rounded, rounded_by_column, totals
from marketplace.costing.errors import FeeOutOfRange, LotTooLarge, MaterialNotPriced, RateCardOutOfRange
from marketplace.costing.prices import price
from marketplace.costing.routings import route
from marketplace.costing.values import (
    LARGEST_MARGIN_BPS,
    LARGEST_MATERIAL_PRICE,
    LARGEST_MINIMUM,
    LARGEST_RATE,
    Operation,
    RateCard,
    Routing,
)
from marketplace.kernel.money import round_half_even


@given(data=st.data(), fee=st.integers(0, 10_000))
def test_a_books_totals_are_the_prices_of_its_cards(routings, cards, currencies, data, fee):
    routing = data.draw(routings)
    pile = data.draw(st.lists(cards(routing.material, data.draw(currencies)), min_size=1, max_size=8))

    assert totals(routing, RateBook.of(pile), fee).tolist() == [price(routing, c, fee).total_minor for c in pile]


@given(numerator=st.integers(0, 2**62), divisor=st.sampled_from([2, 10_000, 60_000, 1_000_000]))
def test_rounding_of_columns_is_that_of_single_numbers(numerator, divisor):
    column = np.array([numerator, numerator // divisor * divisor + divisor // 2], dtype=np.int64)
    expected = [round_half_even(int(value), divisor) for value in column]

    assert rounded(column.copy(), divisor).tolist() == expected
    assert rounded_by_column(column, np.array([divisor, divisor], dtype=np.int64)).tolist() == expected


@given(numerator=st.integers(0, 2**62), divisor=st.integers(1000, 10_000))
def test_rounding_by_a_column_of_divisors_takes_odd_ones_too(numerator, divisor):
    below = numerator // divisor * divisor
    halves = [numerator, below + divisor // 2, below + divisor - divisor // 2]
    column = np.array(halves, dtype=np.int64)

    assert rounded_by_column(column, np.full(3, divisor, dtype=np.int64)).tolist() == [
        round_half_even(value, divisor) for value in halves
    ]


def test_the_largest_lot_at_the_largest_rates_does_not_overflow():
    """The bounds themselves: a million minutes and fifty tonnes, at every rate's limit, margin and fee included."""
    routing = Routing(
        process="fdm",
        material="pla",
        title="PLA",
        quantity=1,
        operations=(Operation("Print", (), setup_mmin=1, machine_mmin_each=bounds.LARGEST_LOT_MMIN - 1),),
        material_mg_each=bounds.LARGEST_LOT_MG,
        variables=(),
    )
    dearest = RateCard(
        currency="IDR",
        machine_rate_minor_per_h=LARGEST_RATE,
        labour_rate_minor_per_h=LARGEST_RATE,
        material_minor_per_kg={"pla": LARGEST_MATERIAL_PRICE},
        minimum_order_minor=LARGEST_MINIMUM,
        margin_bps=LARGEST_MARGIN_BPS,
    )
    expected = price(routing, dearest, 10_000).total_minor

    assert expected > 10**14
    assert totals(routing, RateBook.of([dearest]), 10_000).tolist() == [expected]


def test_a_lot_beyond_the_bounds_is_refused_before_any_sum():
    routing = Routing("fdm", "pla", "PLA", 1, (), bounds.LARGEST_LOT_MG + 1, ())
    with pytest.raises(LotTooLarge):
        totals(routing, RateBook.of([RateCard("EUR", 1, 1, {"pla": 1})]), 0)


def test_blocks_meet_without_a_gap(block, pla):
    pile = [RateCard("EUR", 500 + i % 997, 3000, {"pla": 2500 + i % 13}) for i in range(BLOCK + 3)]
    routing = route("fdm", pla, block, 3)
    answer = totals(routing, RateBook.of(pile), 800)

    for row in (0, BLOCK - 1, BLOCK, BLOCK + 2):
        assert answer[row] == price(routing, pile[row], 800).total_minor


def test_only_the_cards_that_offer_the_material_are_priced(block, pla):
    pile = [
        RateCard("EUR", 500, 3000, {"pla": 2500}),
        RateCard("EUR", 600, 3000, {"petg": 2500}),
        RateCard("EUR", 700, 3000, {"pla": 2000}),
    ]
    book, routing = RateBook.of(pile), route("fdm", pla, block, 3)
    with pytest.raises(MaterialNotPriced):
        totals(routing, book, 0)

    rows = book.offering("pla")
    assert rows.tolist() == [0, 2]
    assert totals(routing, book.take(rows), 0).tolist() == [price(routing, pile[i], 0).total_minor for i in rows]
    assert book.offering("abs").tolist() == []


def test_a_book_without_the_material_at_all_is_refused(block):
    asa = material_for("fdm", "asa").facts
    with pytest.raises(MaterialNotPriced):
        totals(route("fdm", asa, block, 1), RateBook.of([RateCard("EUR", 1, 1, {"pla": 1})]), 0)


def test_an_empty_selection_has_no_totals(block, pla):
    empty = RateBook.of([RateCard("EUR", 1, 1, {"pla": 1})]).take(np.empty(0, dtype=np.intp))

    assert totals(route("fdm", pla, block, 1), empty, 0).tolist() == []


def test_a_book_of_two_currencies_or_of_none_is_refused():
    mixed = [RateCard("EUR", 1, 1, {}), RateCard("USD", 1, 1, {})]
    for pile in (mixed, []):
        with pytest.raises(RateCardOutOfRange):
            RateBook.of(pile)


@pytest.mark.parametrize(
    "machine", [np.array([1, 2]), np.array([-1]), np.array([LARGEST_RATE + 1]), np.array([1.0])], ids=str
)
def test_columns_out_of_range_or_shape_are_refused(machine):
    one = np.array([1], dtype=np.int64)
    with pytest.raises(RateCardOutOfRange):
        RateBook("EUR", machine, one, one, one, {"pla": one})


def test_a_fee_out_of_range_is_refused(block, pla):
    with pytest.raises(FeeOutOfRange):
        totals(route("fdm", pla, block, 1), RateBook.of([RateCard("EUR", 1, 1, {"pla": 1})]), 10_001)
