"""From a paid order to accepted goods: each factory answers, makes and ships; the customer takes the goods."""

from collections.abc import Callable, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.capability import queries as capability
from marketplace.capacity import service as capacity
from marketplace.capacity.models import HoldState
from marketplace.capacity.rules import local_day
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.orders import ending, making, queries
from marketplace.orders.errors import NothingToAccept
from marketplace.orders.following import follow
from marketplace.orders.models import IfDeclined, Job, Order, Side
from marketplace.orders.packing import Packed
from marketplace.orders.states import PRICED, JobState
from marketplace.production import subcontracting
from marketplace.workflows.money import refunding, settlement
from marketplace.workflows.ordering import amending, reoffering
from marketplace.workflows.ordering.winding_up import wind_up

OVERDUE = "The factory did not answer in time."
NOT_AGREED = "The customer did not answer the counter-offer in time."


def accept(job: Job, *, by: Actor) -> None:
    """The factory takes the job as it was ordered; its minutes become firm. Raises AnswerOverdue, IllegalMove."""
    making.refuse_if_overdue(job)
    making.refuse_if_countered(job)
    making.accept(job, by=by)
    capacity.firm(job.hold, by=by)


def decline(job: Job, *, by: Actor, reason: str) -> None:
    """The factory does not take the job: its minutes go back, and the customer's own rule says what follows.

    Raises IllegalMove.
    """
    making.decline(job, by=by, reason=reason)
    _end(job, why="declined", by=by)


def give_up(job: Job, *, by: Actor, reason: str) -> None:
    """The factory cannot make a job that it took; the customer's own rule says what follows.

    Once pieces have left, those are paid and the price of the others goes back: nobody else is asked for the rest. Of
    claimed pieces that it cannot make again, it is not paid. Raises NotCancellable.
    """
    if job.pieces_shipped:
        _end_with_a_part(job, side=Side.FACTORY, by=by, reason=reason)
        return
    ending.cancel(job, side=Side.FACTORY, by=by, reason=reason)
    _end(job, why="given_up", by=by)


def _end(job: Job, *, why: str, by: Actor) -> None:
    """Another factory is offered the line, or the customer gets the money back."""
    wind_up(job, by=by)
    next_best = reoffering.left(job) if job.order.if_declined is IfDeclined.NEXT_BEST else None
    _let_minutes_go(job, by=by)
    if next_best is None or not reoffering.to_the_best_of(next_best, job, why=why, by=by):
        refunding.refund_all(job, reason=why, by=by)
    follow(job.order, by=by)


def cancel(job: Job, *, by: Actor, reason: str) -> None:
    """The customer gives a paid job up: what the published table says goes back, the rest is the factory's.

    Raises NotCancellable.
    """
    _end_with_a_part(job, side=Side.CUSTOMER, by=by, reason=reason)


def go_on_with_less(job: Job, *, reason: str, by: Actor) -> None:
    """The staff has given money of a job back: it costs what is left, or is called off where nothing is.

    Nobody works for nothing: its minutes are free. One that has ended stays as it is, one that is claimed waits for its
    claim.
    """
    amending.price_anew(job, by=by)
    if job.state in PRICED and job.total_minor == 0:
        ending.call_off(job, by=by, reason=reason)
        wind_up(job, by=by)
        _let_minutes_go(job, by=by)
        follow(job.order, by=by, reason=reason)


def _end_with_a_part(job: Job, *, side: Side, by: Actor, reason: str) -> None:
    back = ending.back_minor(job, side)
    kept = job.total_minor - back
    ending.cancel(job, side=side, by=by, reason=reason)
    wind_up(job, by=by)
    _let_minutes_go(job, by=by)
    refunding.refund(job, back, reason="cancelled", by=by)
    if kept:
        settlement.release(job)
    follow(job.order, by=by, reason=reason)


def _let_minutes_go(job: Job, *, by: Actor) -> None:
    """A job that is made again has used its minutes before."""
    if job.hold.state is not HoldState.USED:
        capacity.release(job.hold, by=by)


def ship(
    job: Job,
    *,
    by: Actor,
    carrier: str,
    tracking_number: str,
    pieces: int | None = None,
    parcels: Sequence[Packed] = (),
) -> None:
    """Goods leave; with the last of them, minutes held on days after today are no longer needed.

    Raises ParcelsUnequal, ParcelImpossible, MorePiecesThanOrdered, FirstArticleNotReleased, IllegalMove.
    """
    making.ship(job, by=by, pieces=pieces, carrier=carrier, tracking_number=tracking_number, parcels=parcels)
    if job.state is JobState.SHIPPED:
        amending.drop_open(job, by=by)
        _use_minutes(job, by=by)


def _use_minutes(job: Job, *, by: Actor) -> None:
    if job.hold.state is not HoldState.USED:
        zone = ZoneInfo(capability.time_zone(job.work_centre_id))
        capacity.finish(job.hold, on=local_day(clock.now(), zone), by=by)


def accept_goods(job: Job, *, by: Actor) -> None:
    """The customer takes the goods of a job; its money is released to the parties. Raises IllegalMove."""
    ending.accept_goods(job, by=by)
    subcontracting.drop_open(job, by=by)
    settlement.release(job)


def accept_all(order: Order, *, by: Actor) -> None:
    """The customer takes everything that was shipped. Raises NothingToAccept."""
    shipped = [job for job in order.jobs if job.state is JobState.SHIPPED]
    if not shipped:
        raise NothingToAccept("Nothing of this order has been shipped and waits to be accepted.", state=order.state)
    for job in shipped:
        accept_goods(job, by=by)


def decline_unanswered() -> None:
    """Decline every job whose time to answer has passed, each in a transaction of its own."""
    with transaction():
        overdue = queries.unanswered_since(clock.now())
    each_alone(overdue, _with_job(_decline_if_unanswered))


def accept_unclaimed() -> None:
    """Take the goods for every customer whose time to look has passed, each in a transaction of its own."""
    with transaction():
        overdue = queries.goods_accepted_since(clock.now())
    each_alone(overdue, _with_job(_accept_if_unclaimed))


def _with_job(act: Callable[[Job], None]) -> Callable[[tuple[UUID, UUID]], None]:
    def on(of_order: tuple[UUID, UUID]) -> None:
        order_id, job_id = of_order
        act(queries.job_of(queries.to_change(order_id), job_id))

    return on


def _decline_if_unanswered(job: Job) -> None:
    if job.clock_stopped_at is not None:
        return
    if job.state is JobState.OFFERED:
        decline(job, by=SYSTEM, reason=OVERDUE)
    elif job.state is JobState.COUNTERED:
        decline(job, by=SYSTEM, reason=NOT_AGREED)


def _accept_if_unclaimed(job: Job) -> None:
    if job.state is JobState.SHIPPED:
        accept_goods(job, by=SYSTEM)
