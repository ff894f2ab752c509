"""How a request ends: one bid is accepted and the others are told, or the customer withdraws it."""

from enum import StrEnum
from typing import Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.lifecycle import Stateful
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.rfqs.errors import AnotherAccepted, BidExpired, BidNotOpen, RfqOver
from marketplace.rfqs.models import Bid, Rfq
from marketplace.rfqs.queries import verbs
from marketplace.rfqs.states import BidState, InvitationState, RfqState

AT_ONCE: Final = 50
"""Told in one statement."""


def refuse_unless_undecided(rfq: Rfq) -> None:
    """Raises RfqOver."""
    if rfq.state is not RfqState.OPEN:
        raise RfqOver(f"This request is {rfq.state}; nothing of it changes any more.", state=rfq.state)


def refuse_unless_acceptable(rfq: Rfq, bid: Bid) -> None:
    """Raises AnotherAccepted, RfqOver, BidNotOpen, BidExpired. The request comes locked."""
    if rfq.state is RfqState.DECIDED:
        raise AnotherAccepted("Another bid of this request was accepted already.")
    refuse_unless_undecided(rfq)
    if bid.state is not BidState.OPEN:
        raise BidNotOpen(f"This bid is {bid.state}; accept one that is open.", state=bid.state)
    if bid.is_expired:
        raise BidExpired("This bid has expired; ask the factory to bid again.", valid_until=bid.valid_until)


def accept(rfq: Rfq, bid: Bid, *, quote_id: UUID, by: Actor) -> None:
    """The customer takes a bid, which was frozen as a quote; all other open bids are not chosen.

    Raises AnotherAccepted, RfqOver, BidNotOpen, BidExpired.
    """
    refuse_unless_acceptable(rfq, bid)
    bid.move(BidState.ACCEPTED, by=by)
    bid.invitation.move(InvitationState.CHOSEN, by=by)
    rfq.quote_id = quote_id
    rfq.move(RfqState.DECIDED, by=by)
    _tell_losers(rfq, by=by, reason="Another bid was accepted.")
    audit.record(by, "rfq.decided", rfq, bid_id=bid.id, quote_id=quote_id)
    notifications.tell(bid.invitation.factory_id, NoticeKind.BID_ACCEPTED, rfq)


def withdraw(rfq: Rfq, *, reason: str, by: Actor) -> None:
    """The customer will not have it made, or not this way; open bids are not chosen. Raises RfqOver."""
    refuse_unless_undecided(rfq)
    rfq.move(RfqState.WITHDRAWN, by=by, reason=reason)
    _tell_losers(rfq, by=by, reason=reason)
    audit.record(by, "rfq.withdrawn", rfq, reason=reason)


def _tell_losers(rfq: Rfq, *, by: Actor, reason: str) -> None:
    """Each open bid, and each factory that has one, is not chosen."""
    transaction.write_noted()
    bidders = verbs.bidding(rfq.id)
    notifications.tell_each([each.factory_id for each in bidders], NoticeKind.RFQ_DECIDED, rfq, text=reason)
    losers: list[tuple[Stateful, StrEnum]] = [
        *((each, InvitationState.NOT_CHOSEN) for each in bidders),
        *((each, BidState.NOT_CHOSEN) for each in verbs.open_bids(rfq.id)),
    ]
    for number, (loser, state) in enumerate(losers, 1):
        loser.move(state, by=by, reason=reason)
        if number % AT_ONCE == 0:
            transaction.write_noted()
