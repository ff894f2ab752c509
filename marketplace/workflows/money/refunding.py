"""Money back to the customer: out of what is held for a job, or, once it is released, out of what its parties got.

The customer comes first: their refund is owed at once, and never waits for what the sellers have to bear of it.
"""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.ledger import queries as ledger_rows
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.orders import sharing
from marketplace.orders.models import Job
from marketplace.orders.sharing import GivenUp
from marketplace.payments import operations, queries
from marketplace.payments.errors import MoreThanCaptured, NotPaid
from marketplace.payments.models import Operation, OperationKind, Payment, PaymentState
from marketplace.workflows.money import owing


def refund_all(job: Job, *, reason: str, by: Actor) -> None:
    """Give back everything that was paid for a job and has not gone back yet; see `refund`."""
    refund(job, sharing.total_minor(job), reason=reason, by=by)


def refund(job: Job, minor: int, *, reason: str, by: Actor) -> None:
    """Give back so much of what was paid for a job; its parties get less of it, each by its share. Nothing is nothing.

    What was paid last goes back first, each payment's part by a refund of its own. The same reason again is the same
    refund. Inside the caller's transaction, which has locked the order and loaded its jobs with their shares.
    Raises NotPaid, MoreThanCaptured.
    """
    if minor == 0:
        return
    payments = {payment.id: payment for payment in queries.locked_of_order(job.order_id)}
    if queries.is_refunded(job.id, reason):
        return
    if next(iter(payments.values())).state is not PaymentState.CAPTURED:
        raise NotPaid("This order is not paid; there is nothing to give back.")
    left = sharing.total_minor(job)
    if minor > left and any(each.charged_back_minor for each in payments.values()):
        minor = left  # what a lost dispute has given them is not given twice
    if minor == 0:
        return
    if minor > left:
        raise MoreThanCaptured("No more goes back for a job than is left of what was paid for it.", left_minor=left)
    give = _out_of_the_parties if ledger_rows.is_posted(f"release:{job.id}") else _out_of_what_is_held
    for part in sharing.give_up(job, minor, why=reason):
        give(job, payments[part.payment_id], part, refund_reason(job.id, reason, part.payment_id))
    audit.record(by, "payment.refund_ordered", job, reason=reason, amount_minor=minor)


def give_back(payment: Payment, minor: int, *, reason: str) -> Operation:
    """Owe the customer so much of a payment: from now on it is held for nobody else."""
    operation = operations.enqueue(OperationKind.REFUND, payment, reason=reason, amount_minor=minor)
    lines = rules.refund_borne_by_held(payment.order_id, Money(minor, payment.currency))
    ledger.post("refund_allocation", reference=f"allocation:{operation.id}", lines=lines, order_id=payment.order_id)
    return operation


def _out_of_what_is_held(_job: Job, payment: Payment, part: GivenUp, reason: str) -> None:
    give_back(payment, part.minor, reason=reason)


def _out_of_the_parties(job: Job, payment: Payment, part: GivenUp, reason: str) -> None:
    """Each party bears its share; what the provider is to be asked for comes after the customer's refund."""
    to_ask = [
        operation
        for party_id, minor in part.by_party.items()
        if party_id is not None
        for operation in owing.take_back(job, payment, party_id, minor, refund=reason)
    ]
    refund = operations.enqueue(OperationKind.REFUND, payment, reason=reason, amount_minor=part.minor)
    amount = Money(part.minor, payment.currency)
    lines = rules.refund_borne_by_parties(payment.order_id, amount, borne=part.by_party, tax_minor=part.tax_minor)
    ledger.post("refund_allocation", reference=f"allocation:{refund.id}", lines=lines, order_id=payment.order_id)
    for operation in to_ask:
        operations.ask_later(operation.id, payment.order_id)


def refund_reason(job_id: UUID, reason: str, payment_id: UUID) -> str:
    """What a refund is for, once."""
    return f"{queries.refunds_of(job_id, reason)}{payment_id}"
