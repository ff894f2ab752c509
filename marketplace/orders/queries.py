"""Orders as the customer, the factory, the platform may load them; what is not theirs does not exist."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Result, Select, Uuid, bindparam, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.orm.strategy_options import _AbstractLoad as Load

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders.errors import ChangeNotFound, JobNotFound, OrderNotFound
from marketplace.orders.models import Change, Job, Order, OrderLine, Share, Shipment
from marketplace.orders.states import OFF, JobState, OrderState

SHIPMENTS: Load = selectinload(Job.shipments).joinedload(Shipment.parcels)
"""With their parcels in the same statement: most have one."""
WHOLE_JOB: tuple[Load, ...] = (
    joinedload(Job.hold),
    SHIPMENTS,
    selectinload(Job.reports),
    selectinload(Job.changes),
)
WHOLE_ORDER: tuple[ORMOption, ...] = (
    selectinload(Order.lines),
    selectinload(Order.jobs).options(*WHOLE_JOB, selectinload(Job.shares)),
)
SHOWN: tuple[ORMOption, ...] = (joinedload(Order.lines), joinedload(Order.jobs).joinedload(Job.changes))
"""What its customer sees of an order until it is made: looked at again and again until it is paid, so one statement."""
TO_SHOW: Final = (
    select(Order)
    .where(
        Order.id == bindparam("order_id", type_=Uuid), Order.organisation_id == bindparam("organisation_id", type_=Uuid)
    )
    .options(*SHOWN)
)
"""Built once: building it costs as much as loading the order."""
OF_JOB: tuple[Load, ...] = (SHIPMENTS, selectinload(Job.reports), selectinload(Job.changes))
SHOWN_IN_LIST: tuple[ORMOption, ...] = (selectinload(Order.lines), selectinload(Order.jobs).options(*OF_JOB))
FACTORY_JOB: tuple[ORMOption, ...] = (*WHOLE_JOB, joinedload(Job.order).selectinload(Order.lines))
UNTOUCHED: Final = (JobState.WAITING, JobState.OFFERED)
"""Of such a job nothing was reported or shipped."""


def for_customer(who: Actor, order_id: UUID) -> Order:
    """The customer's own order, to be shown. Raises OrderNotFound."""
    order = _whole(session().execute(TO_SHOW, {"order_id": order_id, "organisation_id": who.organisation}))
    if all(job.state in UNTOUCHED for job in order.jobs):
        for job in order.jobs:
            set_committed_value(job, "shipments", [])
            set_committed_value(job, "reports", [])
    else:
        told = select(Job).where(Job.order_id == order_id).options(*OF_JOB)
        session().scalars(told.execution_options(populate_existing=True)).all()
        _with_their_order(order)
    return order


def for_customer_to_change(who: Actor, order_id: UUID) -> Order:
    """The customer's own order, whole and locked. Raises OrderNotFound."""
    return _order(Order.id == order_id, Order.organisation_id == who.organisation, lock=True)


def page_for_customer(who: Actor, request: PageRequest) -> Page[Order]:
    """The customer's orders, newest first."""
    query = select(Order).where(Order.organisation_id == who.organisation).options(*SHOWN_IN_LIST)
    return newest_first(query, Order.id, request)


def of_quote(quote_id: UUID) -> Order:
    """The order that took this quote. Raises OrderNotFound."""
    return _order(Order.id == select(OrderLine.order_id).where(OrderLine.quote_id == quote_id).scalar_subquery())


def to_change(order_id: UUID) -> Order:
    """Any order, whole and locked, for the platform's own work. Raises OrderNotFound."""
    return _order(Order.id == order_id, lock=True)


def job_of(order: Order, job_id: UUID) -> Job:
    """One of a loaded order's jobs. Raises JobNotFound."""
    job = next((each for each in order.jobs if each.id == job_id), None)
    if job is None:
        raise JobNotFound("This order has no such job.")
    return job


def change_of(job: Job, number: int) -> Change:
    """One of a loaded job's changes. Raises ChangeNotFound."""
    change = next((each for each in job.changes if each.number == number), None)
    if change is None:
        raise ChangeNotFound("This job has no change of this number.")
    return change


def change_paid_by(payment_id: UUID) -> tuple[UUID, UUID] | None:
    """(order, job) of the change whose difference a payment is of."""
    query = select(Job.order_id, Job.id).join(Change, Change.job_id == Job.id).where(Change.payment_id == payment_id)
    row = session().execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def for_factory(who: Actor, job_id: UUID) -> Job:
    """A job offered to this factory, once its order is paid. Raises JobNotFound."""
    return _job(_visible_to(who), Job.id == job_id)


def shares_for_factory(who: Actor, job_id: UUID) -> tuple[Job, Sequence[Share]]:
    """A job of this factory's, and how what was paid for it is divided. Raises JobNotFound."""
    job = session().scalars(select(Job).where(_visible_to(who), Job.id == job_id)).one_or_none()
    if job is None:
        raise JobNotFound("There is no such job among yours.")
    return job, session().scalars(select(Share).where(Share.job_id == job.id).order_by(Share.number)).all()


def for_factory_to_make(who: Actor, job_id: UUID) -> Job:
    """A job that this factory may make or has made: whoever has it no more sees no more of its part.

    Raises JobNotFound.
    """
    return _job(_visible_to(who), Job.id == job_id, Job.state.not_in(OFF))


def for_factory_to_change(who: Actor, job_id: UUID) -> Job:
    """The factory's job and its order, whole; the order is locked, as everywhere. Raises JobNotFound."""
    order_id = session().scalar(select(Job.order_id).where(_visible_to(who), Job.id == job_id))
    if order_id is None:
        raise JobNotFound("There is no such job among yours.")
    order = _order(Order.id == order_id, lock=True)
    return next(job for job in order.jobs if job.id == job_id)


def job_to_change(job_id: UUID) -> Job:
    """Any job and its order, whole; the order is locked, as everywhere. Raises JobNotFound."""
    order_id = session().scalar(select(Job.order_id).where(Job.id == job_id))
    if order_id is None:
        raise JobNotFound("There is no such job.")
    return job_of(_order(Order.id == order_id, lock=True), job_id)


def page_for_factory(who: Actor, request: PageRequest) -> Page[Job]:
    """The factory's jobs, newest first."""
    return newest_first(select(Job).where(_visible_to(who)).options(*FACTORY_JOB), Job.id, request)


def visible_jobs(who: Actor) -> Select[Job]:
    """The jobs that this factory may see, for the queries of what lies beside them."""
    return select(Job).where(_visible_to(who))


def shown_jobs() -> Select[Job]:
    """The jobs that their factories may see, whichever they are."""
    return select(Job).where(_is_shown())


def unpaid_since(now: datetime, *, limit: int = 100) -> Sequence[UUID]:
    """Orders whose time to pay has passed, the longest overdue first."""
    query = select(Order.id).where(Order.state == OrderState.AWAITING_PAYMENT, Order.pay_by < now)
    return session().scalars(query.order_by(Order.pay_by).limit(limit)).all()


def numbers(order_ids: Collection[UUID]) -> Mapping[UUID, int]:
    """What people call orders, by their ids; who may know of them was asked before."""
    query = select(Order.id, Order.number).where(Order.id.in_(order_ids))
    return {row.id: row.number for row in session().execute(query)} if order_ids else {}


def holds_of(order_id: UUID) -> Sequence[UUID]:
    """The holds of the jobs of an order."""
    return session().scalars(select(Job.hold_id).where(Job.order_id == order_id)).all()


def unanswered_since(now: datetime, *, limit: int = 100) -> Sequence[tuple[UUID, UUID]]:
    """(order, job) of jobs whose time to answer has passed while their clock ran, the longest overdue first."""
    asked = Job.state.in_((JobState.OFFERED, JobState.COUNTERED)) & Job.clock_stopped_at.is_(None)
    query = select(Job.order_id, Job.id).where(asked, Job.answer_by < now)
    found = session().execute(query.order_by(Job.answer_by).limit(limit))
    return [(order_id, job_id) for order_id, job_id in found]


def goods_accepted_since(now: datetime, *, limit: int = 100) -> Sequence[tuple[UUID, UUID]]:
    """(order, job) of shipped jobs whose customer's time to look has passed, the longest overdue first."""
    query = select(Job.order_id, Job.id).where(Job.state == JobState.SHIPPED, Job.accept_by < now)
    found = session().execute(query.order_by(Job.accept_by).limit(limit))
    return [(order_id, job_id) for order_id, job_id in found]


def _visible_to(who: Actor) -> ColumnElement[bool]:
    return (Job.factory_id == who.organisation) & _is_shown()


def _is_shown() -> ColumnElement[bool]:
    """A job that was never offered, because its order was not paid, is no factory's to see."""
    return Job.answer_by.is_not(None)


def _order(*conditions: ColumnElement[bool], lock: bool = False) -> Order:
    query = select(Order).where(*conditions).options(*WHOLE_ORDER)
    if lock:
        query = query.with_for_update(of=Order).execution_options(populate_existing=True)
    return _whole(session().execute(query))


def _whole(found: Result[Order]) -> Order:
    order = found.unique().scalar_one_or_none()
    if order is None:
        raise OrderNotFound("There is no such order among yours.")
    _with_their_order(order)
    return order


def _with_their_order(order: Order) -> None:
    for job in order.jobs:
        set_committed_value(job, "order", order)


def _job(*conditions: ColumnElement[bool]) -> Job:
    query = select(Job).where(*conditions).options(*FACTORY_JOB)
    job = session().scalars(query).unique().one_or_none()
    if job is None:
        raise JobNotFound("There is no such job among yours.")
    return job
