"""What we owe the provider to ask for, committed with the change that justifies it (M10).

Each operation is one row with one business reason and a random key that is stored before the provider is called. Asking
is `outbox`, what follows from a refusal or a return is `owed_again`.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.payments import queries
from marketplace.payments.errors import MoreThanCaptured
from marketplace.payments.models import Operation, OperationKind, OperationState, Payment, Rail, WayToPay

LONGEST_PROBLEM: Final = 500


def enqueue(
    kind: OperationKind, payment: Payment, *, reason: str, amount_minor: int, party_id: UUID | None = None
) -> Operation:
    """Owe the provider one request; the same reason again is the same request. The payment's row is locked.

    Raises MoreThanCaptured when refunds and transfers would exceed what the customer paid (M12).
    """
    transaction.inside()
    earlier = queries.operation_for(reason)
    if earlier is not None:
        return earlier
    refuse_beyond_captured(payment, amount_minor)
    operation = _add(kind, payment, reason=reason, amount_minor=amount_minor, party_id=party_id)
    ask_later(operation.id, payment.order_id)
    return operation


def owe_anew(transfer: Operation, payment: Payment, *, reason: str, amount_minor: int) -> Operation:
    """Owe what is left of a transfer that was cancelled; the caller asks for it when its time is."""
    transaction.inside()
    kind, party_id = OperationKind.TRANSFER, transfer.party_id
    return _add(kind, payment, reason=reason, amount_minor=amount_minor, party_id=party_id)


def take_back(transfer: Operation, payment: Payment, *, reason: str, amount_minor: int) -> Operation:
    """Owe the provider the reversal of a part of a transfer, done or under way; the caller asks for it later.

    The payment's row is locked, and no more is taken back than the transfer has left (M12).
    """
    transaction.inside()
    kind, party_id = OperationKind.REVERSAL, transfer.party_id
    return _add(kind, payment, reason=reason, amount_minor=amount_minor, party_id=party_id, transfer_id=transfer.id)


def end_way(way: WayToPay, payment: Payment) -> None:
    """Owe the provider the end of a way to pay; it was asked for once, whoever asks again. The payment is locked."""
    transaction.inside()
    reason = f"end:{way.id}"
    if queries.operation_for(reason) is None:
        operation = _add(OperationKind.END_WAY, payment, reason=reason, amount_minor=0, way_id=way.id)
        ask_later(operation.id, payment.order_id)


def return_funds(way: WayToPay, payment: Payment, minor: int) -> bool:
    """Owe a customer what they transferred beyond what was due; one at a time, as one may be counted in the next.

    It never was in our balance at the provider: the ledger knows nothing of it. The payment is locked.
    """
    transaction.inside()
    if queries.funds_on_their_way(way.id):
        return False
    reason = f"funds:{way.id}:{queries.funds_returned(way.id) + 1}"
    operation = _add(OperationKind.RETURN_FUNDS, payment, reason=reason, amount_minor=minor, way_id=way.id)
    ask_later(operation.id, payment.order_id)
    return True


def owe_us(
    party_id: UUID, payment: Payment, *, reason: str, amount_minor: int, transfer: Operation | None = None
) -> Operation:
    """Write down a debt for what no provider can take back: it was set off against an earlier one, or paid by bank."""
    transaction.inside()
    return _add(
        OperationKind.REVERSAL,
        payment,
        reason=reason,
        amount_minor=amount_minor,
        party_id=party_id,
        state=OperationState.DEBT,
        transfer_id=transfer and transfer.id,
    )


def order_by_bank(transfer: Operation) -> None:
    """Our bank is told to pay a transfer; from now on no other way is taken. Its row is locked."""
    transaction.inside()
    assert transfer.rail is None, "what was given to one way never takes another"
    transfer.rail = Rail.MANUAL_BANK
    transfer.attempts += 1
    transfer.first_sent_at = clock.now()
    transfer.problem = None


def note_adopted(payment: Payment, *, reason: str, amount_minor: int) -> Operation:
    """Write down a refund that a person made at the provider, before its receipt; nobody is asked for it."""
    transaction.inside()
    return _add(OperationKind.REFUND, payment, reason=reason, amount_minor=amount_minor)


def leave_to_a_person(operation: Operation, problem: str) -> None:
    """What we owe is not asked for until a person says so."""
    transaction.inside()
    operation.state = OperationState.FAILED
    operation.problem = problem
    session().flush()


def job_of(reason: str) -> UUID:
    """The job of what a seller gets or gives back, by its reason: transfer:JOB:…, reversal:refund:JOB:…."""
    return UUID(reason.removeprefix("reversal:").split(":")[1])


def cancel(operation: Operation) -> None:
    """What was never asked for is not asked for any more; its payment's row is locked, so that nobody begins now."""
    transaction.inside()
    assert is_unsent(operation), "what is under way cannot be called back"
    operation.state = OperationState.CANCELLED
    session().flush()  # the next cap must see it


def is_unsent(operation: Operation) -> bool:
    """Whether neither the provider nor our bank has heard of it: it is still owed, or waits for a person."""
    is_owed = operation.state in (OperationState.READY, OperationState.FAILED)
    return is_owed and operation.attempts == 0 and operation.rail is None


def set_off(debt: Operation, minor: int) -> None:
    """A later payout has carried so much of a debt; its row is locked."""
    transaction.inside()
    debt.set_off_minor += minor
    if debt.set_off_minor == debt.amount_minor:
        debt.state = OperationState.SET_OFF
    session().flush()


def _add(kind: OperationKind, payment: Payment, **more: Any) -> Operation:
    operation = Operation(
        id=new_id(),
        kind=kind,
        payment_id=payment.id,
        currency=payment.currency,
        **more,
    )
    session().add(operation)
    session().flush()  # the next cap must see it
    return operation


def refuse_beyond_captured(payment: Payment, amount_minor: int) -> None:
    captured = payment.captured_minor - payment.charged_back_minor
    if amount_minor > captured - (queries.committed_minor(payment.id) if amount_minor else 0):
        raise MoreThanCaptured("Refunds and transfers of an order never exceed what was paid for it.")


def take_new_key(operation: Operation) -> None:
    operation.idempotency_key = uuid4()
    operation.first_sent_at = None


def ask_later(operation_id: UUID, order_id: UUID, *, at: datetime | None = None) -> None:
    """One at a time for each order, in the order in which they were owed; one that has to wait keeps nobody waiting."""
    lock = None if at else f"order:{order_id}"
    later(Task.RUN_OPERATION, lock=lock, at=at, operation_id=str(operation_id))
