"""How long goods that are kept may be looked at, after a claim, and which amounts a part refund may have. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.claims import rules, terms
from marketplace.claims.errors import RemedyAmountUnfit
from marketplace.claims.models import Remedy
from marketplace.orders.models import Job

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


@pytest.mark.parametrize(
    ("currency", "amount", "is_fit"),
    [
        ("EUR", 1, True),
        ("EUR", 9_999, True),
        ("EUR", 10_000, False),
        ("JPY", 1, True),
        ("KWD", 1_230, True),
        ("KWD", 1_234, False),
        ("KWD", 9_990, True),
        ("KWD", 9, False),
    ],
)
def test_a_part_refund_is_less_than_the_job_costs_and_in_steps_that_the_provider_moves(currency, amount, is_fit):
    job = Job(currency=currency, total_minor=10_000)
    if is_fit:
        terms.refuse_unless_fit(job, Remedy.PART_REFUND, amount)
        return
    with pytest.raises(RemedyAmountUnfit) as refused:
        terms.refuse_unless_fit(job, Remedy.PART_REFUND, amount)
    assert refused.value.details["step_minor"] == (10 if currency == "KWD" else 1)
