"""How long goods that are kept may be looked at, after a claim. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.claims import rules

CLAIMED = datetime(2027, 3, 1, 9, tzinfo=UTC)
ENDED = datetime(2027, 3, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("was_left", "is_left"),
    [
        (timedelta(0), timedelta(days=3)),
        (timedelta(days=3) - timedelta(seconds=1), timedelta(days=3)),
        (timedelta(days=3), timedelta(days=3)),
        (timedelta(days=3, seconds=1), timedelta(days=3, seconds=1)),
        (timedelta(days=14), timedelta(days=14)),
    ],
)
def test_the_window_stands_still_and_three_days_are_left_at_least(was_left, is_left):
    assert rules.accept_by(look_until=CLAIMED + was_left, claimed_at=CLAIMED, now=ENDED) == ENDED + is_left
