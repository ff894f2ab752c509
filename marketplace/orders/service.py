"""The verbs of orders and jobs. Each refuses first, then moves, then tells; none commits."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.ids import new_id
from marketplace.orders.errors import AnswerOverdue, FewerPiecesThanBefore, MorePiecesThanOrdered, NotCancellable
from marketplace.orders.models import Job, Order, OrderLine, ProductionReport, Share, ShareKind, Shipment
from marketplace.orders.rules import ANSWER_TIME
from marketplace.orders.states import JobState, OrderState


@dataclass(frozen=True, slots=True)
class Bought:
    """What one frozen offer puts into an order: a line, a job, and two shares."""

    quote_id: UUID
    offer_id: UUID
    revision_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    hold_id: UUID
    process: str
    material: str
    description: str
    quantity: int
    currency: str
    total_minor: int
    factory_minor: int
    fee_minor: int
    ships_on: date


def place(bought: Bought, *, by: Actor, pay_by: datetime, purchase_order_number: str) -> Order:
    """Write the order with its line, its job and the shares that its payment will be divided into."""
    order = Order(
        id=new_id(),
        organisation_id=by.organisation,
        placed_by=by.user_id,
        quote_id=bought.quote_id,
        currency=bought.currency,
        total_minor=bought.total_minor,
        pay_by=pay_by,
        purchase_order_number=purchase_order_number,
    )
    order.lines = [_line(order, bought)]
    order.jobs = [_job(order, bought)]
    order.shares = _shares(order, bought)
    transaction.note(order, *order.lines, *order.jobs, *order.shares)
    audit.record(by, "order.placed", order)
    return order


def _shares(order: Order, bought: Bought) -> list[Share]:
    shared = (
        (ShareKind.FACTORY, bought.factory_id, bought.factory_minor),
        (ShareKind.PLATFORM_FEE, None, bought.fee_minor),
    )
    return [
        Share(order_id=order.id, number=number, kind=kind, party_id=party_id, amount_minor=minor)
        for number, (kind, party_id, minor) in enumerate(shared, 1)
    ]


def _line(order: Order, bought: Bought) -> OrderLine:
    return OrderLine(
        order_id=order.id,
        number=1,
        offer_id=bought.offer_id,
        revision_id=bought.revision_id,
        description=bought.description,
        quantity=bought.quantity,
        total_minor=bought.total_minor,
    )


def _job(order: Order, bought: Bought) -> Job:
    return Job(
        id=new_id(),
        order_id=order.id,
        line_number=1,
        factory_id=bought.factory_id,
        work_centre_id=bought.work_centre_id,
        hold_id=bought.hold_id,
        revision_id=bought.revision_id,
        process=bought.process,
        material=bought.material,
        quantity=bought.quantity,
        price_minor=bought.factory_minor,
        currency=bought.currency,
        ships_on=bought.ships_on,
        reports=[],
        shipment=None,
    )


def mark_paid(order: Order, *, by: Actor) -> None:
    """The provider has shown that the order is paid: its jobs are offered to their factories."""
    order.move(OrderState.PAID, by=by)
    for job in order.jobs:
        job.move(JobState.OFFERED, by=by)
        job.answer_by = clock.now() + ANSWER_TIME
    audit.record(by, "order.paid", order)


def accept(job: Job, *, by: Actor) -> None:
    """The factory takes the job at the agreed price and date. Raises AnswerOverdue, IllegalMove."""
    if job.answer_by is not None and clock.now() > job.answer_by:
        raise AnswerOverdue(
            "The time to answer has passed: the job counts as declined, and the customer is paid back.",
            answer_by=job.answer_by,
        )
    job.move(JobState.ACCEPTED, by=by)
    job.order.move(OrderState.IN_PRODUCTION, by=by)
    audit.record(by, "job.accepted", job)


def decline(job: Job, *, by: Actor, reason: str) -> None:
    """The factory does not take the job, and says why; the order ends with it. Raises IllegalMove."""
    job.move(JobState.DECLINED, by=by, reason=reason)
    job.order.move(OrderState.CANCELLED, by=by, reason=reason)
    audit.record(by, "job.declined", job, reason=reason)


def report(job: Job, *, by: Actor, pieces_done: int, note: str) -> ProductionReport:
    """The factory says how many pieces are done.

    Raises MorePiecesThanOrdered, FewerPiecesThanBefore, and IllegalMove unless the job is accepted or in production.
    """
    if pieces_done > job.quantity:
        raise MorePiecesThanOrdered("More pieces than were ordered.", ordered=job.quantity)
    before = max((each.pieces_done for each in job.reports), default=0)
    if pieces_done < before:
        raise FewerPiecesThanBefore("An earlier report already says more pieces; reports only grow.", reported=before)
    if job.state is not JobState.IN_PRODUCTION:
        job.move(JobState.IN_PRODUCTION, by=by)
    made = ProductionReport(id=new_id(), reported_by=by.user_id, pieces_done=pieces_done, note=note)
    job.reports.append(made)
    audit.record(by, "job.progress", job, pieces_done=pieces_done)
    return made


def ship(job: Job, *, by: Actor, carrier: str, tracking_number: str) -> None:
    """The goods leave the factory; with the last job the order is shipped. Raises IllegalMove."""
    job.move(JobState.SHIPPED, by=by)
    job.shipment = Shipment(id=new_id(), shipped_by=by.user_id, carrier=carrier, tracking_number=tracking_number)
    if all(each.state is JobState.SHIPPED for each in job.order.jobs):
        job.order.move(OrderState.SHIPPED, by=by)
    audit.record(by, "job.shipped", job, carrier=carrier)


def accept_goods(order: Order, *, by: Actor) -> None:
    """The customer takes the goods. Raises IllegalMove before everything has been shipped."""
    order.move(OrderState.ACCEPTED, by=by)
    for job in order.jobs:
        job.move(JobState.DONE, by=by)
    audit.record(by, "order.accepted", order)


def cancel_unpaid(order: Order, *, by: Actor, reason: str) -> None:
    """Give an order up before it is paid. Raises NotCancellable once it is, or when it was given up before."""
    if order.state is not OrderState.AWAITING_PAYMENT:
        way_out = (
            "it was cancelled before" if order.state is OrderState.CANCELLED else "only its factory can decline it"
        )
        raise NotCancellable(f"An order is cancelled while it awaits its payment: {way_out}.", state=order.state)
    order.move(OrderState.CANCELLED, by=by, reason=reason)
    for job in order.jobs:
        job.move(JobState.CANCELLED, by=by, reason=reason)
    audit.record(by, "order.cancelled", order, reason=reason)
