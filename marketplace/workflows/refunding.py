"""Money back to the customer, out of what is held for a job; once it is released it is the sellers' money."""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.ledger import queries as ledger_rows
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.orders import sharing
from marketplace.orders.models import Job
from marketplace.payments import operations, queries
from marketplace.payments.errors import NotPaid, ReleasedAlready
from marketplace.payments.models import Operation, OperationKind, Payment, PaymentState


def refund_all(job: Job, *, reason: str, by: Actor) -> None:
    """Give back everything that was paid for a job and has not gone back yet; see `refund`."""
    refund(job, sharing.total_minor(job), reason=reason, by=by)


def refund(job: Job, minor: int, *, reason: str, by: Actor) -> None:
    """Give back so much of what was paid for a job; its parties get less of it, each by its share. Nothing is nothing.

    What was paid last goes back first, each payment's part by a refund of its own. The same reason again is the same
    refund. Inside the caller's transaction, which has locked the order and loaded its jobs with their shares.
    Raises NotPaid, ReleasedAlready, MoreThanCaptured.
    """
    if minor == 0:
        return
    payments = {payment.id: payment for payment in queries.locked_of_order(job.order_id)}
    if queries.is_refunded(job.id, reason):
        return
    if next(iter(payments.values())).state is not PaymentState.CAPTURED:
        raise NotPaid("This order is not paid; there is nothing to give back.")
    if ledger_rows.is_posted(f"release:{job.id}"):
        raise ReleasedAlready("The money of this job has been released to the sellers; it cannot be refunded here.")
    for payment_id, part in sharing.give_up(job, minor, why=reason):
        give_back(payments[payment_id], part, reason=refund_reason(job.id, reason, payment_id))
    audit.record(by, "payment.refund_ordered", job, reason=reason, amount_minor=minor)


def give_back(payment: Payment, minor: int, *, reason: str) -> Operation:
    """Owe the customer so much of a payment: from now on it is held for nobody else."""
    operation = operations.enqueue(OperationKind.REFUND, payment, reason=reason, amount_minor=minor)
    lines = rules.refund_borne_by_held(payment.order_id, Money(minor, payment.currency))
    ledger.post("refund_allocation", reference=f"allocation:{operation.id}", lines=lines, order_id=payment.order_id)
    return operation


def refund_reason(job_id: UUID, reason: str, payment_id: UUID) -> str:
    """What a refund is for, once."""
    return f"{queries.refunds_of(job_id, reason)}{payment_id}"
