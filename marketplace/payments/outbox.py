"""The outbox on its way: that the provider is asked is committed first, then what came of it (M10)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from marketplace.kernel import clock, transaction
from marketplace.kernel.money import Money
from marketplace.payments import operations, queries
from marketplace.payments.models import FreezeWhy, Operation, OperationKind, OperationState, Rail
from marketplace.payments.operations import LONGEST_PROBLEM, ask_later

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
    operations.take_new_key(operation)
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
