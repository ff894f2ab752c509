"""Conversations as each side may find them, and what is in them: messages and acts, merged in the order of time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload

from marketplace.attachments.models import Attachment, SeenBy, Side
from marketplace.attachments.queries import concerns
from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, decode, encode, newest_first
from marketplace.messages.errors import JobQuestionNotFound, ThreadNotFound
from marketplace.messages.events import EVENTS
from marketplace.messages.models import ClockStart, ClockStop, JobQuestion, JobQuestionClosing, Message, MessageMark
from marketplace.messages.threads import Thread, ThreadKind
from marketplace.orders import queries as orders
from marketplace.orders.errors import JobNotFound, OrderNotFound
from marketplace.orders.models import Job, Order
from marketplace.rfqs.answering import refuse_unless_agreed
from marketplace.rfqs.models import Bid, Question, Rfq, RfqInvitation
from marketplace.rfqs.queries import customers, factories

# Which conversation.


def of_job_for_customer(who: Actor, order_id: UUID, job_id: UUID) -> Thread:
    """The customer's conversation with the factory of a job that it was offered. Raises JobNotFound."""
    query = orders.shown_jobs().join(Order, Order.id == Job.order_id)
    own = query.where(Job.id == job_id, Order.id == order_id, Order.organisation_id == who.organisation)
    return _on_job(session().scalars(own).one_or_none(), Side.CUSTOMER, who.organisation)


def of_job_for_factory(who: Actor, job_id: UUID) -> Thread:
    """The factory's conversation with the customer of its job. Raises JobNotFound."""
    job = session().scalars(orders.visible_jobs(who).where(Job.id == job_id)).one_or_none()
    customer = select(Order.organisation_id).where(Order.id == (job.order_id if job else None))
    return _on_job(job, Side.FACTORY, session().scalar(customer))


def of_order_for_customer(who: Actor, order_id: UUID) -> Thread:
    """The customer's conversation with the staff about an order. Raises OrderNotFound."""
    return _on_order(Side.CUSTOMER, Order.id == order_id, Order.organisation_id == who.organisation)


def of_order_for_staff(order_id: UUID) -> Thread:
    """The staff's conversation with the customer of any order. Raises OrderNotFound."""
    return _on_order(Side.STAFF, Order.id == order_id)


def of_request_for_customer(who: Actor, rfq_id: UUID, number: int) -> tuple[Thread, RfqInvitation]:
    """The customer's conversation with the factory of this number (1: Factory A). Raises ThreadNotFound."""
    query = _spoken(who, rfq_id).where(RfqInvitation.alias == number)
    invitation = session().scalars(query).one_or_none()
    if invitation is None:
        raise ThreadNotFound("No factory of this number has said anything in this request.")
    return _in_request(invitation, Side.CUSTOMER), invitation


def of_request_for_factory(who: Actor, rfq_id: UUID, *, lock: bool = False) -> tuple[Thread, RfqInvitation]:
    """The factory's conversation with a request's customer. Raises RfqNotFound, TermsNotAgreed."""
    invitation = factories.for_factory_to_change(who, rfq_id) if lock else factories.for_factory(who, rfq_id)
    refuse_unless_agreed(invitation)
    return _in_request(invitation, Side.FACTORY), invitation


def page_of_threads(who: Actor, rfq_id: UUID, request: PageRequest) -> Page[RfqInvitation]:
    """The factories that have said anything in the customer's request, as far as their names may be known."""
    customers.for_customer(who, rfq_id)
    return newest_first(_spoken(who, rfq_id), RfqInvitation.id, request)


# What is in it.


@dataclass(slots=True)
class Entry:
    """A message or an act."""

    id: UUID
    created_at: datetime
    side: Side | None
    """Who said or did it; empty: the house itself."""
    text: str | None = None
    attachments: Sequence[Attachment] = ()
    author: str | None = None
    is_read: bool | None = None
    """Whether anybody of the side that it is for has read the message."""
    event: str | None = None
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class JobClock:
    """What the factory of a job is held to, and when its clock stood."""

    answer_by: datetime | None
    ships_on: date
    stops: Sequence[ClockStop]

    @property
    def stopped_at(self) -> datetime | None:
        """Since when it stands; empty while it runs."""
        return next((each.created_at for each in self.stops if each.start is None), None)


def page(thread: Thread, request: PageRequest) -> Page[Entry]:
    """What was said and done, newest first. The number of statements does not grow with it."""
    said, done = select(Message.id).where(_in(thread)), select(AuditEvent.id).where(_done_in(thread))
    if request.cursor is not None:
        before = decode(request.cursor)
        said, done = said.where(Message.id < before), done.where(AuditEvent.id < before)
    most = request.size + 1
    either = union_all(
        said.order_by(Message.id.desc()).limit(most).subquery().select(),
        done.order_by(AuditEvent.id.desc()).limit(most).subquery().select(),
    ).subquery()
    found = session().scalars(select(either.c.id).order_by(either.c.id.desc()).limit(most)).all()
    shown = found[: request.size]
    entries = {**_messages(thread, Message.id.in_(shown)), **_events(thread, AuditEvent.id.in_(shown))}
    return Page([entries[each] for each in shown], encode(shown[-1]) if len(found) > request.size else None)


def every_entry(thread: Thread) -> Sequence[Entry]:
    """All that was said and done, the first first: for an archive."""
    entries = {**_messages(thread), **_events(thread)}
    return [entries[each] for each in sorted(entries)]


def entry(thread: Thread, message_id: UUID) -> Entry:
    """One message of a conversation, as it is shown. Raises ThreadNotFound."""
    found = _messages(thread, Message.id == message_id)
    if message_id not in found:
        raise ThreadNotFound("Nothing of that kind was said here.")
    return found[message_id]


def page_for_staff(request: PageRequest) -> Page[Message]:
    """What was said between customers and the staff on any order, newest first."""
    query = select(Message).where(Message.order_id.is_not(None))
    return newest_first(query.options(joinedload(Message.author)), Message.id, request)


def files_of(thread: Thread, attachment_ids: Collection[UUID]) -> set[UUID]:
    """Those of the files that lie where both sides of the conversation see them."""
    return set(session().scalars(select(Attachment.id).where(Attachment.id.in_(attachment_ids), _beside(thread))))


def marks(thread: Thread) -> dict[Side, datetime]:
    """Until when somebody of each side has read the conversation."""
    query = select(MessageMark.side, func.max(MessageMark.read_until)).where(MessageMark.thread_id == thread.id)
    return {row[0]: row[1] for row in session().execute(query.group_by(MessageMark.side))}


# Questions on a job, and its clock; the order is locked where they are changed.


def job_of_customer_to_change(who: Actor, order_id: UUID, job_id: UUID) -> Job:
    """A job of the customer's own order, which is locked. Raises OrderNotFound, JobNotFound."""
    order = orders.for_customer_to_change(who, order_id)
    job = next((each for each in order.jobs if each.id == job_id), None)
    if job is None:
        raise JobNotFound("This order has no such job.")
    return job


def page_of_questions(job_id: UUID, request: PageRequest) -> Page[JobQuestion]:
    """What was asked about a job, newest first."""
    query = select(JobQuestion).where(JobQuestion.job_id == job_id)
    return newest_first(query.options(joinedload(JobQuestion.closing)), JobQuestion.id, request)


def question_of(job_id: UUID, question_id: UUID) -> JobQuestion:
    """One question about a job, as it is now. Raises JobQuestionNotFound."""
    query = select(JobQuestion).where(JobQuestion.id == question_id, JobQuestion.job_id == job_id)
    whole = query.options(joinedload(JobQuestion.closing)).execution_options(populate_existing=True)
    found = session().scalars(whole).one_or_none()
    if found is None:
        raise JobQuestionNotFound("No such question was asked on this job.")
    return found


def question_counts(job_id: UUID) -> tuple[int, int]:
    """(open questions, all questions) of a job."""
    query = (
        select(func.count().filter(JobQuestionClosing.question_id.is_(None)), func.count())
        .select_from(JobQuestion)
        .outerjoin(JobQuestionClosing, JobQuestionClosing.question_id == JobQuestion.id)
        .where(JobQuestion.job_id == job_id)
    )
    still_open, in_all = session().execute(query).one()
    return still_open, in_all


def standing_stop(job_id: UUID) -> ClockStop | None:
    """Since when the clock of a job stands, if it does."""
    query = select(ClockStop).outerjoin(ClockStart, ClockStart.stop_id == ClockStop.id)
    return session().scalars(query.where(ClockStop.job_id == job_id, ClockStart.stop_id.is_(None))).one_or_none()


def stood_before(job_id: UUID) -> timedelta:
    """For how long the clock of a job has stood in all its earlier stops."""
    query = (
        select(func.sum(ClockStart.restarted_at - ClockStop.created_at))
        .select_from(ClockStop)
        .join(ClockStart, ClockStart.stop_id == ClockStop.id)
        .where(ClockStop.job_id == job_id)
    )
    return session().scalar(query) or timedelta()


def clock_of(job_id: UUID) -> JobClock:
    """What the factory of a job is held to, and every stop of its clock, the first first."""
    promised = session().execute(select(Job.answer_by, Job.ships_on).where(Job.id == job_id)).one()
    query = select(ClockStop).where(ClockStop.job_id == job_id).options(joinedload(ClockStop.start))
    return JobClock(*promised, session().scalars(query.order_by(ClockStop.id)).all())


def _messages(thread: Thread, *which: ColumnElement[bool]) -> dict[UUID, Entry]:
    query = select(Message).where(_in(thread), *which)
    read = marks(thread)
    whole = query.options(joinedload(Message.author), selectinload(Message.attachments))
    return {each.id: _said(thread, each, read) for each in session().scalars(whole)}


def _said(thread: Thread, message: Message, read: Mapping[Side, datetime]) -> Entry:
    """A person of the other side has no name in a request: it may say whose the bids are."""
    is_named = thread.kind is not ThreadKind.REQUEST or message.side is thread.side
    return Entry(
        message.id,
        message.created_at,
        message.side,
        text=message.text,
        attachments=message.attachments,
        author=message.author.name if is_named else None,
        is_read=any(until >= message.created_at for side, until in read.items() if side is not message.side),
    )


def _events(thread: Thread, *which: ColumnElement[bool]) -> dict[UUID, Entry]:
    query = select(AuditEvent).where(_done_in(thread), *which)
    return {each.id: _done(thread, each) for each in session().scalars(query)}


def _done(thread: Thread, act: AuditEvent) -> Entry:
    sides = {thread.customer_id: Side.CUSTOMER, thread.factory_id: Side.FACTORY}
    side = sides.get(act.organisation_id) if act.organisation_id else None
    facts = {name: act.details[name] for name in EVENTS[act.verb] if name in act.details}
    return Entry(act.id, act.created_at, side, event=act.verb, facts=facts)


def _in(thread: Thread) -> ColumnElement[bool]:
    columns = {
        ThreadKind.JOB: Message.job_id,
        ThreadKind.ORDER: Message.order_id,
        ThreadKind.REQUEST: Message.invitation_id,
    }
    return columns[thread.kind] == thread.id


def _done_in(thread: Thread) -> ColumnElement[bool]:
    return and_(AuditEvent.subject_id.in_(_subjects(thread)), AuditEvent.verb.in_(sorted(EVENTS)))


def _subjects(thread: Thread) -> Any:
    """Of what the acts are shown: of the job and its order, or of the request and one factory's part in it."""
    if thread.kind is ThreadKind.ORDER:
        jobs = select(Job.id).where(Job.order_id == thread.id)
        return union_all(select(literal(thread.id)), jobs)
    if thread.kind is ThreadKind.JOB:
        return [thread.id, thread.order_id]
    return union_all(
        select(literal(thread.id)),
        select(literal(thread.rfq_id)),
        select(Bid.id).where(Bid.invitation_id == thread.id),
        select(Question.id).where(Question.invitation_id == thread.id),
    )


def _beside(thread: Thread) -> ColumnElement[bool]:
    if thread.kind is ThreadKind.ORDER:
        return and_(Attachment.order_id == thread.id, Attachment.seen_by == SeenBy.STAFF)
    if thread.kind is ThreadKind.JOB:
        return and_(Attachment.order_id == thread.order_id, concerns(thread.id))
    for_both = or_(Attachment.invitation_id == thread.id, Attachment.invitation_id.is_(None))
    return and_(Attachment.rfq_id == thread.rfq_id, for_both)


def _on_job(job: Job | None, side: Side, customer_id: UUID | None) -> Thread:
    if job is None or customer_id is None:
        raise JobNotFound("There is no such job, or its factory was not asked yet.")
    return Thread(ThreadKind.JOB, job.id, side, customer_id, job.factory_id, order_id=job.order_id)


def _on_order(side: Side, *conditions: ColumnElement[bool]) -> Thread:
    row = session().execute(select(Order.id, Order.organisation_id).where(*conditions)).one_or_none()
    if row is None:
        raise OrderNotFound("There is no such order among yours.")
    return Thread(ThreadKind.ORDER, row[0], side, row[1], order_id=row[0])


def _in_request(invitation: RfqInvitation, side: Side) -> Thread:
    customer, factory = invitation.rfq.organisation_id, invitation.factory_id
    return Thread(ThreadKind.REQUEST, invitation.id, side, customer, factory, rfq_id=invitation.rfq_id)


def _spoken(who: Actor, rfq_id: UUID) -> Select[RfqInvitation]:
    own = select(RfqInvitation).join(Rfq, Rfq.id == RfqInvitation.rfq_id)
    mine = own.where(Rfq.id == rfq_id, Rfq.organisation_id == who.organisation, RfqInvitation.alias.is_not(None))
    return mine.options(joinedload(RfqInvitation.rfq), joinedload(RfqInvitation.factory))
