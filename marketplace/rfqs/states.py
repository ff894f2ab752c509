"""The lives of a request, of an invitation to it, of a question and of a bid, as tables of moves."""

from enum import StrEnum
from typing import Final

from marketplace.kernel.lifecycle import Lifecycle


class RfqState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    """One bid was accepted."""
    WITHDRAWN = "withdrawn"


class InvitationState(StrEnum):
    INVITED = "invited"
    """The factory may read the requirement, and nothing of the file."""
    ACCEPTED = "accepted"
    """It has agreed to the terms, the customer's non-disclosure agreement among them: it may ask and bid."""
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """The customer has taken the invitation back."""
    CHOSEN = "chosen"
    NOT_CHOSEN = "not_chosen"
    """It had bid, and another's bid was accepted or the request was withdrawn."""


class QuestionState(StrEnum):
    OPEN = "open"
    """The clock of the request stands still."""
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class BidState(StrEnum):
    OPEN = "open"
    SUPERSEDED = "superseded"
    """The same factory has bid again for the same quantity."""
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    NOT_CHOSEN = "not_chosen"


RFQ: Final = Lifecycle(RfqState.OPEN, {RfqState.OPEN: frozenset({RfqState.DECIDED, RfqState.WITHDRAWN})})

INVITATION: Final = Lifecycle(
    InvitationState.INVITED,
    {
        InvitationState.INVITED: frozenset(
            {InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.WITHDRAWN}
        ),
        InvitationState.ACCEPTED: frozenset(
            {
                InvitationState.DECLINED,
                InvitationState.WITHDRAWN,
                InvitationState.CHOSEN,
                InvitationState.NOT_CHOSEN,
            }
        ),
        InvitationState.DECLINED: frozenset({InvitationState.INVITED}),
        InvitationState.WITHDRAWN: frozenset({InvitationState.INVITED}),
    },
    dict.fromkeys(
        (InvitationState.DECLINED, InvitationState.WITHDRAWN), "the customer may invite the factory again, by name"
    ),
)

QUESTION: Final = Lifecycle(
    QuestionState.OPEN, {QuestionState.OPEN: frozenset({QuestionState.ANSWERED, QuestionState.WITHDRAWN})}
)

BID: Final = Lifecycle(
    BidState.OPEN,
    {
        BidState.OPEN: frozenset({BidState.SUPERSEDED, BidState.WITHDRAWN, BidState.ACCEPTED, BidState.NOT_CHOSEN}),
    },
)
