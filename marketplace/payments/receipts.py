"""The third step of money out of the house: the provider's evidence, written down once with its journal.

Whoever brings the evidence, the worker that asked or the provider's event, calls the same function; the second is told
REPEATED. Evidence of another amount or currency than was asked for is DIFFERENT, and posts nothing. Runs inside the
caller's transaction, under the payment's lock.
"""

from typing import Final
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.money import Money
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.ledger.values import Outcome as Posted
from marketplace.payments import owed_again, queries
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import Operation, OperationKind, OperationState, Payment, Rail
from marketplace.payments.ports import Movement, RefundSeen, RefundState, ReversalSeen, TransferSeen

CAME_BACK: Final = "The customer's bank did not take the refund {}: the money is back with us, and still theirs."


def transferred(operation_id: UUID, seen: TransferSeen) -> Outcome:
    """A seller's share has arrived at their account: nothing is payable any more."""
    operation, payment = queries.locked_operation(operation_id)
    if operation.kind is not OperationKind.TRANSFER or operation.party_id is None:
        return Outcome.UNKNOWN
    if operation.state is OperationState.DONE:
        return _again(operation, seen.id)
    if seen.amount != _asked(operation) or operation.rail is Rail.MANUAL_BANK:
        return Outcome.DIFFERENT
    operation.rail = Rail.STRIPE_TRANSFER
    _done(operation, seen.id)
    payment.transferred_minor += seen.amount.minor
    lines = rules.transfer(payment.order_id, operation.party_id, seen.amount)
    ledger.post("transfer", reference=seen.movement_id, lines=lines, order_id=payment.order_id)
    return Outcome.APPLIED


def paid_by_bank(operation: Operation, payment: Payment, *, reference: str, payment_id: UUID) -> None:
    """Our bank shows that a seller's share has left for theirs; both rows are locked, and it was ordered there."""
    assert operation.party_id is not None
    amount = _asked(operation)
    _done(operation, f"bank:{reference}")
    payment.transferred_minor += amount.minor
    lines = rules.bank_payment(payment.order_id, operation.party_id, amount)
    ledger.post("bank_payment", reference=f"bank_payment:{payment_id}", lines=lines, order_id=payment.order_id)


def returned_by_bank(operation: Operation, payment: Payment, *, payment_id: UUID, problem: str) -> None:
    """The seller's bank has sent it back, or ours never sent it: it is owed to them again; both rows are locked."""
    assert operation.party_id is not None
    amount, was_paid = _asked(operation), operation.state is OperationState.DONE
    rule = rules.bank_payment_returned if was_paid else rules.bank_order_undone
    payment.transferred_minor -= amount.minor if was_paid else 0
    lines = rule(payment.order_id, operation.party_id, amount)
    owed_again.returned(operation, payment, problem=problem)
    ledger.post("bank_return", reference=f"bank_return:{payment_id}", lines=lines, order_id=payment.order_id)


def taken_back(operation_id: UUID, seen: ReversalSeen) -> Outcome:
    """A seller's transfer, or a part of it, has come back for their share of a refund.

    Where later payouts have carried a part of the debt already, money that comes back all the same is DIFFERENT.
    """
    operation, payment = queries.locked_operation(operation_id)
    if operation.kind is not OperationKind.REVERSAL or operation.party_id is None:
        return Outcome.UNKNOWN
    if operation.state is OperationState.DONE:
        return _again(operation, seen.id)
    if seen.amount != _asked(operation) or operation.set_off_minor:
        return Outcome.DIFFERENT
    _done(operation, seen.id)
    payment.reversed_minor += seen.amount.minor
    lines = rules.reversal(payment.order_id, operation.party_id, seen.amount)
    ledger.post("reversal", reference=seen.movement_id, lines=lines, order_id=payment.order_id)
    return Outcome.APPLIED


def refunded(operation_id: UUID, seen: RefundSeen) -> Outcome:
    """The customer has their money back; who bears it was decided when it was owed. STALE while they do not have it.

    A refund that comes back after it had succeeded is undone: the customer is owed it again, and a person decides.
    Raises ProviderUnavailable while the provider has not yet written the refund into its books.
    """
    operation, payment = queries.locked_operation(operation_id)
    if operation.kind is OperationKind.RETURN_FUNDS:
        return _funds_returned(operation, seen)
    if operation.kind is not OperationKind.REFUND:
        return Outcome.UNKNOWN
    if seen.state is RefundState.FAILED:
        return _came_back(operation, payment, seen)
    if seen.state is not RefundState.SUCCEEDED:
        return Outcome.STALE
    if operation.state is OperationState.DONE:
        return _again(operation, seen.id)
    if operation.state is OperationState.SET_OFF:
        return Outcome.DIFFERENT  # a lost dispute has paid the customer in its place
    if seen.movement is None:
        raise ProviderUnavailable("The refund is not in the provider's books yet.")
    if not seen.amount == -seen.movement.gross == _asked(operation):
        return Outcome.DIFFERENT
    _done(operation, seen.id)
    payment.refunded_minor += seen.amount.minor
    _post_refund(payment.order_id, seen, seen.movement)
    return Outcome.APPLIED


def _came_back(operation: Operation, payment: Payment, seen: RefundSeen) -> Outcome:
    """One that failed before we knew of it, or that was given again since, changes nothing that is owed."""
    if operation.state is not OperationState.DONE or operation.provider_id != seen.id:
        return came_and_went(payment.order_id, seen)
    back = seen.return_movement
    if back is None:
        raise ProviderUnavailable("The refund that failed is not back in the provider's books yet.")
    if not seen.amount == back.gross == _asked(operation):
        return Outcome.DIFFERENT
    operation.state = OperationState.FAILED
    operation.provider_id = None
    operation.first_sent_at = None
    operation.problem = CAME_BACK.format(seen.id)
    payment.refunded_minor -= seen.amount.minor
    lines = rules.refund_failed(payment.order_id, gross=seen.amount, fee=back.fee)
    ledger.post("refund_failed", reference=back.id, lines=lines, order_id=payment.order_id)
    return Outcome.APPLIED


def came_and_went(order_id: UUID, seen: RefundSeen) -> Outcome:
    """A refund left and came back before we took its success in: the provider's books have both, so ours have both.

    STALE where it never left; nothing that is owed changes.
    """
    out, back = seen.movement, seen.return_movement
    if out is None or back is None:
        return Outcome.STALE
    if not seen.amount == -out.gross == back.gross:
        return Outcome.DIFFERENT
    _post_refund(order_id, seen, out)
    lines = rules.refund_failed(order_id, gross=seen.amount, fee=back.fee)
    posted = ledger.post("refund_failed", reference=back.id, lines=lines, order_id=order_id)
    return Outcome.APPLIED if posted is Posted.POSTED else Outcome.REPEATED


def _post_refund(order_id: UUID, seen: RefundSeen, movement: Movement) -> None:
    lines = rules.refund(order_id, gross=seen.amount, fee=movement.fee)
    ledger.post("refund", reference=movement.id, lines=lines, order_id=order_id)


def funds_returned(operation_id: UUID, seen: RefundSeen) -> Outcome:
    """What a customer transferred beyond what was due is with them again; STALE while it is on its way.

    It never was in our books. What their bank sends back is a person's matter.
    """
    operation, _ = queries.locked_operation(operation_id)
    return _funds_returned(operation, seen)


def _funds_returned(operation: Operation, seen: RefundSeen) -> Outcome:
    if seen.state is RefundState.FAILED:
        return _funds_came_back(operation, seen)
    if operation.state is OperationState.DONE:
        return _again(operation, seen.id)
    if seen.amount != _asked(operation):
        return Outcome.DIFFERENT
    if seen.state is not RefundState.SUCCEEDED:
        return Outcome.STALE
    _done(operation, seen.id)
    return Outcome.APPLIED


def _funds_came_back(operation: Operation, seen: RefundSeen) -> Outcome:
    is_ours = operation.provider_id == seen.id if operation.state is OperationState.DONE else True
    if not is_ours or operation.state not in (OperationState.DONE, OperationState.READY):
        return Outcome.STALE
    operation.state = OperationState.FAILED
    operation.provider_id = None
    operation.first_sent_at = None
    operation.problem = CAME_BACK.format(seen.id)
    return Outcome.APPLIED


def cancelled(operation_id: UUID, intent_id: str) -> Outcome:
    """The intent has come to its end at the provider."""
    operation, _ = queries.locked_operation(operation_id)
    if operation.state is OperationState.DONE:
        return Outcome.REPEATED
    _done(operation, intent_id)
    return Outcome.APPLIED


def _asked(operation: Operation) -> Money:
    return Money(operation.amount_minor, operation.currency)


def _again(operation: Operation, provider_id: str) -> Outcome:
    """Evidence for what is done: the same, or money that moved a second time, which a person has to see."""
    return Outcome.REPEATED if operation.provider_id == provider_id else Outcome.DIFFERENT


def _done(operation: Operation, provider_id: str) -> None:
    operation.state = OperationState.DONE
    operation.first_sent_at = operation.first_sent_at or clock.now()  # under an earlier key, told before the next ask
    operation.provider_id = provider_id
    operation.problem = None
