"""A factory's own lines make a price tree that the same proof accepts as an automatic offer's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.costing import bids, tree
from marketplace.costing.bids import UNITS, BidLine, Group, Per
from marketplace.costing.errors import BidOutOfRange, ChargesOutOfRange, TreeDoesNotAdd
from marketplace.kernel.money import CHARGE_LIMITS

LINES = (
    BidLine(Group.MATERIAL, "Plate 6061", Per.PIECE, 420, "g", 900),
    BidLine(Group.SETUP, "Two set-ups", Per.LOT, 90, "min", 4_500),
    BidLine(Group.MACHINE, "Milling", Per.PIECE, 25, "min", 6_000),
    BidLine(Group.FINISH, "Anodising", Per.PIECE, 200, "cm2", 8_000),
    BidLine(Group.TOOLING, "Soft jaws", Per.LOT, 2, "unit", 3_000),
)


@st.composite
def any_line(draw):
    group = draw(st.sampled_from(Group))
    return BidLine(
        group=group,
        label=draw(st.text(min_size=1, max_size=20)),
        per=draw(st.sampled_from(Per)),
        quantity=draw(st.integers(1, 10_000)),
        unit=draw(st.sampled_from(sorted(bids.MILLIMINUTES if group is Group.MACHINE else UNITS))),
        rate_minor=draw(st.integers(1_000_000, 10_000_000)),
    )


def priced(lines=LINES, *, pieces=10, currency="EUR", margin_bps=1_500, fee_bps=800):
    return bids.price(lines, title="Bracket", pieces=pieces, currency=currency, margin_bps=margin_bps, fee_bps=fee_bps)


def test_the_lines_come_to_what_one_reckons_by_hand():
    made = priced()

    groups = bids.by_group(made.tree)
    assert groups == {
        Group.MATERIAL: 10 * 420 * 900 // 1_000,
        Group.SETUP: 90 * 4_500 // 60,
        Group.MACHINE: 10 * 25 * 6_000 // 60,
        Group.LABOUR: 0,
        Group.FINISH: 10 * 200 * 8_000 // 10_000,
        Group.TOOLING: 6_000,
        Group.OTHER: 0,
        Group.DELIVERY: 0,
    }
    making = sum(groups.values())
    assert bids.margin_of(made.tree) == round(making * 1_500 / 8_500)
    assert made.factory_minor == making + bids.margin_of(made.tree)
    assert made.fee_minor == round(made.factory_minor * 0.08)


@given(
    lines=st.lists(any_line(), min_size=1, max_size=12),
    pieces=st.integers(1, 1_000),
    margin_bps=st.integers(0, 9_000),
    fee_bps=st.integers(0, 3_000),
    currency=st.sampled_from(["EUR", "KWD"]),
)
def test_every_bid_is_proven_by_the_check_of_offers_and_frozen_like_one(lines, pieces, margin_bps, fee_bps, currency):
    made = priced(lines, pieces=pieces, currency=currency, margin_bps=margin_bps, fee_bps=fee_bps)
    step = CHARGE_LIMITS[currency].step

    assert tree.check(made.tree) == made.total_minor == made.factory_minor + made.fee_minor
    assert made.factory_minor % step == made.total_minor % step == 0
    short = tree.compact(made.tree)
    assert tree.check(short) == made.total_minor
    assert tree.filled(short, tree.figures(short)) == short
    assert tree.explain(short, bids.explanation(made.tree)) == made.tree


def test_a_line_that_was_changed_afterwards_does_not_add():
    made = priced()
    cost = made.tree["children"][0]["children"][0]["children"][0]["children"][0]
    cost["children"][2]["value"] += 1

    with pytest.raises(TreeDoesNotAdd):
        tree.check(made.tree)


def test_half_a_minor_unit_goes_to_the_even_side():
    odd = BidLine(Group.OTHER, "x", Per.LOT, 1, "min", 90)
    even = replace(odd, rate_minor=150)

    assert priced([odd], margin_bps=0, fee_bps=0).total_minor == 2
    assert priced([even], margin_bps=0, fee_bps=0).total_minor == 2


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (LINES, 250),
        ([BidLine(Group.MACHINE, "m", Per.LOT, 1, "min/1000", 1)], 1),
        ([BidLine(Group.MACHINE, "m", Per.PIECE, 100, "min/1000", 1)], 1),
        ([BidLine(Group.MACHINE, "m", Per.PIECE, 101, "min/1000", 1)], 2),
        ([BidLine(Group.LABOUR, "l", Per.LOT, 60, "min", 1)], 0),
    ],
)
def test_machine_minutes_are_those_that_the_lines_pay_for_rounded_up(lines, minutes):
    assert bids.machine_minutes(lines, 10) == minutes


@pytest.mark.parametrize("unit", sorted(UNITS))
def test_only_time_pays_for_a_machine(unit):
    if unit in ("min", "min/1000"):
        assert bids.machine_minutes([BidLine(Group.MACHINE, "Milling", Per.LOT, 1_000, unit, 1)], 1) > 0
    else:
        with pytest.raises(BidOutOfRange, match="by time"):
            BidLine(Group.MACHINE, "Milling", Per.LOT, 1_000, unit, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": True},
        {"quantity": 1.5},
        {"quantity": bids.LARGEST_QUANTITY + 1},
        {"rate_minor": -1},
        {"rate_minor": 10**9 + 1},
        {"unit": "furlong"},
    ],
)
def test_a_line_beyond_all_measure_is_refused(change):
    with pytest.raises(BidOutOfRange):
        replace(LINES[0], **change)


@pytest.mark.parametrize(
    "bid",
    [
        {"lines": []},
        {"lines": LINES[:1] * (bids.MOST_LINES + 1)},
        {"lines": [replace(LINES[0], rate_minor=0)]},
        {"lines": [BidLine(Group.OTHER, "x", Per.PIECE, 10**9, "unit", 10**9)]},
        {"margin_bps": -1},
        {"margin_bps": 9_001},
    ],
)
def test_a_bid_of_nothing_or_of_everything_is_refused(bid):
    with pytest.raises(BidOutOfRange):
        priced(**bid)


def test_a_fee_above_the_whole_price_is_refused():
    with pytest.raises(ChargesOutOfRange):
        priced(fee_bps=10_001)
