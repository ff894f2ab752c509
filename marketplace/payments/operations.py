"""The outbox: what we owe the provider to ask for, committed with the change that justifies it (M10).

Each operation is one row with one business reason and a random key that is stored before the provider is called.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID, uuid4

from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.payments import queries
from marketplace.payments.errors import MoreThanCaptured, OperationNotFailed
from marketplace.payments.models import FreezeWhy, Operation, OperationKind, OperationState, Payment, Rail, WayToPay

LONGEST_PROBLEM: Final = 500
KEY_IS_SURE_FOR: Final = timedelta(hours=23)
"""Stripe may forget a key after 24 hours (docs.stripe.com/api/idempotent_requests); from here on we look first."""


FROZEN: Final = {
    FreezeWhy.DISPUTE: "It waits: the customer's bank disputes the payment of this order.",
    FreezeWhy.RECONCILIATION: "It waits: our books and the provider's differ, and a person looks into it.",
    FreezeWhy.DESTINATION_CHANGED: "It waits: where the seller's money goes was changed a short time ago.",
    FreezeWhy.STAFF: "It waits: the marketplace's staff has stopped it.",
}


BY_BANK: Final = "It is paid by bank transfer, in batches that two people approve."


class Idle(StrEnum):
    """Why there is nothing to ask the provider now."""

    SETTLED = "settled"
    ACCOUNT_NOT_READY = "account_not_ready"
    FROZEN = "frozen"
    BY_BANK = "by_bank"
    TRANSFER_NOT_DONE = "transfer_not_done"
    PAYMENT_DISPUTED = "payment_disputed"


@dataclass(frozen=True, slots=True)
class Asking:
    """An operation on its way to the provider, as it was committed."""

    operation_id: UUID
    kind: OperationKind
    key: UUID
    order_id: UUID
    party_id: UUID | None
    amount: Money
    intent_id: str
    charge_id: str
    account_id: str
    transfer_id: str
    """Of a reversal: the transfer as the provider calls it."""
    way_id: UUID | None
    """Of what closes a way to pay, or sends back what came there."""
    is_old: bool
    """It may have been carried out under another key, or one that the provider has forgotten: look before sending."""


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
    _refuse_beyond_captured(payment, amount_minor)
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


def owe_again(transfer: Operation, payment: Payment, *, problem: str) -> None:
    """A transfer by bank came back: it is owed as before it was ordered. Both rows are locked.

    What the seller was made to owe of it meanwhile, and no later payout has carried, they owe no more: they do not have
    it, and so much less is owed to them.
    """
    transaction.inside()
    assert transfer.rail is Rail.MANUAL_BANK, "the provider's transfers come back as reversals"
    transfer.state = OperationState.READY
    transfer.rail = transfer.provider_id = transfer.first_sent_at = None
    transfer.attempts = 0
    transfer.problem = problem[:LONGEST_PROBLEM]
    session().flush()
    _owe_less(transfer, payment, _forgive_all_of(transfer))


def _owe_less(transfer: Operation, payment: Payment, minor: int) -> Operation:
    """What is owed in place of a transfer that nobody has got, where so much of it was taken back."""
    if minor == 0:
        return transfer
    cancel(transfer)
    rest = transfer.amount_minor - minor
    if rest == 0:
        return transfer
    return owe_anew(transfer, payment, reason=f"{transfer.reason}:again:{new_id()}", amount_minor=rest)


def _forgive_all_of(transfer: Operation) -> int:
    """What was to come back of a transfer that nobody has got comes back no more: how much that is."""
    minor = sum(_forgive(each) for each in queries.taken_back_of(transfer.id))
    session().flush()  # the next cap must see it
    return minor


def _forgive(debt: Operation) -> int:
    """What of a debt nobody has carried is gone, and the rest stands by itself: how much that is."""
    open_minor = debt.amount_minor - debt.set_off_minor
    debt.amount_minor = debt.set_off_minor
    debt.state = OperationState.SET_OFF if debt.set_off_minor else OperationState.CANCELLED
    debt.transfer_id = None
    return open_minor


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


def retry(operation: Operation, payment: Payment) -> None:
    """Ask again for what the provider refused for good, under a new key: its no is stored there under the old one.

    Both rows are locked. Raises OperationNotFailed, and MoreThanCaptured when other money has gone out meanwhile.
    """
    transaction.inside()
    if operation.state is not OperationState.FAILED:
        raise OperationNotFailed("Only an operation that has failed can be tried again.", state=operation.state)
    if operation.kind in queries.MONEY_OUT:
        _refuse_beyond_captured(payment, operation.amount_minor)
    operation.state = OperationState.READY
    _take_new_key(operation)
    ask_later(operation.id, payment.order_id)


def refused_transfer(operation_id: UUID) -> tuple[Operation, Payment]:
    """A transfer that the provider refused for good, locked. Raises OperationNotFound, OperationNotFailed."""
    transaction.inside()
    operation, payment = queries.locked_operation(operation_id)
    if (operation.state, operation.rail) != (OperationState.FAILED, Rail.STRIPE_TRANSFER):
        raise OperationNotFailed(
            "Only a transfer that the provider refused for good can take another way.", state=operation.state
        )
    return operation, payment


def free(transfer: Operation, payment: Payment) -> Operation:
    """The provider surely has not carried it out, and is asked no more: it takes the way that its seller has chosen.

    Less what they have had to give back of it meanwhile: nothing comes back of what was never sent. What is owed now.
    Both rows are locked. Raises MoreThanCaptured when other money has gone out meanwhile.
    """
    taken_minor = _forgive_all_of(transfer)
    _refuse_beyond_captured(payment, transfer.amount_minor - taken_minor)
    transfer.state = OperationState.READY
    transfer.rail = None
    transfer.attempts = 0
    _take_new_key(transfer)
    owed = _owe_less(transfer, payment, taken_minor)
    if owed.state is OperationState.READY:
        ask_later(owed.id, payment.order_id)
    return owed


def _refuse_beyond_captured(payment: Payment, amount_minor: int) -> None:
    captured = payment.captured_minor - payment.charged_back_minor
    if amount_minor > captured - (queries.committed_minor(payment.id) if amount_minor else 0):
        raise MoreThanCaptured("Refunds and transfers of an order never exceed what was paid for it.")


def _take_new_key(operation: Operation) -> None:
    operation.idempotency_key = uuid4()
    operation.first_sent_at = None


def ask_later(operation_id: UUID, order_id: UUID, *, at: datetime | None = None) -> None:
    """One at a time for each order, in the order in which they were owed; one that has to wait keeps nobody waiting."""
    lock = None if at else f"order:{order_id}"
    later(Task.RUN_OPERATION, lock=lock, at=at, operation_id=str(operation_id))


def begin(operation_id: UUID) -> Asking | Idle:
    """Write down that the provider is asked now, and what exactly."""
    transaction.inside()
    operation, payment = queries.locked_operation(operation_id)
    if operation.state is not OperationState.READY:
        return Idle.SETTLED
    if operation.kind is OperationKind.REFUND and payment.disputed_minor:
        operation.problem = "The customer's bank disputes this payment: nothing is refunded until it has decided."
        return Idle.PAYMENT_DISPUTED
    party_id = operation.party_id if operation.kind is OperationKind.TRANSFER else None
    way = queries.way_to(party_id, order_id=payment.order_id) if party_id else queries.Way("", rail=None, frozen=None)
    if way.frozen is not None:
        operation.problem = FROZEN[way.frozen]
        return Idle.FROZEN
    if (operation.rail or way.rail) is Rail.MANUAL_BANK:
        operation.problem = BY_BANK
        return Idle.BY_BANK
    if way.account_id is None:
        operation.problem = "The seller's account at the provider cannot receive money yet."
        return Idle.ACCOUNT_NOT_READY
    transfer_id = queries.transfer_done(operation.transfer_id) if operation.transfer_id else ""
    if transfer_id is None:
        operation.problem = "The transfer that is to be taken back has not been made yet."
        return Idle.TRANSFER_NOT_DONE
    now = clock.now()
    is_old = _may_be_carried_out(operation, now)
    operation.first_sent_at = operation.first_sent_at or now
    operation.attempts += 1
    operation.rail = Rail.STRIPE_TRANSFER if party_id else None
    return Asking(
        operation_id=operation.id,
        kind=operation.kind,
        key=operation.idempotency_key,
        order_id=payment.order_id,
        party_id=operation.party_id,
        amount=Money(operation.amount_minor, operation.currency),
        intent_id=payment.intent_id or "",
        charge_id=payment.charge_id or "",
        account_id=way.account_id,
        transfer_id=transfer_id,
        way_id=operation.way_id,
        is_old=is_old,
    )


def _may_be_carried_out(operation: Operation, now: datetime) -> bool:
    """Asked before under a key that says nothing now: taken back since, or too old to be remembered there.

    What is owed for so long and was never asked for may be the row of a backup that knows less than the provider.
    """
    is_taken_back = operation.first_sent_at is None and operation.attempts > 0
    return is_taken_back or now - (operation.first_sent_at or operation.created_at) > KEY_IS_SURE_FOR


def note(asking: Asking, problem: str, *, at: datetime | None = None) -> None:
    """The answer is still open: it will be asked again under the same key."""
    operation = _still_asked(asking)
    if operation is None:
        return
    operation.problem = problem[:LONGEST_PROBLEM]
    if at is not None:
        ask_later(asking.operation_id, asking.order_id, at=at)


def renew(asking: Asking, problem: str, *, at: datetime | None = None) -> None:
    """A no that may become a yes: it is stored under the old key at the provider, so the next ask has a new one."""
    operation = _still_asked(asking)
    if operation is None:
        return
    _take_new_key(operation)
    operation.problem = problem[:LONGEST_PROBLEM]
    if at is not None:
        ask_later(asking.operation_id, asking.order_id, at=at)


def fail(asking: Asking, problem: str) -> None:
    """The provider said no for good; a person decides what follows."""
    operation = _still_asked(asking)
    if operation is not None:
        operation.state = OperationState.FAILED
        operation.problem = problem[:LONGEST_PROBLEM]


def to_debt(asking: Asking, problem: str) -> None:
    """The seller's account does not cover what is to come back: they owe it, and later payouts carry it (M5)."""
    operation = _still_asked(asking)
    if operation is not None:
        operation.state = OperationState.DEBT
        operation.problem = problem[:LONGEST_PROBLEM]


def _still_asked(asking: Asking) -> Operation | None:
    """The operation, locked, if it still waits for the answer to this ask: what came another way is never undone."""
    operation, _ = queries.locked_operation(asking.operation_id)
    is_open = operation.state is OperationState.READY and operation.idempotency_key == asking.key
    return operation if is_open else None
