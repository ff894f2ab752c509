"""Jobs with the minutes that are held for them, and what became of their dates."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    or_,
    select,
)
from sqlalchemy.orm import joinedload

from marketplace.capacity.models import Hold, HoldState, JobPlanChange
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Job, Order
from marketplace.orders.states import JobState


@dataclass(frozen=True, slots=True)
class JobOfHold:
    """What a factory's plan shows of a job: nothing of its customer but the order's number."""

    job_id: UUID
    order_id: UUID
    order_number: int
    customer_id: UUID
    state: JobState
    ships_on: date


def jobs_of_holds(hold_ids: Collection[UUID]) -> Mapping[UUID, JobOfHold]:
    """The jobs whose minutes these holds are, by hold; holds of no job are left out."""
    query = (
        select(Job.hold_id, Job.id, Job.order_id, Order.number, Order.organisation_id, Job.state, Job.ships_on)
        .join(Order, Order.id == Job.order_id)
        .where(Job.hold_id.in_(hold_ids))
    )
    rows = session().execute(query)
    return {
        hold_id: JobOfHold(job_id, order_id, number, customer_id, state, ships_on)
        for hold_id, job_id, order_id, number, customer_id, state, ships_on in rows
    }


MOST_PLANNED: Final = 100
"""Jobs of a factory that are planned together: those that are due first."""


def jobs_to_plan(who: Actor, *, lock: bool = False) -> Sequence[Job]:
    """The factory's jobs that it has accepted and not shipped, with their holds, those that are due first.

    Locked, their orders are, in the order of their ids, as everywhere.
    """
    mine = (
        select(Job)
        .join(Hold, Hold.id == Job.hold_id)
        .where(Job.factory_id == who.organisation, Hold.state == HoldState.FIRM)
        .order_by(Job.ships_on, Job.id)
        .limit(MOST_PLANNED)
    )
    if lock:
        of_mine = Order.id.in_(select(mine.subquery().c.order_id))
        orders = session().scalars(select(Order.id).where(of_mine).order_by(Order.id).with_for_update()).all()
        mine = mine.where(Job.order_id.in_(orders))
    query = mine.options(joinedload(Job.hold)).execution_options(populate_existing=True)
    return session().scalars(query).all()


@dataclass(slots=True)
class Delay:
    """A job of an order was planned later than promised, or in time again."""

    id: UUID
    job_id: UUID
    created_at: datetime
    promised_on: date
    ships_on: date
    late_days: int
    reason: str


def page_of_delays(who: Actor, order_id: UUID, request: PageRequest) -> Page[Delay]:
    """What factories stated of ship dates of the customer's own order, the last first. Raises OrderNotFound."""
    jobs = (
        select(Job.hold_id, Job.id).join(Order).where(Order.id == order_id, Order.organisation_id == who.organisation)
    )
    job_of = {row.hold_id: row.id for row in session().execute(jobs)}
    if not job_of:
        raise OrderNotFound("There is no such order among yours.")
    is_late = or_(JobPlanChange.ships_on > JobPlanChange.promised_on, JobPlanChange.was_on > JobPlanChange.promised_on)
    stated = select(JobPlanChange).where(
        JobPlanChange.hold_id.in_(job_of), is_late, JobPlanChange.ships_on != JobPlanChange.was_on
    )
    page = newest_first(stated, JobPlanChange.id, request)
    return Page([_delay(each, job_of[each.hold_id]) for each in page.items], page.next_cursor)


def _delay(change: JobPlanChange, job_id: UUID) -> Delay:
    return Delay(
        change.id,
        job_id,
        change.created_at,
        change.promised_on,
        change.ships_on,
        change.late_days,
        change.reason,
    )
