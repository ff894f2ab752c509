"""From a paid order to accepted goods: the factory answers, makes and ships; the customer takes the goods."""

from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.capability import queries as capability
from marketplace.capacity import service as capacity
from marketplace.capacity.rules import local_day
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.orders import queries, service
from marketplace.orders.models import Job, Order
from marketplace.orders.states import JobState
from marketplace.workflows import refunding, settlement

OVERDUE = "The factory did not answer in time."


def accept(job: Job, *, by: Actor) -> None:
    """The factory takes the job; its minutes become firm. Raises AnswerOverdue, IllegalMove."""
    service.accept(job, by=by)
    capacity.firm(job.hold, by=by)


def decline(job: Job, *, by: Actor, reason: str) -> None:
    """The factory does not take the job: its minutes go back, and so does the customer's money. Raises IllegalMove."""
    service.decline(job, by=by, reason=reason)
    capacity.release(job.hold, by=by)
    refunding.refund_all(job.order, reason="declined", by=by)


def ship(job: Job, *, by: Actor, carrier: str, tracking_number: str) -> None:
    """The goods leave; minutes held on days after today are no longer needed. Raises IllegalMove."""
    service.ship(job, by=by, carrier=carrier, tracking_number=tracking_number)
    zone = ZoneInfo(capability.time_zone(job.work_centre_id))
    capacity.finish(job.hold, on=local_day(clock.now(), zone), by=by)


def accept_goods(order: Order, *, by: Actor) -> None:
    """The customer takes the goods; the money is released to the parties. Raises IllegalMove."""
    service.accept_goods(order, by=by)
    settlement.release(order)


def decline_unanswered() -> None:
    """Decline every job whose time to answer has passed, each in a transaction of its own."""
    with transaction():
        overdue = queries.unanswered_since(clock.now())
    each_alone(overdue, _decline_if_unanswered)


def _decline_if_unanswered(of_order: tuple[UUID, UUID]) -> None:
    order_id, job_id = of_order
    order = queries.to_change(order_id)
    job = next(each for each in order.jobs if each.id == job_id)
    if job.state is JobState.OFFERED:
        decline(job, by=SYSTEM, reason=OVERDUE)
