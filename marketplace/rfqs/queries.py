"""Requests, invitations, questions and bids as each side may load them; what is not theirs does not exist.

Whoever changes anything of a request holds its row; so nobody needs to lock an invitation, a question or a bid.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, defer, joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.capability.models import WorkCentre
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.listings.models import Listing, ListingState
from marketplace.parts.models import FileAccess, Revision
from marketplace.quoting.models import Offer
from marketplace.rfqs import rules
from marketplace.rfqs.errors import BidNotFound, InvitationNotFound, QuestionNotFound, RfqNotFound
from marketplace.rfqs.models import Bid, Question, Rfq, RfqInvitation
from marketplace.rfqs.states import BidState, InvitationState, QuestionState

Row = TypeVar("Row")

WITH_OFFER: Final = joinedload(Rfq.offer).options(load_only(Offer.id))
WITH_REVISION: Final = joinedload(Rfq.revision).options(joinedload(Revision.file))
WITH_BIDDER: Final = joinedload(RfqInvitation.factory)
LIGHT: Final = defer(Bid.breakdown, raiseload=True)
COMPARED: Final = frozenset({BidState.OPEN, BidState.ACCEPTED, BidState.NOT_CHOSEN})


# What the customer may load.


def for_customer(who: Actor, rfq_id: UUID) -> Rfq:
    """The customer's own request with its deadlines, to be shown, as it is now. Raises RfqNotFound."""
    query = select(Rfq).where(Rfq.id == rfq_id, Rfq.organisation_id == who.organisation)
    shown = query.options(WITH_OFFER, selectinload(Rfq.deadlines)).execution_options(populate_existing=True)
    return _found(session().scalars(shown).one_or_none(), RfqNotFound("There is no such request among yours."))


def page_for_customer(who: Actor, request: PageRequest) -> Page[Rfq]:
    """The customer's requests, newest first."""
    query = select(Rfq).where(Rfq.organisation_id == who.organisation).options(WITH_OFFER)
    return newest_first(query, Rfq.id, request)


def for_customer_to_change(who: Actor, rfq_id: UUID) -> Rfq:
    """The customer's own request with what was measured of its part, locked. Raises RfqNotFound."""
    _lock(Rfq.id == rfq_id, Rfq.organisation_id == who.organisation)
    query = select(Rfq).where(Rfq.id == rfq_id).options(WITH_OFFER, WITH_REVISION, selectinload(Rfq.deadlines))
    return session().scalars(query.execution_options(populate_existing=True)).one()


def invitation_of(rfq: Rfq, factory_id: UUID) -> RfqInvitation:
    """One factory's place in a request that is locked. Raises InvitationNotFound."""
    query = select(RfqInvitation).where(RfqInvitation.rfq_id == rfq.id, RfqInvitation.factory_id == factory_id)
    named = query.options(WITH_BIDDER).execution_options(populate_existing=True)
    found = session().scalars(named).one_or_none()
    invitation = _found(found, InvitationNotFound("That factory was not invited to this request."))
    set_committed_value(invitation, "rfq", rfq)
    return invitation


def invited(rfq: Rfq, factories: Collection[UUID]) -> Sequence[RfqInvitation]:
    """The places that these factories have already in a request that is locked."""
    query = select(RfqInvitation).where(RfqInvitation.rfq_id == rfq.id, RfqInvitation.factory_id.in_(factories))
    return session().scalars(query.execution_options(populate_existing=True)).all()


def page_of_invitations(rfq: Rfq, request: PageRequest) -> Page[RfqInvitation]:
    """Who was invited to the customer's request, by name, newest first."""
    query = select(RfqInvitation).where(RfqInvitation.rfq_id == rfq.id).options(WITH_BIDDER)
    page = newest_first(query, RfqInvitation.id, request)
    for each in page.items:
        set_committed_value(each, "rfq", rfq)
    return page


def page_of_questions(rfq: Rfq, request: PageRequest) -> Page[Question]:
    """What was asked about the customer's request, newest first."""
    query = select(Question).where(Question.rfq_id == rfq.id)
    page = newest_first(query.options(joinedload(Question.invitation).options(WITH_BIDDER)), Question.id, request)
    for each in page.items:
        set_committed_value(each.invitation, "rfq", rfq)
    return page


def question_of(rfq: Rfq, question_id: UUID) -> Question:
    """A question about a request that is locked. Raises QuestionNotFound."""
    query = select(Question).where(Question.id == question_id, Question.rfq_id == rfq.id)
    with_bidder = query.options(joinedload(Question.invitation).options(WITH_BIDDER))
    found = session().scalars(with_bidder.execution_options(populate_existing=True)).one_or_none()
    question = _found(found, QuestionNotFound("This request has no such question."))
    set_committed_value(question.invitation, "rfq", rfq)
    return question


def page_of_bids(rfq: Rfq, request: PageRequest) -> Page[Bid]:
    """Every version of every bid of the customer's request, newest first, without trees."""
    query = select(Bid).where(Bid.rfq_id == rfq.id)
    page = newest_first(query.options(LIGHT, joinedload(Bid.invitation).options(WITH_BIDDER)), Bid.id, request)
    for each in page.items:
        set_committed_value(each.invitation, "rfq", rfq)
    return page


def bid_of(rfq: Rfq, bid_id: UUID) -> Bid:
    """One bid of the customer's request, as it is now, with its tree. Raises BidNotFound."""
    query = select(Bid).where(Bid.id == bid_id, Bid.rfq_id == rfq.id)
    whole = query.options(
        joinedload(Bid.invitation).options(WITH_BIDDER), joinedload(Bid.work_centre), joinedload(Bid.listing)
    )
    found = session().scalars(whole.execution_options(populate_existing=True)).one_or_none()
    bid = _found(found, BidNotFound("This request has no such bid."))
    set_committed_value(bid.invitation, "rfq", rfq)
    return bid


def compared(rfq: Rfq, quantity: int | None) -> Sequence[Bid]:
    """The bids that stand side by side, for all quantities or for one: the cheapest MOST_COMPARED, with their trees."""
    query = select(Bid).where(Bid.rfq_id == rfq.id, Bid.state.in_(COMPARED))
    if quantity is not None:
        query = query.where(Bid.quantity == quantity)
    whole = query.options(
        joinedload(Bid.invitation).options(WITH_BIDDER), joinedload(Bid.work_centre), joinedload(Bid.listing)
    )
    bids = session().scalars(whole.order_by(Bid.total_minor, Bid.id).limit(rules.MOST_COMPARED)).all()
    for each in bids:
        set_committed_value(each.invitation, "rfq", rfq)
    return bids


def revision_of(rfq: Rfq) -> Revision:
    """The part that is asked for, with what was measured."""
    return session().scalars(select(Revision).where(Revision.id == rfq.revision_id)).one()


def accesses(rfq: Rfq, request: PageRequest) -> Page[FileAccess]:
    """Who was given what of the part because of this request, by name, newest first."""
    query = select(FileAccess).where(FileAccess.rfq_id == rfq.id)
    named = query.options(joinedload(FileAccess.organisation), joinedload(FileAccess.user))
    return newest_first(named, FileAccess.id, request)


# What an invited factory may load.


def for_factory(who: Actor, rfq_id: UUID) -> RfqInvitation:
    """The factory's place in a request, with the request and its part, to be shown. Raises RfqNotFound."""
    return _invitation(who, rfq_id)


def page_for_factory(who: Actor, request: PageRequest) -> Page[RfqInvitation]:
    """The factory's invitations, newest first."""
    query = select(RfqInvitation).where(RfqInvitation.factory_id == who.organisation)
    shown = query.options(joinedload(RfqInvitation.rfq).options(joinedload(Rfq.organisation)))
    return newest_first(shown, RfqInvitation.id, request)


def for_factory_to_change(who: Actor, rfq_id: UUID) -> RfqInvitation:
    """The same as `for_factory`, the request locked. Raises RfqNotFound."""
    _lock(Rfq.id == rfq_id, _invites(who))
    return _invitation(who, rfq_id)


def for_factory_to_look(who: Actor, rfq_id: UUID) -> RfqInvitation:
    """The same, so locked that nobody closes the file before the look is written down. Raises RfqNotFound."""
    _lock(Rfq.id == rfq_id, _invites(who), shared=True)
    return _invitation(who, rfq_id)


def page_of_questions_for_factory(invitation: RfqInvitation, request: PageRequest) -> Page[Question]:
    """What was asked about the request by anyone and is open or answered, and all the factory's own."""
    own = Question.invitation_id == invitation.id
    query = select(Question).where(
        Question.rfq_id == invitation.rfq_id, or_(own, Question.state != QuestionState.WITHDRAWN)
    )
    return newest_first(query, Question.id, request)


def question_of_factory(invitation: RfqInvitation, question_id: UUID) -> Question:
    """The factory's own question. Raises QuestionNotFound."""
    query = select(Question).where(Question.id == question_id, Question.invitation_id == invitation.id)
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    question = _found(found, QuestionNotFound("You asked no such question about this request."))
    set_committed_value(question, "invitation", invitation)
    return question


def page_of_own_bids(invitation: RfqInvitation, request: PageRequest) -> Page[Bid]:
    """Every version of the factory's bids, newest first, without trees."""
    return newest_first(select(Bid).where(Bid.invitation_id == invitation.id).options(LIGHT), Bid.id, request)


def own_bid(invitation: RfqInvitation, bid_id: UUID) -> Bid:
    """One version of the factory's bids with its tree. Raises BidNotFound."""
    query = select(Bid).where(Bid.id == bid_id, Bid.invitation_id == invitation.id)
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    bid = _found(found, BidNotFound("You made no such bid for this request."))
    set_committed_value(bid, "invitation", invitation)
    return bid


def live_listing_of(work_centre_id: UUID) -> UUID | None:
    """The public listing of a work centre."""
    query = select(Listing.id).where(Listing.work_centre_id == work_centre_id, Listing.state == ListingState.LIVE)
    return session().scalar(query)


# What the verbs ask, the request being locked.


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
    query = select(Bid).where(Bid.invitation_id == invitation_id, Bid.quantity == quantity).options(LIGHT)
    latest = query.order_by(Bid.number.desc()).limit(1)
    return session().scalars(latest.execution_options(populate_existing=True)).one_or_none()


def open_bids(rfq_id: UUID, *, of_invitation: UUID | None = None) -> Sequence[Bid]:
    """The bids that could be accepted, expired ones among them."""
    query = select(Bid).where(Bid.rfq_id == rfq_id, Bid.state == BidState.OPEN).options(LIGHT).order_by(Bid.id)
    if of_invitation is not None:
        query = query.where(Bid.invitation_id == of_invitation)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def bidding(rfq_id: UUID) -> Sequence[RfqInvitation]:
    """The factories that have an open bid and are still in."""
    having = select(Bid.invitation_id).where(Bid.rfq_id == rfq_id, Bid.state == BidState.OPEN)
    query = select(RfqInvitation).where(RfqInvitation.id.in_(having), RfqInvitation.state == InvitationState.ACCEPTED)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def _lock(*conditions: ColumnElement[bool], shared: bool = False) -> None:
    """Lock a request before anything of it is read: what a lock was waited for is in no older snapshot.

    FOR NO KEY UPDATE, or FOR SHARE: rows that merely refer to the request may still be written.
    """
    query = select(Rfq.id).where(*conditions).with_for_update(read=shared, key_share=not shared)
    if session().scalar(query) is None:
        raise RfqNotFound("There is no such request for quotation here.")


def _invites(who: Actor) -> ColumnElement[bool]:
    return (
        select(RfqInvitation.id)
        .where(RfqInvitation.rfq_id == Rfq.id, RfqInvitation.factory_id == who.organisation)
        .exists()
    )


def _invitation(who: Actor, rfq_id: UUID) -> RfqInvitation:
    query: Select[RfqInvitation] = (
        select(RfqInvitation)
        .join(RfqInvitation.rfq)
        .where(RfqInvitation.rfq_id == rfq_id, RfqInvitation.factory_id == who.organisation)
        .options(
            contains_eager(RfqInvitation.rfq).options(joinedload(Rfq.organisation), WITH_REVISION),
            WITH_BIDDER,
        )
        .execution_options(populate_existing=True)
    )
    invitation = session().scalars(query).one_or_none()
    return _found(invitation, RfqNotFound("You were not invited to such a request."))


def _count(query: Select[Any]) -> int:
    return session().scalar(query) or 0


def _found(row: Row | None, otherwise: NotFound) -> Row:
    if row is None:
        raise otherwise
    return row
