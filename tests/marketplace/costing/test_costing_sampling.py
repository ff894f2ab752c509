"""Sampling plans against the tables of ISO 2859-1, and what a price counts as inspected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.costing.errors import InspectionUnknown
from marketplace.costing.sampling import Plan, charged, letter, level, levels, plan, single, tables

LADDER = ("none", "reduced", "standard", "tightened", "full")
LOTS = st.integers(1, 1_000_000)


@pytest.mark.parametrize(
    ("general", "lot", "code"),
    [
        ("II", 1, "A"),
        ("II", 8, "A"),
        ("II", 9, "B"),
        ("II", 50, "D"),
        ("II", 51, "E"),
        ("I", 500, "F"),
        ("II", 1000, "J"),
        ("III", 3200, "L"),
        ("II", 500_001, "Q"),
    ],
)
def test_the_code_letter_is_that_of_table_1_with_edges_included(general, lot, code):
    assert letter(general, lot) == code


@pytest.mark.parametrize(
    ("code", "aql", "sample", "accept"),
    [
        ("J", 2.5, 80, 5),
        ("K", 1.0, 125, 3),
        ("H", 4.0, 50, 5),
        ("J", 0.65, 80, 1),
        ("A", 1.0, 13, 0),
        ("D", 2.5, 5, 0),
        ("E", 2.5, 20, 1),
        ("F", 1.0, 13, 0),
        ("R", 4.0, 315, 21),
    ],
)
def test_the_plan_is_that_of_table_2_a_with_its_arrows_followed(code, aql, sample, accept):
    found = single(code, aql)

    assert (found.sample, found.accept, found.reject) == (sample, accept, accept + 1)


def test_every_letter_has_a_plan_for_every_aql():
    for row in tables()["plan"]:
        for aql in tables()["aqls"]:
            assert single(row["letter"], aql).sample >= 2


def test_a_lot_not_larger_than_its_sample_is_inspected_whole():
    assert plan(level("standard"), 5) == Plan(5, 0)
    assert plan(level("standard"), 6) == Plan(5, 0)
    assert plan(level("full"), 70) == Plan(70, 0)
    assert plan(level("none"), 70) is None


@given(LOTS)
def test_each_level_inspects_no_fewer_pieces_than_the_one_before_and_never_more_than_there_are(lot):
    inspected = [found.sample if (found := plan(level(each), lot)) else 0 for each in LADDER]
    counted = [charged(level(each), lot) for each in LADDER]

    assert inspected == sorted(inspected)
    assert counted == sorted(counted)
    assert inspected[-1] == counted[-1] == lot


@given(LOTS, LOTS)
def test_more_pieces_never_have_a_larger_share_to_pay_nor_less_in_all(one, other):
    few, many = sorted((one, other))
    for each in levels().values():
        assert charged(each, many) >= charged(each, few)
        assert charged(each, many) * few <= charged(each, few) * many * (1 + 1e-12)


def test_the_price_counts_the_plan_itself_at_its_corners_and_the_line_between():
    """Level II, AQL 2.5: 5 of 15 and 20 of 90; of 50 then 5 + 15 × 35 ÷ 75 = 12, though the plan takes 5 of 50."""
    standard = level("standard")

    assert charged(standard, 15) == 5
    assert charged(standard, 90) == 20
    assert charged(standard, 50) == pytest.approx(12)
    assert charged(standard, 1200) == 80


def test_an_unknown_level_is_refused():
    with pytest.raises(InspectionUnknown):
        level("by_eye")
