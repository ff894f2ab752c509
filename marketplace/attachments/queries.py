"""Attachments as each side may load them, and the places where it may lay one; what is not theirs does not exist."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from marketplace.attachments.errors import AttachmentForNobody, AttachmentNotFound
from marketplace.attachments.models import Attachment, Place, SeenBy, Side
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders import queries as orders
from marketplace.orders.errors import JobNotFound, OrderNotFound
from marketplace.orders.models import Job, Order
from marketplace.orders.states import OFF
from marketplace.rfqs.answering import AGREED, refuse_unless_agreed
from marketplace.rfqs.errors import RfqNotFound
from marketplace.rfqs.models import Rfq, RfqInvitation
from marketplace.rfqs.queries import factories

# Places.


def place_of_customer(
    who: Actor, order_id: UUID, *, job_id: UUID | None = None, seen_by: SeenBy = SeenBy.PARTIES
) -> Place:
    """Beside the customer's own order, or one of its jobs. Raises OrderNotFound, JobNotFound, AttachmentForNobody."""
    if job_id is not None and seen_by is SeenBy.STAFF:
        raise AttachmentForNobody("Leave `job_id` out: what only the staff is to see lies beside the whole order.")
    _refuse_unless_own_order(who, order_id)
    of_order = select(Job.id).where(Job.id == job_id, Job.order_id == order_id)
    if job_id is not None and session().scalar(of_order) is None:
        raise JobNotFound("This order has no such job.")
    return Place(Side.CUSTOMER, order_id=order_id, job_id=job_id, seen_by=seen_by)


def place_of_factory(who: Actor, job_id: UUID) -> Place:
    """Beside the factory's own job. Raises JobNotFound."""
    return Place(Side.FACTORY, order_id=_order_of(who, job_id), job_id=job_id)


def place_in_own_request(who: Actor, rfq_id: UUID, *, number: int | None = None) -> Place:
    """Beside the customer's own request: for every factory that has agreed to its terms, or for one (1: Factory A).

    Raises RfqNotFound, AttachmentForNobody.
    """
    _refuse_unless_own_request(who, rfq_id)
    of_number = select(RfqInvitation.id).where(RfqInvitation.rfq_id == rfq_id, RfqInvitation.alias == number)
    invitation_id = None if number is None else session().scalar(of_number)
    if number is not None and invitation_id is None:
        raise AttachmentForNobody("No factory of this number has said anything in this request.", number=number)
    return Place(Side.CUSTOMER, rfq_id=rfq_id, invitation_id=invitation_id)


def place_in_request(who: Actor, rfq_id: UUID) -> Place:
    """The factory's own place in a request whose terms it has agreed to. Raises RfqNotFound, TermsNotAgreed."""
    invitation = factories.for_factory(who, rfq_id)
    refuse_unless_agreed(invitation)
    return Place(Side.FACTORY, rfq_id=rfq_id, invitation_id=invitation.id)


def lock(place: Place) -> None:
    """Hold the order or the request still, so that of two who attach at once the second counts the first's."""
    if place.order_id is not None:
        session().execute(select(Order.id).where(Order.id == place.order_id).with_for_update(key_share=True))
    else:
        session().execute(select(Rfq.id).where(Rfq.id == place.rfq_id).with_for_update(key_share=True))


def how_many(place: Place) -> int:
    """How many files of this side lie at a place."""
    query = select(func.count()).where(
        Attachment.order_id == place.order_id,
        Attachment.job_id == place.job_id,
        Attachment.rfq_id == place.rfq_id,
        Attachment.invitation_id == place.invitation_id,
        Attachment.side == place.side,
    )
    return session().scalar(query) or 0


def concerned(place: Place) -> set[UUID]:
    """The organisations of the other side that see what lies at a place."""
    if place.seen_by is SeenBy.STAFF:
        return set()
    return set(session().scalars(_other_side(place) if place.rfq_id is None else _other_side_of_request(place)))


def _other_side(place: Place) -> Select[UUID]:
    if place.side is Side.FACTORY:
        return select(Order.organisation_id).where(Order.id == place.order_id)
    of_order = orders.shown_jobs().with_only_columns(Job.factory_id).where(Job.order_id == place.order_id)
    return of_order.where(_is_at_work() if place.job_id is None else Job.id == place.job_id)


def _other_side_of_request(place: Place) -> Select[UUID]:
    if place.side is Side.FACTORY:
        return select(Rfq.organisation_id).where(Rfq.id == place.rfq_id)
    agreed = RfqInvitation.state.in_(AGREED)
    taking_part = select(RfqInvitation.factory_id).where(RfqInvitation.rfq_id == place.rfq_id, agreed)
    return taking_part if place.invitation_id is None else taking_part.where(RfqInvitation.id == place.invitation_id)


# What each side may load.


def page_of_order(who: Actor, order_id: UUID, request: PageRequest) -> Page[Attachment]:
    """Everything beside the customer's own order and its jobs, newest first. Raises OrderNotFound."""
    _refuse_unless_own_order(who, order_id)
    return newest_first(select(Attachment).where(Attachment.order_id == order_id), Attachment.id, request)


def page_of_job(who: Actor, job_id: UUID, request: PageRequest) -> Page[Attachment]:
    """What lies beside the factory's own job, or for all factories beside its order. Raises JobNotFound."""
    of_job = and_(Attachment.order_id == _order_of(who, job_id), concerns(job_id))
    return newest_first(select(Attachment).where(of_job), Attachment.id, request)


def page_of_request(who: Actor, rfq_id: UUID, request: PageRequest) -> Page[Attachment]:
    """Everything beside the customer's own request, newest first. Raises RfqNotFound."""
    _refuse_unless_own_request(who, rfq_id)
    return newest_first(select(Attachment).where(Attachment.rfq_id == rfq_id), Attachment.id, request)


def page_for_bidder(who: Actor, rfq_id: UUID, request: PageRequest) -> Page[Attachment]:
    """The factory's own in a request, and what its customer lays there for all. Raises RfqNotFound, TermsNotAgreed."""
    invitation = factories.for_factory(who, rfq_id)
    refuse_unless_agreed(invitation)
    of_both = or_(Attachment.invitation_id.is_(None), Attachment.invitation_id == invitation.id)
    return newest_first(select(Attachment).where(Attachment.rfq_id == rfq_id, of_both), Attachment.id, request)


def page_for_staff(order_id: UUID, request: PageRequest) -> Page[Attachment]:
    """What a customer lays beside an order for the staff alone."""
    query = select(Attachment).where(Attachment.order_id == order_id, _for_staff())
    return newest_first(query, Attachment.id, request)


def for_customer(who: Actor, attachment_id: UUID) -> Attachment:
    """One that lies beside the customer's own order or request. Raises AttachmentNotFound."""
    own_orders = select(Order.id).where(Order.organisation_id == who.organisation)
    own_requests = select(Rfq.id).where(Rfq.organisation_id == who.organisation)
    return _one(attachment_id, or_(Attachment.order_id.in_(own_orders), Attachment.rfq_id.in_(own_requests)))


def for_factory(who: Actor, attachment_id: UUID) -> Attachment:
    """One that the factory sees beside its job, or in a request that it was invited to. Raises AttachmentNotFound."""
    seen = orders.visible_jobs(who)
    beside = and_(
        Attachment.job_id.is_(None),
        Attachment.seen_by == SeenBy.PARTIES,
        Attachment.order_id.in_(seen.with_only_columns(Job.order_id).where(_is_at_work())),
    )
    taking_part = select(RfqInvitation.id).where(
        RfqInvitation.rfq_id == Attachment.rfq_id,
        RfqInvitation.factory_id == who.organisation,
        RfqInvitation.state.in_(AGREED),
        or_(Attachment.invitation_id.is_(None), Attachment.invitation_id == RfqInvitation.id),
    )
    on_job = Attachment.job_id.in_(seen.with_only_columns(Job.id))
    return _one(attachment_id, or_(on_job, beside, taking_part.exists()))


def for_staff(attachment_id: UUID) -> Attachment:
    """One that a customer lays there for the staff. Raises AttachmentNotFound."""
    return _one(attachment_id, _for_staff())


def attachment(attachment_id: UUID) -> Attachment:
    """Any one, for the house itself. Raises AttachmentNotFound."""
    return _one(attachment_id)


def known_files(hashes: Collection[str]) -> set[str]:
    """Those of the hashes that some attachment names."""
    return set(session().scalars(select(Attachment.sha256).where(Attachment.sha256.in_(hashes))))


def concerns(job_id: UUID) -> ColumnElement[bool]:
    """For a `where`: what of an order its factory sees at one of its jobs; one that it declined is itself alone."""
    at_work = select(Job.id).where(Job.id == job_id, _is_at_work()).exists()
    for_all = and_(Attachment.job_id.is_(None), Attachment.seen_by == SeenBy.PARTIES)
    return or_(Attachment.job_id == job_id, and_(for_all, at_work))


def _is_at_work() -> ColumnElement[bool]:
    """Whoever has declined a job, or has it no more, has no more part in the order."""
    return Job.state.not_in(OFF)


def _for_staff() -> ColumnElement[bool]:
    return Attachment.seen_by == SeenBy.STAFF


def _refuse_unless_own_order(who: Actor, order_id: UUID) -> None:
    query = select(Order.id).where(Order.id == order_id, Order.organisation_id == who.organisation)
    if session().scalar(query) is None:
        raise OrderNotFound("There is no such order among yours.")


def _refuse_unless_own_request(who: Actor, rfq_id: UUID) -> None:
    query = select(Rfq.id).where(Rfq.id == rfq_id, Rfq.organisation_id == who.organisation)
    if session().scalar(query) is None:
        raise RfqNotFound("There is no such request among yours.")


def _order_of(who: Actor, job_id: UUID) -> UUID:
    order_id = session().scalar(orders.visible_jobs(who).with_only_columns(Job.order_id).where(Job.id == job_id))
    if order_id is None:
        raise JobNotFound("There is no such job among yours.")
    return order_id


def _one(attachment_id: UUID, *conditions: ColumnElement[bool]) -> Attachment:
    found = session().scalars(select(Attachment).where(Attachment.id == attachment_id, *conditions)).one_or_none()
    if found is None:
        raise AttachmentNotFound("There is no such attachment, or it is not yours to see.")
    return found
