"""The published times of a claim. Pure."""

from datetime import datetime, timedelta
from typing import Final

ANSWER_TIME: Final = timedelta(days=5)
"""How long the factory has to answer a claim; no answer counts as accepted."""
FURTHER_TIME: Final = timedelta(days=7)
"""How long the customer has to take an answer further: an offer then counts as agreed, a rejected claim as dropped."""
LEAST_TO_LOOK: Final = timedelta(days=3)
"""What the customer has at least, after a claim, until the goods that they keep count as accepted."""


def accept_by(*, look_until: datetime, claimed_at: datetime, now: datetime) -> datetime:
    """When goods that are kept count as accepted: the window stood still while they were claimed."""
    return now + max(look_until - claimed_at, LEAST_TO_LOOK)
