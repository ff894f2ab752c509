"""The staff gives money back: of some jobs or of all of an order, alone up to a limit, with a second person above it.

A job whose money all goes back before its goods were taken is called off: nobody works for nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CHARGE_LIMITS, written
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import queries as orders
from marketplace.orders import sharing
from marketplace.orders.models import Job, Order
from marketplace.orders.states import JobState, OrderState
from marketplace.payments.errors import NotPaid
from marketplace.refunds import queries, rules
from marketplace.refunds.errors import ClaimDecides, NeedsAnotherPerson, NothingToRefund, RefundAmountUnfit
from marketplace.refunds.models import StaffRefund, StaffRefundPart
from marketplace.refunds.states import StaffRefundState
from marketplace.workflows.money import refunding
from marketplace.workflows.ordering import fulfilment


@dataclass(frozen=True, slots=True)
class Part:
    """What is to go back of one job; no amount: all that is left of what was paid for it."""

    job_id: UUID
    amount_minor: int | None = None


def propose(order_id: UUID, *, parts: Sequence[Part] = (), reason: str, by: Actor) -> StaffRefund:
    """Order a refund of these parts, or of all that is left of an order; up to the limit it is carried out at once.

    Inside the caller's transaction. Raises OrderNotFound, JobNotFound, NotPaid, NothingToRefund, RefundAmountUnfit,
    ClaimDecides.
    """
    assert by.user_id is not None, "the door lets people of the staff in"
    order = orders.to_change(order_id)
    if order.state is OrderState.AWAITING_PAYMENT:
        raise NotPaid("This order is not paid; there is nothing to give back.")
    amounts = _amounts(order, parts)
    total = sum(amounts.values())
    if total == 0:
        raise NothingToRefund("All that was paid for this is back with the customer, or on its way there.")
    refund = StaffRefund(
        id=new_id(),
        order_id=order.id,
        reason=reason,
        currency=order.currency,
        amount_minor=total,
        is_above_limit=total + queries.given_alone_minor(order.id) > rules.limit_minor(order.currency),
        proposed_by=by.user_id,
        parts=[
            StaffRefundPart(job_id=job_id, currency=order.currency, amount_minor=minor)
            for job_id, minor in amounts.items()
        ],
    )
    session().add(refund)
    session().flush()
    audit.record(by, "refund.proposed", refund, order_id=order.id, amount_minor=total, reason=reason)
    if not refund.is_above_limit:
        _carry_out(refund, order, by=by)
    return refund


def approve(refund_id: UUID, *, by: Actor) -> StaffRefund:
    """A second person agrees, and it is carried out, inside the caller's transaction.

    Raises StaffRefundNotFound, NeedsAnotherPerson, IllegalMove, and what has changed since: RefundAmountUnfit,
    ClaimDecides.
    """
    order = orders.to_change(queries.refund(refund_id).order_id)
    refund = queries.refund(refund_id)
    if refund.state is StaffRefundState.PROPOSED and refund.proposed_by == by.user_id:
        raise NeedsAnotherPerson("You proposed this refund; another person of the staff approves it.")
    _carry_out(refund, order, by=by)
    return refund


def refuse(refund_id: UUID, *, reason: str, by: Actor) -> StaffRefund:
    """It is not to be, says anybody of the staff. Raises StaffRefundNotFound, IllegalMove."""
    orders.to_change(queries.refund(refund_id).order_id)
    refund = queries.refund(refund_id)
    refund.move(StaffRefundState.REFUSED, by=by, reason=reason)
    refund.decided_by, refund.refusal = by.user_id, reason
    audit.record(by, "refund.refused", refund, reason=reason)
    return refund


def _amounts(order: Order, parts: Sequence[Part]) -> dict[UUID, int]:
    """Minor units by job, all of them checked against what is left."""
    if not parts:
        left = {job.id: sharing.total_minor(job) for job in order.jobs}
        return {job_id: minor for job_id, minor in left.items() if minor}
    if len({part.job_id for part in parts}) < len(parts):
        raise RefundAmountUnfit("A job is named twice; say once how much of it goes back.")
    return {part.job_id: _amount(orders.job_of(order, part.job_id), part.amount_minor) for part in parts}


def _amount(job: Job, minor: int | None) -> int:
    left, step = sharing.total_minor(job), CHARGE_LIMITS[job.currency].step
    if left == 0:
        raise NothingToRefund("All that was paid for this job is back with the customer, or on its way there.")
    if minor is None:
        return left
    if minor > left or minor % step:
        raise RefundAmountUnfit(
            f"Of this job at most {left} minor units go back, in steps of {step}.",
            job_id=str(job.id),
            left_minor=left,
            step=step,
        )
    return minor


def _carry_out(refund: StaffRefund, order: Order, *, by: Actor) -> None:
    refund.move(StaffRefundState.CARRIED_OUT, by=by)
    refund.decided_by = by.user_id
    for part in refund.parts:
        job = orders.job_of(order, part.job_id)
        before = sharing.part_minor(job, job.factory_id)
        _give_back(job, _amount(job, part.amount_minor), refund, by=by)
        _tell_factory(job, part, before - sharing.part_minor(job, job.factory_id), order=order, reason=refund.reason)
    text = f"{written(refund.amount_minor, refund.currency)} of order {order.number}. {refund.reason}"
    notifications.tell(order.organisation_id, NoticeKind.REFUND_BY_STAFF, order, text=text)
    audit.record(by, "refund.carried_out", refund, order_id=order.id, amount_minor=refund.amount_minor)


def _tell_factory(job: Job, part: StaffRefundPart, borne_minor: int, *, order: Order, reason: str) -> None:
    whole, theirs = written(part.amount_minor, part.currency), written(borne_minor, part.currency)
    text = f"{whole} of order {order.number}, {theirs} of it out of your part. {reason}"
    notifications.tell(job.factory_id, NoticeKind.REFUND_BY_STAFF, job, text=text)


def _give_back(job: Job, minor: int, refund: StaffRefund, *, by: Actor) -> None:
    if job.state is JobState.CLAIMED:
        raise ClaimDecides("The goods of this job are claimed; decide the claim, which says what goes back.")
    refunding.refund(job, minor, reason=f"staff_{refund.id}", by=by)
    fulfilment.go_on_with_less(job, reason=refund.reason, by=by)
