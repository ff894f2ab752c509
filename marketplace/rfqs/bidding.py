"""The factory's bids: made, revised, taken back. A bid never changes; a revised one is a new version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.costing.bids import BidLine, BidPrice
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.rfqs import answering, rules
from marketplace.rfqs.deciding import refuse_unless_undecided
from marketplace.rfqs.errors import TooManyVersions
from marketplace.rfqs.models import Bid, RfqInvitation
from marketplace.rfqs.queries import verbs
from marketplace.rfqs.states import BidState


@dataclass(frozen=True, slots=True)
class BidTerms:
    """What a factory offers: by which work centre, for which quantity, at which lines, when, and what differs."""

    work_centre_id: UUID
    quantity: int
    lines: Sequence[BidLine]
    margin_bps: int
    machine_min: int
    ships_on: date
    valid_days: int
    tolerance_deviation: str = ""
    finish_deviation: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What the house has found out about a bid: its price, and the days that its work centre has for it."""

    price: BidPrice
    listing_id: UUID
    finish_by: date


def bid(invitation: RfqInvitation, terms: BidTerms, reckoned: Reckoned, *, by: Actor) -> Bid:
    """Write a bid down; it takes the place of the factory's open bid for the same quantity.

    The request comes locked. Raises RfqOver, RfqClosed, TermsNotAgreed, TooManyVersions.
    """
    answering.refuse_unless_bidding(invitation)
    earlier = verbs.newest_bid(invitation.id, terms.quantity)
    number = earlier.number + 1 if earlier else 1
    if number > rules.MOST_VERSIONS:
        raise TooManyVersions(f"A bid has at most {rules.MOST_VERSIONS} versions.")
    if earlier is not None and earlier.state is BidState.OPEN:
        earlier.move(BidState.SUPERSEDED, by=by)
        session().flush()
    answering.speak(invitation)
    now = clock.now()
    made = Bid(
        id=new_id(),
        created_at=now,
        rfq_id=invitation.rfq_id,
        invitation_id=invitation.id,
        number=number,
        work_centre_id=terms.work_centre_id,
        listing_id=reckoned.listing_id,
        bid_by=by.user_id,
        quantity=terms.quantity,
        currency=reckoned.price.currency,
        total_minor=reckoned.price.total_minor,
        factory_minor=reckoned.price.factory_minor,
        fee_minor=reckoned.price.fee_minor,
        breakdown=reckoned.price.tree,
        machine_min=terms.machine_min,
        finish_by=reckoned.finish_by,
        ships_on=terms.ships_on,
        valid_until=now + timedelta(days=terms.valid_days),
        tolerance_deviation=terms.tolerance_deviation,
        finish_deviation=terms.finish_deviation,
        note=terms.note,
    )
    session().add(made)
    audit.record(by, "bid.made", made, rfq_id=made.rfq_id, number=number, total_minor=made.total_minor)
    notifications.tell(invitation.rfq.organisation_id, NoticeKind.BID_RECEIVED, invitation.rfq)
    return made


def withdraw(made: Bid, *, by: Actor) -> None:
    """The factory takes its open bid back; it may bid again while bids are taken. Raises RfqOver, IllegalMove."""
    refuse_unless_undecided(made.invitation.rfq)
    made.move(BidState.WITHDRAWN, by=by)
    audit.record(by, "bid.withdrawn", made, rfq_id=made.rfq_id)
