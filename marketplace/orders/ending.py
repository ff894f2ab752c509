"""How a job ends: the customer takes the goods, or one side gives it up."""

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import rules
from marketplace.orders.errors import NotCancellable
from marketplace.orders.following import follow
from marketplace.orders.models import Job, Order, Side
from marketplace.orders.rules import Cancelling
from marketplace.orders.states import JobState, OrderState


def accept_goods(job: Job, *, by: Actor) -> None:
    """The customer takes the goods of a job. Raises IllegalMove before all of them have left, or while claimed."""
    job.move(JobState.DONE, by=by)
    follow(job.order, by=by)
    audit.record(by, "job.goods_accepted", job)
    notifications.tell(job.factory_id, NoticeKind.GOODS_ACCEPTED, job)


def cancel_unpaid(order: Order, *, by: Actor, reason: str) -> None:
    """Give an order up before it is paid. Raises IllegalMove once it is, or when it was given up before."""
    order.move(OrderState.CANCELLED, by=by, reason=reason)
    for job in order.jobs:
        job.move(JobState.CANCELLED, by=by, reason=reason)
    audit.record(by, "order.cancelled", order, reason=reason)
    notifications.tell(order.organisation_id, NoticeKind.ORDER_CANCELLED, order, text=reason)


def terms(job: Job, side: Side) -> Cancelling:
    """What giving this job up now means for a side. Raises NotCancellable."""
    if job.is_remade:
        return rules.MADE_AGAIN
    found = rules.CANCELLING[side].get(JobState(job.state))
    if found is None:
        way_out = {
            JobState.SHIPPED: "the goods are on their way: look at them, and claim what is wrong",
            JobState.CLAIMED: "its goods are claimed, and that is decided first",
        }.get(JobState(job.state), f"it is {job.state}, and that is final")
        raise NotCancellable(f"This job can no longer be cancelled: {way_out}.", state=job.state)
    return found


def call_off(job: Job, *, by: Actor, reason: str) -> None:
    """The staff ends a job that both sides are still bound by. Raises IllegalMove once it has ended."""
    job.move(JobState.CANCELLED, by=by, reason=reason)
    audit.record(by, "job.called_off", job, reason=reason)


def back_minor(job: Job, side: Side) -> int:
    """What the customer would get back if this side gave the job up now. Raises NotCancellable."""
    step = CHARGE_LIMITS[job.currency].step
    return rules.back_minor(terms(job, side), job.total_minor, quantity=job.quantity, left=job.pieces_left, step=step)


def cancel(job: Job, *, side: Side, by: Actor, reason: str) -> None:
    """One side gives a paid job up; what that costs is settled beside it. Raises NotCancellable."""
    terms(job, side)
    job.move(JobState.CANCELLED, by=by, reason=reason)
    audit.record(by, "job.cancelled", job, side=side, reason=reason)
    notifications.tell(job.opposite(side), NoticeKind.JOB_CANCELLED, job, text=reason)
