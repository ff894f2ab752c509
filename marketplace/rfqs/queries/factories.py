"""What an invited factory may load: its place in a request, and what belongs to it."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.listings.models import Listing, ListingState
from marketplace.rfqs.errors import BidNotFound, QuestionNotFound, RfqNotFound
from marketplace.rfqs.models import Bid, Question, Rfq, RfqInvitation
from marketplace.rfqs.queries import loading
from marketplace.rfqs.states import QuestionState


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
    loading.lock(Rfq.id == rfq_id, _invites(who))
    return _invitation(who, rfq_id)


def for_factory_to_look(who: Actor, rfq_id: UUID) -> RfqInvitation:
    """The same, so locked that nobody closes the file before the look is written down. Raises RfqNotFound."""
    loading.lock(Rfq.id == rfq_id, _invites(who), shared=True)
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
    question = loading.found(found, QuestionNotFound("You asked no such question about this request."))
    set_committed_value(question, "invitation", invitation)
    return question


def page_of_own_bids(invitation: RfqInvitation, request: PageRequest) -> Page[Bid]:
    """Every version of the factory's bids, newest first, without trees."""
    return newest_first(select(Bid).where(Bid.invitation_id == invitation.id).options(loading.LIGHT), Bid.id, request)


def own_bid(invitation: RfqInvitation, bid_id: UUID) -> Bid:
    """One version of the factory's bids with its tree. Raises BidNotFound."""
    query = select(Bid).where(Bid.id == bid_id, Bid.invitation_id == invitation.id)
    found = session().scalars(query.execution_options(populate_existing=True)).one_or_none()
    bid = loading.found(found, BidNotFound("You made no such bid for this request."))
    set_committed_value(bid, "invitation", invitation)
    return bid


def live_listing_of(work_centre_id: UUID) -> UUID | None:
    """The public listing of a work centre."""
    query = select(Listing.id).where(Listing.work_centre_id == work_centre_id, Listing.state == ListingState.LIVE)
    return session().scalar(query)


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
            contains_eager(RfqInvitation.rfq).options(joinedload(Rfq.organisation), loading.WITH_REVISION),
            loading.WITH_BIDDER,
        )
        .execution_options(populate_existing=True)
    )
    invitation = session().scalars(query).one_or_none()
    return loading.found(invitation, RfqNotFound("You were not invited to such a request."))
