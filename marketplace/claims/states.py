"""The life of a claim and of a neutral re-measurement, as tables of moves."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class ClaimState(StrEnum):
    RAISED = "raised"
    """The factory is asked."""
    OFFERED = "offered"
    """The factory would do something else; the customer is asked."""
    REJECTED = "rejected"
    """The factory says no; the customer may have it decided."""
    IN_DECISION = "in_decision"
    """The staff of the marketplace is asked."""
    SETTLED = "settled"
    """A remedy was accepted, agreed on or decided, and is carried out."""
    DISMISSED = "dismissed"
    """The staff has decided that there is nothing to put right."""
    LAPSED = "lapsed"
    """It was rejected, and the customer has not taken it further."""
    WITHDRAWN = "withdrawn"


class RemeasurementState(StrEnum):
    ASKED = "asked"
    """The staff is to name a factory."""
    NAMED = "named"
    REPORTED = "reported"
    CALLED_OFF = "called_off"
    """The claim came to its end before the result."""


CLAIM: Final = Lifecycle(
    ClaimState.RAISED,
    {
        ClaimState.RAISED: frozenset(
            {ClaimState.OFFERED, ClaimState.REJECTED, ClaimState.SETTLED, ClaimState.WITHDRAWN}
        ),
        ClaimState.OFFERED: frozenset({ClaimState.SETTLED, ClaimState.IN_DECISION, ClaimState.WITHDRAWN}),
        ClaimState.REJECTED: frozenset({ClaimState.IN_DECISION, ClaimState.LAPSED, ClaimState.WITHDRAWN}),
        ClaimState.IN_DECISION: frozenset({ClaimState.SETTLED, ClaimState.DISMISSED, ClaimState.WITHDRAWN}),
    },
)

REMEASUREMENT: Final = Lifecycle(
    RemeasurementState.ASKED,
    {
        RemeasurementState.ASKED: frozenset({RemeasurementState.NAMED, RemeasurementState.CALLED_OFF}),
        RemeasurementState.NAMED: frozenset({RemeasurementState.REPORTED, RemeasurementState.CALLED_OFF}),
    },
)

OPEN: Final = frozenset({ClaimState.RAISED, ClaimState.OFFERED, ClaimState.REJECTED, ClaimState.IN_DECISION})
"""Nothing is released while a claim is in one of these."""
TIMED: Final = frozenset({ClaimState.RAISED, ClaimState.OFFERED, ClaimState.REJECTED})
"""One side is asked, and has its time."""
UNDER_WAY: Final = frozenset({RemeasurementState.ASKED, RemeasurementState.NAMED})
