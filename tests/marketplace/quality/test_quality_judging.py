"""Verdicts: limits themselves pass, and what a lot comes to follows from its entries alone."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.quality import judging
from marketplace.quality.values import EntryKind
from tests.marketplace.quality.books import chained, lost, plan, size, value, whole

SCRAP, REWORK = EntryKind.SCRAP, EntryKind.REWORK
FIGURES = st.decimals(-1000, 1000, places=4)


def verdict(*said):
    return judging.verdict(judging.findings(chained(*said)))


@pytest.mark.parametrize(
    ("figure", "expected"),
    [("7.8", True), ("7.80", True), ("8.2", True), ("7.799999999", False), ("8.200000001", False), ("8", True)],
)
def test_the_limits_themselves_pass_and_a_billionth_beyond_does_not(figure, expected):
    assert judging.passes(Decimal(figure), Decimal("7.8"), Decimal("8.2")) is expected


def test_no_binary_fraction_moves_a_limit():
    """0.1 + 0.2 is more than 0.3 in doubles."""
    assert judging.passes(Decimal("0.3"), None, Decimal("0.1") + Decimal("0.2"))
    assert 0.1 + 0.2 > 0.3


@given(nominal=FIGURES, away=st.decimals(0, 10, places=4))
def test_whatever_the_size_both_limits_pass_and_the_next_step_does_not(nominal, away):
    step = Decimal("0.0001")
    assert judging.passes(nominal + away, nominal - away, nominal + away)
    assert judging.passes(nominal - away, nominal - away, nominal + away)
    assert not judging.passes(nominal + away + step, nominal - away, nominal + away)
    assert not judging.passes(nominal - away - step, nominal - away, nominal + away)


@pytest.mark.parametrize(("lower", "upper", "figure", "expected"), [
    (None, "3.2", "3.2", True), (None, "3.2", "3.3", False), (None, "3.2", "-9", True),
    ("5", None, "5", True), ("5", None, "4.99", False), (None, None, "7", True),
])  # fmt: skip
def test_a_limit_may_stand_on_one_side_alone(lower, upper, figure, expected):
    sides = [None if each is None else Decimal(each) for each in (lower, upper)]
    assert judging.passes(Decimal(figure), *sides) is expected


def test_a_lot_is_incomplete_until_its_whole_sample_was_measured():
    four = [each for piece in range(1, 5) for each in whole(piece)]

    assert verdict(plan("standard", 25))["outcome"] == "incomplete"
    assert verdict(plan("standard", 25), *four)["outcome"] == "incomplete"
    assert verdict(plan("standard", 25), *four, value(5))["final"]["inspected"] == 4, "half a piece is none"
    assert verdict(plan("standard", 25), *four, *whole(5))["outcome"] == "accepted"


def test_as_many_bad_pieces_as_the_plan_accepts_are_accepted_once_they_are_taken_out():
    """A lot of 51 at level II, AQL 2.5: 20 pieces, 1 may be bad."""
    good = [each for piece in range(1, 20) for each in whole(piece)]
    one_bad = [plan("standard", 51), *good, *whole(20, passes=False)]

    left = verdict(*one_bad)
    assert (left["outcome"], left["final"]["nonconforming_left"]) == ("rejected", [20])
    assert verdict(*one_bad, lost(SCRAP, 20))["outcome"] == "accepted"
    two_bad = [plan("standard", 51), *good[2:], *whole(20, passes=False), *whole(1, passes=False)]
    assert verdict(*two_bad, lost(SCRAP, 1, 20))["outcome"] == "rejected", "one more than the plan accepts"


def test_a_screened_lot_is_accepted_when_every_bad_piece_was_made_good():
    pieces = [each for piece in range(1, 7) for each in whole(piece, passes=piece != 3)]
    screened = [plan("full", 6), *pieces]

    assert verdict(*screened)["outcome"] == "rejected"
    reworked = [*screened, lost(REWORK, 3)]
    assert verdict(*reworked)["outcome"] == "rejected", "worked on again, and not measured since"
    assert verdict(*reworked, *whole(3))["outcome"] == "accepted"
    assert verdict(*reworked, *whole(3))["final"]["nonconforming"] == [3], "it was found bad, and stays so on paper"
    replaced = [*screened, lost(SCRAP, 3), *whole(7)]
    assert verdict(*replaced)["outcome"] == "accepted"
    assert verdict(*screened, lost(SCRAP, 3))["outcome"] == "rejected", "five good pieces of six"


def test_a_correction_takes_the_place_of_what_it_corrects():
    bad = [plan("full", 1), value(1, passes=False), value(1, 2)]
    corrected = verdict(*bad, value(1, corrects=2))

    assert verdict(*bad)["outcome"] == "rejected"
    assert (corrected["outcome"], corrected["final"]["nonconforming"], corrected["corrected"]) == ("accepted", [], 1)
    assert verdict(plan("full", 1), *whole(1), value(1, passes=False, corrects=2))["outcome"] == "rejected"


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ([], "incomplete"),
        ([value(1, stage="first_article")], "incomplete"),
        (whole(1, stage="first_article"), "accepted"),
        ([value(1, stage="first_article", passes=False), value(1, 2, stage="first_article")], "rejected"),
        ([*whole(1, stage="first_article", passes=False), lost(SCRAP, 1)], "incomplete"),
        ([*whole(1, stage="first_article", passes=False), *whole(2, stage="first_article")], "accepted"),
    ],
)
def test_a_first_article_is_one_whole_piece_that_passes(said, outcome):
    found = verdict(plan("first_article", 5), *said)

    assert found["first_article"]["outcome"] == outcome
    assert found["final"]["outcome"] == "incomplete"


def test_without_a_level_nothing_is_asked_and_what_was_measured_counts_all_the_same():
    assert verdict(plan("none", 500))["outcome"] == "not_asked"
    assert verdict(plan("none", 500), *whole(1))["outcome"] == "accepted"
    assert verdict(plan("none", 500), *whole(1, passes=False))["outcome"] == "rejected"


def test_what_is_not_required_is_not_missed_until_it_is_required():
    extra = size("3", "2.9", "3.1", is_required=False)
    begun = [plan("full", 1, size("8", "7.8", "8.2"), extra), value(1)]

    assert verdict(*begun)["outcome"] == "accepted"
    required = [*begun, (EntryKind.REQUIRED, {"characteristics": [2]})]
    assert verdict(*required)["outcome"] == "incomplete"
    assert verdict(*required, value(1, 2))["outcome"] == "accepted"


def test_measurements_in_process_decide_nothing():
    assert verdict(plan("full", 1), *whole(1, stage="in_process", passes=False))["outcome"] == "incomplete"


def test_losses_add_up():
    found = verdict(
        plan("none", 5), lost(SCRAP, 1, 2, minutes=30), lost(REWORK, 3, minutes=12), lost(REWORK, 3, minutes=3)
    )

    assert (found["scrapped"], found["reworked"], found["minutes_lost"]) == (2, 1, 45)
