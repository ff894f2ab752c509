"""The published times and terms of an order. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from marketplace.orders.models import Side
from marketplace.orders.states import JobState

ANSWER_TIME: Final = timedelta(hours=48)
"""How long a factory has to accept a paid job, and a customer to answer a counter-offer."""
ACCEPTANCE_TIME: Final = timedelta(days=14)
"""How long after the last piece left the customer may look at the goods; then they count as accepted."""
COUNTERS: Final = 3
"""How often a factory may counter one job."""
MOST_CHANGES: Final = 50
MOST_REPORTS: Final = 200
"""Of one job: all of them are shown with it."""
WHOLE_BPS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Cancelling:
    """What goes back to the customer when one side gives a job up: all of what has not left, or part of that."""

    back_bps: int
    """Of the price of the pieces that have not left the factory, in basis points; pieces that have left are paid."""
    why: str


CUSTOMER_GIVES_UP: Final[Mapping[JobState, Cancelling]] = {
    JobState.WAITING: Cancelling(WHOLE_BPS, "Nothing has been paid."),
    JobState.OFFERED: Cancelling(WHOLE_BPS, "The factory has not taken the job yet."),
    JobState.COUNTERED: Cancelling(WHOLE_BPS, "The factory wants other terms than those that were ordered."),
    JobState.ACCEPTED: Cancelling(9_000, "The factory has kept its machines free and prepared the work."),
    JobState.IN_PRODUCTION: Cancelling(5_000, "Material is bought, machines are set up, and pieces are being made."),
}
"""A state that is not here: the goods have left, and a claim is the way."""

NOTHING_MADE: Final = Cancelling(WHOLE_BPS, "A factory is not paid for what it does not deliver.")
FACTORY_GIVES_UP: Final[Mapping[JobState, Cancelling]] = dict.fromkeys(
    (JobState.OFFERED, JobState.COUNTERED, JobState.ACCEPTED, JobState.IN_PRODUCTION), NOTHING_MADE
)
CANCELLING: Final[Mapping[Side, Mapping[JobState, Cancelling]]] = {
    Side.CUSTOMER: CUSTOMER_GIVES_UP,
    Side.FACTORY: FACTORY_GIVES_UP,
}
"""The table of what a cancellation costs: who gives up, in which state."""

MADE_AGAIN: Final = Cancelling(WHOLE_BPS, "Pieces that were claimed and have not been replaced are not paid.")
"""Holds for both sides while claimed pieces are made again: of the price of the pieces that have not left once more."""


def back_minor(terms: Cancelling, total_minor: int, *, quantity: int, left: int, step: int) -> int:
    """What of a job's price goes back to the customer, in whole steps of its currency, rounded down.

    It is of the pieces that have not left the factory: whoever gives up, those that have left are paid, and those that
    a factory only says it has made are not.
    """
    return total_minor * left * terms.back_bps // (quantity * WHOLE_BPS) // step * step
