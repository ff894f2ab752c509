"""What the verbs ask of a request that is locked."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from marketplace.capability.models import WorkCentre
from marketplace.kernel.database import session
from marketplace.listings.models import Listing, ListingState
from marketplace.rfqs.models import Bid, Question, Rfq, RfqInvitation
from marketplace.rfqs.queries import loading
from marketplace.rfqs.states import BidState, InvitationState, QuestionState


def invited(rfq: Rfq, factories: Collection[UUID]) -> Sequence[RfqInvitation]:
    """The places that these factories have already in a request that is locked."""
    query = select(RfqInvitation).where(RfqInvitation.rfq_id == rfq.id, RfqInvitation.factory_id.in_(factories))
    return session().scalars(query.execution_options(populate_existing=True)).all()


def listing_factories(among: Collection[UUID], *, controlled: bool = False) -> set[UUID]:
    """Those of the organisations that have a live listing, if so asked of a work centre that takes controlled files."""
    query = select(Listing.organisation_id).where(
        Listing.organisation_id.in_(among), Listing.state == ListingState.LIVE
    )
    if controlled:
        query = query.join(WorkCentre, WorkCentre.id == Listing.work_centre_id).where(WorkCentre.takes_controlled)
    return set(session().scalars(query))


def eligible_factories(rfq: Rfq, box_mm: tuple[float, float, float]) -> set[UUID]:
    """Factories with a live listing whose work centre has a process, the material, the certificates and room enough.

    This is the closed list of what decides eligibility: no name, no place, no nationality (F1).
    """
    smallest, middle, largest = sorted(box_mm)
    query = (
        select(Listing.organisation_id)
        .join(WorkCentre, WorkCentre.id == Listing.work_centre_id)
        .where(
            Listing.state == ListingState.LIVE,
            WorkCentre.materials.contains([rfq.material]),
            WorkCentre.envelope_mm[1] >= smallest,
            WorkCentre.envelope_mm[2] >= middle,
            WorkCentre.envelope_mm[3] >= largest,
            WorkCentre.certificates.contains(rfq.certificates),
        )
    )
    if rfq.processes:
        query = query.where(Listing.process.in_(rfq.processes))
    if rfq.is_controlled:
        query = query.where(WorkCentre.takes_controlled)
    return set(session().scalars(query.distinct()))


def how_many_invited(rfq_id: UUID) -> int:
    return _count(select(func.count()).select_from(RfqInvitation).where(RfqInvitation.rfq_id == rfq_id))


def next_alias(rfq_id: UUID) -> int:
    """What the next factory to speak is called by."""
    query = select(func.coalesce(func.max(RfqInvitation.alias), 0)).where(RfqInvitation.rfq_id == rfq_id)
    return _count(query) + 1


def open_questions(rfq_id: UUID) -> int:
    return _count(
        select(func.count())
        .select_from(Question)
        .where(Question.rfq_id == rfq_id, Question.state == QuestionState.OPEN)
    )


def questions_by_state(invitation_id: UUID) -> dict[QuestionState, int]:
    """How many questions a factory has asked."""
    query = select(Question.state, func.count()).where(Question.invitation_id == invitation_id)
    return {row[0]: row[1] for row in session().execute(query.group_by(Question.state))}


def open_questions_of(invitation_id: UUID) -> Sequence[Question]:
    query = select(Question).where(Question.invitation_id == invitation_id, Question.state == QuestionState.OPEN)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def newest_bid(invitation_id: UUID, quantity: int) -> Bid | None:
    """The latest version of a factory's bid for one quantity."""
    query = select(Bid).where(Bid.invitation_id == invitation_id, Bid.quantity == quantity).options(loading.LIGHT)
    latest = query.order_by(Bid.number.desc()).limit(1)
    return session().scalars(latest.execution_options(populate_existing=True)).one_or_none()


def open_bids(rfq_id: UUID, *, of_invitation: UUID | None = None) -> Sequence[Bid]:
    """The bids that could be accepted, expired ones among them."""
    query = select(Bid).where(Bid.rfq_id == rfq_id, Bid.state == BidState.OPEN).options(loading.LIGHT).order_by(Bid.id)
    if of_invitation is not None:
        query = query.where(Bid.invitation_id == of_invitation)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def bidding(rfq_id: UUID) -> Sequence[RfqInvitation]:
    """The factories that have an open bid and are still in."""
    having = select(Bid.invitation_id).where(Bid.rfq_id == rfq_id, Bid.state == BidState.OPEN)
    query = select(RfqInvitation).where(RfqInvitation.id.in_(having), RfqInvitation.state == InvitationState.ACCEPTED)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def _count(query: Select[Any]) -> int:
    return session().scalar(query) or 0
