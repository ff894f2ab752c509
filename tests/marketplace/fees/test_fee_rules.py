"""Which fee is in force on a day."""

from datetime import date

import pytest

from marketplace.fees.rules import in_force

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
