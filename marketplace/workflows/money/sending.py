"""Money out of the house, in three steps that are each safe to repeat: commit what is owed, ask, commit the receipt."""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.money import CurrencyUnknown
from marketplace.kernel.transaction import transaction
from marketplace.payments import outbox, payouts, queries, receipts
from marketplace.payments.cashier import FundsAsked, Provider
from marketplace.payments.errors import BalanceInsufficient, PaymentDisputed, ProviderRefused, ProviderUnavailable
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import OperationKind
from marketplace.payments.outbox import Asking, Idle
from marketplace.payments.ports import AccountSeen, Gateway, RefundAsked, RefundState, ReversalAsked, TransferAsked
from marketplace.workflows import queries as workflow_rows
from marketplace.workflows.money import choosing, settlement

log = logging.getLogger("commonforge.money")

UNTIL_FUNDS_SETTLE: Final = timedelta(minutes=10)
UNTIL_A_REFUND_ARRIVES: Final = timedelta(hours=1)
"""Its event tells earlier; this is for the one that is lost."""
UNTIL_A_DISPUTE_IS_HEARD_OF: Final = timedelta(hours=1)
"""Its event tells earlier, and its end has refunds go on."""
ON_ITS_WAY: Final = "The provider has begun the refund; the customer does not have the money yet."
A_BANK_DECIDES: Final = "A bank is still at work on this payment; it cannot be closed before."
DIFFERENT: Final = "The provider shows another amount or currency than the {} asked for, or did it twice: look there."

Receipt = Callable[[], Outcome]


def run_operation(operation_id: UUID, gateway: Provider) -> None:
    """Ask the provider for one thing that we owe, and write down its answer; after a crash anywhere it goes on.

    Raises ProviderUnavailable, so that the job comes back with the same key.
    """
    with transaction():
        asking = outbox.begin(operation_id)
    if isinstance(asking, Idle):
        return
    try:
        receipt = ASK[asking.kind](asking, gateway)
    except ProviderUnavailable as problem:
        with transaction():
            outbox.note(asking, problem.message)
        raise
    except BalanceInsufficient as problem:
        _not_covered(asking, problem)
    except PaymentDisputed as problem:
        _disputed(asking, problem)
    except ProviderRefused as problem:
        _refused(asking, problem, gateway)
    except CurrencyUnknown:
        _take_in(asking, lambda: Outcome.DIFFERENT)
    else:
        _take_in(asking, receipt)


def _not_covered(asking: Asking, problem: BalanceInsufficient) -> None:
    """Our own balance is awaited; a seller's is not: what does not come back from it is their debt (M5)."""
    with transaction():
        if asking.kind is OperationKind.REVERSAL:
            log.warning("the seller %s owes us %s: %s", asking.party_id, asking.amount, problem.message)
            outbox.to_debt(asking, problem.message)
        else:
            outbox.renew(asking, problem.message, at=clock.now() + UNTIL_FUNDS_SETTLE)


def _disputed(asking: Asking, problem: PaymentDisputed) -> None:
    """The bank has the money. Where that is lost it is a no for good; else its end, or an hour, is awaited."""
    with transaction():
        if queries.is_charged_back(asking.operation_id):
            outbox.fail(asking, problem.message)
        else:
            outbox.renew(asking, problem.message, at=clock.now() + UNTIL_A_DISPUTE_IS_HEARD_OF)


def _take_in(asking: Asking, receipt: Receipt) -> None:
    """Write the evidence down; what is not what we asked for is a person's matter, what is not over is asked again."""
    with transaction():
        outcome = receipt()
        if outcome is Outcome.DIFFERENT:
            log.error("the provider's %s for %s is not what was asked for", asking.kind, asking.operation_id)
            outbox.fail(asking, DIFFERENT.format(asking.amount))
        elif outcome is Outcome.STALE:
            still = A_BANK_DECIDES if asking.kind is OperationKind.END_WAY else ON_ITS_WAY
            outbox.note(asking, still, at=clock.now() + UNTIL_A_REFUND_ARRIVES)


def _transfer(asking: Asking, gateway: Gateway) -> Receipt:
    asked = TransferAsked(
        key=asking.key,
        operation_id=asking.operation_id,
        order_id=asking.order_id,
        amount=asking.amount,
        charge_id=asking.charge_id,
        account_id=asking.account_id,
    )
    seen = (gateway.find_transfer(asked) if asking.is_old else None) or gateway.transfer(asked)
    return partial(receipts.transferred, asking.operation_id, seen)


def _reverse(asking: Asking, gateway: Gateway) -> Receipt:
    asked = ReversalAsked(
        key=asking.key,
        operation_id=asking.operation_id,
        order_id=asking.order_id,
        amount=asking.amount,
        transfer_id=asking.transfer_id,
    )
    seen = (gateway.find_reversal(asked) if asking.is_old else None) or gateway.reverse(asked)
    return partial(receipts.taken_back, asking.operation_id, seen)


def _refund(asking: Asking, gateway: Gateway) -> Receipt:
    asked = RefundAsked(
        key=asking.key,
        operation_id=asking.operation_id,
        order_id=asking.order_id,
        amount=asking.amount,
        intent_id=asking.intent_id,
    )
    seen = (gateway.find_refund(asked) if asking.is_old else None) or gateway.refund(asked)
    if seen.state is RefundState.FAILED:
        raise ProviderRefused(f"The refund {seen.id} has failed at the provider; the customer did not get the money.")
    return partial(receipts.refunded, asking.operation_id, seen)


def _end_way(asking: Asking, gateway: Provider) -> Receipt:
    """A way that was paid before we could close it is taken in; what was transferred in part goes back."""
    assert asking.way_id is not None, "a constraint of the table says so"
    with transaction():
        asked = workflow_rows.asked_of(asking.way_id)
    seen = gateway.ways.end(asked)
    held = gateway.ways.funds(seen.customer_id) if seen.customer_id else {}

    def receipt() -> Outcome:
        outcome = choosing.ended(asked, seen, held)
        return outcome if outcome is Outcome.STALE else receipts.cancelled(asking.operation_id, seen.id)

    return receipt


def _return_funds(asking: Asking, gateway: Provider) -> Receipt:
    assert asking.way_id is not None, "a constraint of the table says so"
    with transaction():
        customer_id = queries.way(asking.way_id).customer_id or ""
    asked = FundsAsked(
        key=asking.key,
        operation_id=asking.operation_id,
        order_id=asking.order_id,
        amount=asking.amount,
        customer_id=customer_id,
    )
    seen = (gateway.ways.find_returned(asked) if asking.is_old else None) or gateway.ways.return_funds(asked)
    if seen.state is RefundState.FAILED:
        raise ProviderRefused(f"{seen.id} has failed at the provider; the customer did not get the money.")
    return partial(receipts.funds_returned, asking.operation_id, seen)


def _cancel(asking: Asking, gateway: Gateway) -> Receipt:
    """An intent that was paid before we could cancel it is taken in, and goes back."""
    seen = gateway.cancel_intent(asking.intent_id, key=asking.key)

    def receipt() -> Outcome:
        if seen.charge is not None:
            settlement.capture(seen)
        return receipts.cancelled(asking.operation_id, seen.id)

    return receipt


ASK: Final[dict[OperationKind, Callable[[Asking, Provider], Receipt]]] = {
    OperationKind.TRANSFER: _transfer,
    OperationKind.REFUND: _refund,
    OperationKind.REVERSAL: _reverse,
    OperationKind.CANCEL_INTENT: _cancel,
    OperationKind.END_WAY: _end_way,
    OperationKind.RETURN_FUNDS: _return_funds,
}


def _fail(asking: Asking, problem: ProviderRefused) -> None:
    log.error("the provider refused %s %s for good: %s", asking.kind, asking.operation_id, problem.message)
    with transaction():
        outbox.fail(asking, problem.message)


def _refused(asking: Asking, problem: ProviderRefused, gateway: Gateway) -> None:
    """A no for good, unless it is the seller's account that cannot receive just now: then the money waits for it."""
    seen = _seen_account(asking, gateway)
    if seen is None or seen.may_receive:
        _fail(asking, problem)
        return
    with transaction():
        outbox.renew(asking, problem.message)
        account = queries.account_known_as(seen.id)
        if account is not None:
            payouts.note_account(account, seen)


def _seen_account(asking: Asking, gateway: Gateway) -> AccountSeen | None:
    """The seller's account as it is; None where there is none, or the provider knows it no more (it was closed)."""
    if not asking.account_id:
        return None
    try:
        return gateway.account(asking.account_id)
    except ProviderRefused:
        return None
