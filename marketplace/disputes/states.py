"""The life of a dispute, as a table of moves; a row begins in the state in which it was first seen."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class DisputeState(StrEnum):
    INQUIRY = "inquiry"
    """The bank only asks; it has taken nothing. Whoever does not answer may be asked in earnest."""
    INQUIRY_ANSWERED = "inquiry_answered"
    NEEDS_ANSWER = "needs_answer"
    """The bank has taken the money, and hears us until a certain time."""
    UNDER_REVIEW = "under_review"
    """The bank has our answer, and decides."""
    WON = "won"
    """The money is given back."""
    LOST = "lost"
    """The customer keeps the money, and the parties bear it."""
    CLOSED = "closed"
    """It came to nothing: an inquiry that ended, or a dispute that was headed off."""


DISPUTE: Final = Lifecycle(
    DisputeState.INQUIRY,
    {
        DisputeState.INQUIRY: frozenset(
            {
                DisputeState.INQUIRY_ANSWERED,
                DisputeState.NEEDS_ANSWER,
                DisputeState.UNDER_REVIEW,
                DisputeState.WON,
                DisputeState.LOST,
                DisputeState.CLOSED,
            }
        ),
        DisputeState.INQUIRY_ANSWERED: frozenset(
            {
                DisputeState.NEEDS_ANSWER,
                DisputeState.UNDER_REVIEW,
                DisputeState.WON,
                DisputeState.LOST,
                DisputeState.CLOSED,
            }
        ),
        DisputeState.NEEDS_ANSWER: frozenset(
            {DisputeState.UNDER_REVIEW, DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED}
        ),
        DisputeState.UNDER_REVIEW: frozenset({DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED}),
    },
)
"""Steps that nobody told us of are left out: later states follow from every earlier one, and none leads back."""

INQUIRIES: Final = frozenset({DisputeState.INQUIRY, DisputeState.INQUIRY_ANSWERED})
"""No money has moved."""
TO_ANSWER: Final = frozenset({DisputeState.INQUIRY, DisputeState.NEEDS_ANSWER})
"""Evidence may be sent, or the loss be accepted."""
ANSWERED: Final = frozenset({DisputeState.INQUIRY_ANSWERED, DisputeState.UNDER_REVIEW})
CONTESTED: Final = frozenset({DisputeState.NEEDS_ANSWER, DisputeState.UNDER_REVIEW})
"""The bank has the money, and has not decided: nothing of the order is released."""
OPEN: Final = INQUIRIES | CONTESTED
OVER: Final = frozenset({DisputeState.WON, DisputeState.LOST, DisputeState.CLOSED})
