"""What a seller is owed for a job, and what a refund after release takes from it again: unsent, sent, or as a debt."""

from uuid import UUID

from marketplace.kernel.money import Money
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.orders.models import Job
from marketplace.payments import operations, queries
from marketplace.payments.models import Operation, OperationKind, OperationState, Payment, Rail


def owe(job: Job, payment: Payment, party_id: UUID, minor: int) -> None:
    """Owe a seller so much of a payment for a job; what they owe us in its currency is kept from it first (M5).

    Inside the caller's transaction, which has locked the payment.
    """
    reason = f"{queries.transfers_of(job.id, party_id)}{payment.id}"
    minor -= _set_off(payment, party_id, minor, reason=reason)
    if minor:
        operations.enqueue(OperationKind.TRANSFER, payment, reason=reason, amount_minor=minor, party_id=party_id)


def _set_off(payment: Payment, party_id: UUID, minor: int, *, reason: str) -> int:
    """Carry the seller's debts, the oldest first; how much of what they are owed that takes."""
    left = minor
    for debt, order_id in queries.debts(party_id, payment.currency):
        part = min(left, debt.amount_minor - debt.set_off_minor)
        if part:
            amount = Money(part, payment.currency)
            lines = rules.debt_set_off(amount, party_id=party_id, debt_of=order_id, out_of=payment.order_id)
            reference = f"debt_set_off:{debt.id}:{reason}"
            ledger.post("debt_set_off", reference=reference, lines=lines, order_id=payment.order_id)
            operations.set_off(debt, part)
            left -= part
    return minor - left


def take_back(job: Job, payment: Payment, party_id: UUID, minor: int, *, refund: str) -> list[Operation]:
    """Take a seller's share of a refund from what they were owed of a payment; what the provider is to be asked for.

    A transfer that was never asked for is owed anew, less the share. One that was, or may be on its way, is reversed;
    what goes by bank cannot be, and is a debt at once. What was set off and never sent is a debt again. Inside the
    caller's transaction, which has locked the payment.
    """
    to_ask = []
    for transfer in queries.living_transfers(payment.id, party_id, job_id=job.id):
        part = min(minor, transfer.amount_minor - queries.taken_back_minor(transfer.id))
        if part:
            to_ask += _take_from(transfer, payment, part, refund=refund)
            minor -= part
    if minor:
        operations.owe_us(party_id, payment, reason=f"reversal:{refund}:{party_id}", amount_minor=minor)
    return to_ask


def _take_from(transfer: Operation, payment: Payment, minor: int, *, refund: str) -> list[Operation]:
    if not operations.is_unsent(transfer):
        reason = f"reversal:{refund}:{transfer.party_id}:{transfer.id}"
        if transfer.rail is not Rail.STRIPE_TRANSFER and transfer.party_id is not None:
            operations.owe_us(transfer.party_id, payment, reason=reason, amount_minor=minor, transfer=transfer)
            return []
        return [operations.take_back(transfer, payment, reason=reason, amount_minor=minor)]
    waits_for_a_person = transfer.state is OperationState.FAILED
    operations.cancel(transfer)
    rest = transfer.amount_minor - minor
    if rest == 0:
        return []
    again = operations.owe_anew(transfer, payment, reason=f"{transfer.reason}:{refund}", amount_minor=rest)
    if waits_for_a_person:
        operations.leave_to_a_person(again, transfer.problem or "")
    return [again]
