"""Rows of several domains, read together for an archive."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.attachments.models import Attachment
from marketplace.attachments.queries import concerns
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, table_of
from marketplace.kernel.lifecycle import StateMove
from marketplace.messages.models import ClockStop, JobQuestion
from marketplace.orders import queries as orders
from marketplace.orders.errors import JobNotFound, OrderNotFound
from marketplace.orders.models import Change, Job, Order, OrderLine, ProductionReport
from marketplace.quoting import queries as quotes
from marketplace.quoting.frozen import FrozenOffer
from marketplace.quoting.models import Offer, Quote


def order_of_customer(who: Actor, order_id: UUID) -> tuple[Order, Sequence[Job]]:
    """The customer's own order and all its jobs. Raises OrderNotFound."""
    query = select(Order).where(Order.id == order_id, Order.organisation_id == who.organisation)
    order = session().scalars(query.options(selectinload(Order.lines))).one_or_none()
    if order is None:
        raise OrderNotFound("There is no such order among yours.")
    jobs = (
        session().scalars(select(Job).where(Job.order_id == order.id).options(orders.SHIPMENTS).order_by(Job.id)).all()
    )
    for job in jobs:
        set_committed_value(job, "order", order)
    return order, jobs


def job_of_factory(who: Actor, job_id: UUID) -> tuple[Order, Sequence[Job]]:
    """The factory's own job, and its order. Raises JobNotFound."""
    query = orders.visible_jobs(who).where(Job.id == job_id)
    whole = (orders.SHIPMENTS, joinedload(Job.order).selectinload(Order.lines))
    job = session().scalars(query.options(*whole)).one_or_none()
    if job is None:
        raise JobNotFound("There is no such job among yours.")
    return job.order, [job]


def lines(order: Order) -> Sequence[OrderLine]:
    """The positions of an order, by number."""
    return session().scalars(select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.number)).all()


def reports(job: Job) -> Sequence[ProductionReport]:
    """What a factory reported on a job, in the order of time."""
    query = select(ProductionReport).where(ProductionReport.job_id == job.id)
    return session().scalars(query.order_by(ProductionReport.id)).all()


def changes(job: Job) -> Sequence[Change]:
    """Other terms that were proposed for a job, by number."""
    return session().scalars(select(Change).where(Change.job_id == job.id).order_by(Change.number)).all()


def questions(job: Job) -> Sequence[JobQuestion]:
    """What was asked about a job, in the order of time."""
    query = select(JobQuestion).where(JobQuestion.job_id == job.id).options(joinedload(JobQuestion.closing))
    return session().scalars(query.order_by(JobQuestion.id)).all()


def stops(job: Job) -> Sequence[ClockStop]:
    """When the clock of a job stood, in the order of time."""
    query = select(ClockStop).where(ClockStop.job_id == job.id).options(joinedload(ClockStop.start))
    return session().scalars(query.order_by(ClockStop.id)).all()


def moves(subjects: Sequence[UUID]) -> Sequence[StateMove]:
    """Every move of an order or a job, in the order of time."""
    return session().scalars(select(StateMove).where(StateMove.subject_id.in_(subjects)).order_by(StateMove.id)).all()


def quotes_of(order: Order) -> Sequence[tuple[Quote, FrozenOffer]]:
    """Each quote that an order took an offer of, with that offer, its price in full."""
    taken = select(OrderLine.offer_id).where(OrderLine.order_id == order.id)
    rows = session().execute(select(*table_of(Offer).c).where(Offer.id.in_(taken))).mappings()
    offers = {row["quote_id"]: dict(row) for row in rows}
    found = session().scalars(select(Quote).where(Quote.id.in_(offers)).order_by(Quote.id))
    return [(quote, quotes.with_offers(quote, [offers[quote.id]]).offers[0]) for quote in found]


def attachments(order: Order, *, of_job: Job | None) -> Sequence[Attachment]:
    """What lies beside an order: all of it, or what the factory of one job sees; in the order of time."""
    query = select(Attachment).where(Attachment.order_id == order.id)
    if of_job is not None:
        query = query.where(concerns(of_job.id))
    return session().scalars(query.order_by(Attachment.id)).all()
