"""Which fee is in force on a day."""

from datetime import date

import pytest

from marketplace.fees.rules import Fee, asked, in_force, next_asked

HISTORY = [
    {"valid_from": "2026-01-01", "fee_bps": 800},
    {"valid_from": "2026-03-01", "fee_bps": 600},
    {"valid_from": "2026-03-01", "fee_bps": 650},
    {"valid_from": "2026-06-01", "fee_bps": None},
]


@pytest.mark.parametrize(
    ("day", "bps"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 800),
        (date(2026, 2, 28), 800),
        (date(2026, 3, 1), 650),
        (date(2026, 5, 31), 650),
        (date(2026, 6, 1), None),
    ],
)
def test_the_newest_of_the_days_that_have_come_counts_and_none_is_the_usual_one(day, bps):
    assert in_force(HISTORY, day) == bps


def test_without_history_there_is_none():
    assert in_force([], date(2026, 1, 1)) is None


USUAL = [{"valid_from": "2026-02-01", "fee_bps": 900}, {"valid_from": "2026-07-01", "fee_bps": 700}]


@pytest.mark.parametrize(
    ("own", "day", "fee"),
    [
        ([], date(2026, 1, 31), Fee(1_000, None, is_own=False)),
        ([], date(2026, 2, 1), Fee(900, date(2026, 2, 1), is_own=False)),
        (HISTORY, date(2026, 5, 31), Fee(650, date(2026, 3, 1), is_own=True)),
        (HISTORY, date(2026, 6, 30), Fee(900, date(2026, 6, 1), is_own=False)),
        (HISTORY, date(2026, 7, 1), Fee(700, date(2026, 7, 1), is_own=False)),
    ],
)
def test_a_fee_says_since_when_it_is_asked_and_whether_it_is_the_factorys_own(own, day, fee):
    assert asked(own, USUAL, day, usual_bps=1_000) == fee


def test_who_goes_back_to_what_was_never_decided_knows_since_when():
    assert asked(HISTORY, [], date(2026, 6, 2), usual_bps=1_000) == Fee(1_000, date(2026, 6, 1), is_own=False)


def test_a_rate_of_nothing_is_a_rate():
    free = [{"valid_from": "2026-01-01", "fee_bps": 0}]
    assert asked(free, USUAL, date(2026, 3, 1), usual_bps=1_000) == Fee(0, date(2026, 1, 1), is_own=True)


@pytest.mark.parametrize(
    ("day", "fee"),
    [
        (date(2026, 2, 28), Fee(650, date(2026, 3, 1), is_own=True)),
        (date(2026, 3, 1), Fee(900, date(2026, 6, 1), is_own=False)),
        (date(2026, 6, 1), Fee(700, date(2026, 7, 1), is_own=False)),
        (date(2026, 7, 1), None),
    ],
)
def test_the_next_fee_is_the_first_other_one(day, fee):
    assert next_asked(HISTORY, USUAL, day, usual_bps=1_000) == fee


def test_the_same_rate_decided_again_is_no_next_one():
    again = [{"valid_from": "2026-01-01", "fee_bps": 800}, {"valid_from": "2026-02-01", "fee_bps": 800}]
    assert next_asked(again, [], date(2026, 1, 15), usual_bps=1_000) is None
