"""What the customer may load of its own requests."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.parts.models import FileAccess, Revision
from marketplace.quoting.models import Offer
from marketplace.rfqs import rules
from marketplace.rfqs.errors import BidNotFound, InvitationNotFound, QuestionNotFound, RfqNotFound
from marketplace.rfqs.models import Bid, Question, Rfq, RfqInvitation
from marketplace.rfqs.queries import loading
from marketplace.rfqs.states import BidState

WITH_OFFER: Final = joinedload(Rfq.offer).options(load_only(Offer.id))
COMPARED: Final = frozenset({BidState.OPEN, BidState.ACCEPTED, BidState.NOT_CHOSEN})


def for_customer(who: Actor, rfq_id: UUID) -> Rfq:
    """The customer's own request with its deadlines, to be shown, as it is now. Raises RfqNotFound."""
    query = select(Rfq).where(Rfq.id == rfq_id, Rfq.organisation_id == who.organisation)
    shown = query.options(WITH_OFFER, selectinload(Rfq.deadlines)).execution_options(populate_existing=True)
    return loading.found(session().scalars(shown).one_or_none(), RfqNotFound("There is no such request among yours."))


def page_for_customer(who: Actor, request: PageRequest) -> Page[Rfq]:
    """The customer's requests, newest first."""
    query = select(Rfq).where(Rfq.organisation_id == who.organisation).options(WITH_OFFER)
    return newest_first(query, Rfq.id, request)


def for_customer_to_change(who: Actor, rfq_id: UUID) -> Rfq:
    """The customer's own request with what was measured of its part, locked. Raises RfqNotFound."""
    loading.lock(Rfq.id == rfq_id, Rfq.organisation_id == who.organisation)
    query = select(Rfq).where(Rfq.id == rfq_id).options(WITH_OFFER, loading.WITH_REVISION, selectinload(Rfq.deadlines))
    return session().scalars(query.execution_options(populate_existing=True)).one()


def invitation_of(rfq: Rfq, factory_id: UUID) -> RfqInvitation:
    """One factory's place in a request that is locked. Raises InvitationNotFound."""
    query = select(RfqInvitation).where(RfqInvitation.rfq_id == rfq.id, RfqInvitation.factory_id == factory_id)
    named = query.options(loading.WITH_BIDDER).execution_options(populate_existing=True)
    found = session().scalars(named).one_or_none()
    invitation = loading.found(found, InvitationNotFound("That factory was not invited to this request."))
    set_committed_value(invitation, "rfq", rfq)
    return invitation


def page_of_invitations(rfq: Rfq, request: PageRequest) -> Page[RfqInvitation]:
    """Who was invited to the customer's request, by name, newest first."""
    query = select(RfqInvitation).where(RfqInvitation.rfq_id == rfq.id).options(loading.WITH_BIDDER)
    page = newest_first(query, RfqInvitation.id, request)
    for each in page.items:
        set_committed_value(each, "rfq", rfq)
    return page


def page_of_questions(rfq: Rfq, request: PageRequest) -> Page[Question]:
    """What was asked about the customer's request, newest first."""
    query = select(Question).where(Question.rfq_id == rfq.id)
    page = newest_first(
        query.options(joinedload(Question.invitation).options(loading.WITH_BIDDER)), Question.id, request
    )
    for each in page.items:
        set_committed_value(each.invitation, "rfq", rfq)
    return page


def question_of(rfq: Rfq, question_id: UUID) -> Question:
    """A question about a request that is locked. Raises QuestionNotFound."""
    query = select(Question).where(Question.id == question_id, Question.rfq_id == rfq.id)
    with_bidder = query.options(joinedload(Question.invitation).options(loading.WITH_BIDDER))
    found = session().scalars(with_bidder.execution_options(populate_existing=True)).one_or_none()
    question = loading.found(found, QuestionNotFound("This request has no such question."))
    set_committed_value(question.invitation, "rfq", rfq)
    return question


def page_of_bids(rfq: Rfq, request: PageRequest) -> Page[Bid]:
    """Every version of every bid of the customer's request, newest first, without trees."""
    query = select(Bid).where(Bid.rfq_id == rfq.id)
    page = newest_first(
        query.options(loading.LIGHT, joinedload(Bid.invitation).options(loading.WITH_BIDDER)), Bid.id, request
    )
    for each in page.items:
        set_committed_value(each.invitation, "rfq", rfq)
    return page


def bid_of(rfq: Rfq, bid_id: UUID) -> Bid:
    """One bid of the customer's request, as it is now, with its tree. Raises BidNotFound."""
    query = select(Bid).where(Bid.id == bid_id, Bid.rfq_id == rfq.id)
    whole = query.options(
        joinedload(Bid.invitation).options(loading.WITH_BIDDER), joinedload(Bid.work_centre), joinedload(Bid.listing)
    )
    found = session().scalars(whole.execution_options(populate_existing=True)).one_or_none()
    bid = loading.found(found, BidNotFound("This request has no such bid."))
    set_committed_value(bid.invitation, "rfq", rfq)
    return bid


def compared(rfq: Rfq, quantity: int | None) -> Sequence[Bid]:
    """The bids that stand side by side, for all quantities or for one: the cheapest MOST_COMPARED, with their trees."""
    query = select(Bid).where(Bid.rfq_id == rfq.id, Bid.state.in_(COMPARED))
    if quantity is not None:
        query = query.where(Bid.quantity == quantity)
    whole = query.options(
        joinedload(Bid.invitation).options(loading.WITH_BIDDER), joinedload(Bid.work_centre), joinedload(Bid.listing)
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
