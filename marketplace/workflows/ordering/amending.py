"""Other terms for a job, agreed by both sides: the difference is paid or given back, and then they hold."""

from datetime import date

from marketplace.capacity import service as capacity
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.orders import changing, making, sharing
from marketplace.orders import queries as orders
from marketplace.orders.models import Change, Job, Side
from marketplace.orders.states import PRICED, ChangeState, JobState
from marketplace.payments import queries as payment_rows
from marketplace.payments import service as payments
from marketplace.payments.models import Payment
from marketplace.workflows.money import refunding


def propose(
    job: Job, *, side: Side, by: Actor, what: str, total_minor: int | None = None, ships_on: date | None = None
) -> Change:
    """One side wants other terms. Raises as `changing.propose`."""
    return changing.propose(job, side=side, by=by, what=what, total_minor=total_minor, ships_on=ships_on)


def agree(job: Job, number: int, *, side: Side, by: Actor) -> None:
    """The other side agrees: cheaper or equal terms hold at once, dearer ones when the difference is paid.

    Raises ChangeNotFound, ChangeNotYours, IllegalMove, AnswerOverdue.
    """
    change = orders.change_of(job, number)
    changing.agree(change, job, side=side, by=by)
    more = change.total_minor - job.total_minor
    if more > 0:
        _expect(change, job, more)
        return
    refunding.refund(job, -more, reason=f"change_{number}", by=by)
    _take_effect(change, job)


def refuse(job: Job, number: int, *, side: Side, by: Actor, answer: str) -> None:
    """The other side does not agree. Raises ChangeNotFound, ChangeNotYours, IllegalMove."""
    changing.refuse(orders.change_of(job, number), job, side=side, by=by, answer=answer)


def withdraw(job: Job, number: int, *, side: Side, by: Actor) -> None:
    """Whoever proposed takes it back; what was to be paid for it is called off.

    Raises ChangeNotFound, ChangeNotYours, IllegalMove.
    """
    change = orders.change_of(job, number)
    changing.withdraw(change, job, side=side, by=by)
    _call_off(change)


def drop_open(job: Job, *, by: Actor) -> None:
    """The job has ended, and with it what was still proposed for it."""
    changing.drop_open(job, by=by)
    for change in job.changes:
        _call_off(change)


def price_anew(job: Job, *, by: Actor) -> None:
    """Money of a job has gone back, whoever gave or took it: one that is still on goes on at the price that is left."""
    if job.state in PRICED:
        changing.price_anew(job, by=by)
        for change in job.changes:
            _call_off(change)


def paid(payment: Payment) -> None:
    """The customer has paid the difference of a change: its terms hold. Money for one that was dropped goes back."""
    found = orders.change_paid_by(payment.id)
    assert found is not None, "a payment beside an order's own is a change's"
    order_id, job_id = found
    job = orders.job_of(orders.to_change(order_id), job_id)
    change = next(each for each in job.changes if each.payment_id == payment.id)
    if change.state is not ChangeState.AGREED:
        refunding.give_back(payment, payment.captured_minor, reason=f"refund:{job_id}:too_late:{payment.id}")
        return
    sharing.grow(job, payment.captured_minor, payment_id=payment.id, why=f"change_{change.number}")
    _take_effect(change, job)


def _expect(change: Change, job: Job, more: int) -> None:
    number = len(payment_rows.locked_of_order(job.order_id)) + 1
    change.payment_id = new_id()  # written with the payment itself, in one statement
    payments.expect(job.order_id, Money(more, job.currency), payment_id=change.payment_id, number=number)


def _take_effect(change: Change, job: Job) -> None:
    changing.take_effect(change, job)
    if job.state is JobState.COUNTERED:
        making.accept(job, by=SYSTEM)  # the factory has said yes by its counter-offer
        capacity.firm(job.hold, by=SYSTEM)


def _call_off(change: Change) -> None:
    if change.payment_id is not None:
        payments.call_off([payment_rows.locked(change.payment_id)])
