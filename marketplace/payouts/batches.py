"""Payments by our own bank: drawn up, approved by two persons, told to the bank, and confirmed by its reference."""

from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.money import Money
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.payments import operations, receipts
from marketplace.payments import queries as payments
from marketplace.payments.models import Operation, OperationState, Rail
from marketplace.payouts import queries
from marketplace.payouts.errors import ApprovedAlready, BankReferenceTaken, NothingToPay
from marketplace.payouts.models import Approval, BankPayment, BankPaymentState, Batch, BatchState

APPROVALS: Final = 2
CALLED_OFF: Final = "The batch was called off."
NOT_TO_BE_PAID: Final = "It was not to be paid any more, or not by bank, or was held back, when the batch was approved."
OTHER_DESTINATION: Final = "The seller's money was to go elsewhere when the batch was approved."


def draw_up(currency: str, *, by: Actor) -> Batch:
    """A batch of what sellers wait for by bank, and nothing stands against; nobody is paid by it yet.

    Raises NothingToPay.
    """
    transaction.inside()
    assert by.user_id is not None
    batch = Batch(id=new_id(), currency=currency, made_by=by.user_id, state=BatchState.DRAFT)
    session().add(batch)
    session().flush()
    planned = [
        {
            "id": new_id(),
            "created_at": clock.now(),
            "batch_id": batch.id,
            "operation_id": each.operation_id,
            "organisation_id": each.organisation_id,
            "destination_id": each.destination_id,
            "amount_minor": each.amount_minor,
            "currency": currency,
            "state": BankPaymentState.PLANNED,
        }
        for each in queries.payable_by_bank(currency)
    ]
    if not planned or not _plan(planned):
        raise NothingToPay(
            "No seller waits for money of this currency by bank; what is in another batch or held back is not counted.",
            currency=currency,
        )
    audit.record(by, "payout_batch.drawn_up", batch, currency=currency)
    return batch


def _plan(planned: list[dict[str, object]]) -> int:
    """Whoever draws up another batch at the same moment takes none of these too."""
    rows = insert(BankPayment).values(planned).on_conflict_do_nothing().returning(BankPayment.id)
    return len(session().execute(rows).all())


def call_off(batch: Batch, *, by: Actor, reason: str) -> None:
    """It is not to be paid: what is in it waits for another one. Raises IllegalMove once two persons have said yes."""
    batch.move(BatchState.CALLED_OFF, by=by, reason=reason)
    for payment in queries.payments_to_change(batch.id):
        _drop(payment, CALLED_OFF, by=by)
    audit.record(by, "payout_batch.called_off", batch, reason=reason)


def approve(batch: Batch, *, by: Actor) -> None:
    """A person has looked at it and says yes; with the second person's yes our bank is to be told of it.

    What is not to be paid any more by then is dropped. The batch's row is locked. Raises IllegalMove, ApprovedAlready.
    """
    transaction.inside()
    assert by.user_id is not None
    if batch.state is not BatchState.DRAFT:
        raise IllegalMove(f"Only a draft is approved: {batch.lifecycle.way_out(batch.state)}.", state=batch.state)
    row = insert(Approval).values(batch_id=batch.id, user_id=by.user_id, approved_at=clock.now())
    if session().execute(row.on_conflict_do_nothing().returning(Approval.user_id)).scalar() is None:
        raise ApprovedAlready("You have approved this batch; it takes another person's yes as well.")
    audit.record(by, "payout_batch.approved", batch)
    if queries.approvals(batch.id) >= APPROVALS:
        batch.move(BatchState.APPROVED, by=by)
        for payment in queries.payments_to_change(batch.id):
            _order(payment, by=by)
        _close_if_over(batch, by=by)


def _order(payment: BankPayment, *, by: Actor) -> None:
    operation, paid = payments.locked_operation(payment.operation_id)
    why_not = _why_not(payment, operation) or _held_back(operation, paid.order_id)
    if why_not is not None:
        _drop(payment, why_not, by=by)
        return
    payment.move(BankPaymentState.ORDERED, by=by)
    operations.order_by_bank(operation)
    lines = rules.bank_order(paid.order_id, payment.organisation_id, _amount(payment))
    ledger.post("bank_order", reference=f"bank_order:{payment.id}", lines=lines, order_id=paid.order_id)


def _why_not(payment: BankPayment, operation: Operation) -> str | None:
    if (operation.state, operation.rail) != (OperationState.READY, None):
        return NOT_TO_BE_PAID
    destination = queries.destination_in_force(payment.organisation_id)
    if destination is None or destination.id != payment.destination_id or destination.refused_at is not None:
        return OTHER_DESTINATION
    return None


def _held_back(operation: Operation, order_id: UUID) -> str | None:
    assert operation.party_id is not None
    way = payments.way_to(operation.party_id, order_id=order_id)
    return NOT_TO_BE_PAID if way.frozen is not None or way.rail is not Rail.MANUAL_BANK else None


def confirm(payment: BankPayment, *, bank_reference: str, by: Actor) -> None:
    """Our bank shows that it has paid, under this reference. Raises IllegalMove, BankReferenceTaken."""
    transaction.inside()
    operation, paid = payments.locked_operation(payment.operation_id)
    payment.move(BankPaymentState.CONFIRMED, by=by)
    payment.bank_reference = bank_reference
    try:
        with session().begin_nested():
            session().flush()
    except IntegrityError as fault:
        raise BankReferenceTaken("Another payment has this reference: look at the bank's statement again.") from fault
    receipts.paid_by_bank(operation, paid, reference=bank_reference, payment_id=payment.id)
    audit.record(by, "bank_payment.confirmed", payment, bank_reference=bank_reference)
    _close_if_over(queries.batch_to_change(payment.batch_id), by=by)


def take_return(payment: BankPayment, *, reason: str, by: Actor) -> None:
    """It came back from the seller's bank, or ours never made it: we owe it again, and its destination is no good.

    Raises IllegalMove.
    """
    transaction.inside()
    operation, paid = payments.locked_operation(payment.operation_id)
    payment.move(BankPaymentState.RETURNED, by=by, reason=reason)
    payment.problem = reason
    receipts.returned_by_bank(operation, paid, payment_id=payment.id, problem=f"It came back from the bank: {reason}")
    destination = queries.destination_to_change(payment.destination_id)
    destination.refused_at = destination.refused_at or clock.now()
    session().flush()
    audit.record(by, "bank_payment.returned", payment, reason=reason)
    text = f"{_amount(payment)} came back: {reason}"
    notifications.tell(payment.organisation_id, NoticeKind.PAYOUT_RETURNED, payment, text=text)
    batch = queries.batch_to_change(payment.batch_id)
    if batch.state is BatchState.APPROVED:
        _close_if_over(batch, by=by)


def _drop(payment: BankPayment, problem: str, *, by: Actor) -> None:
    payment.problem = problem
    payment.move(BankPaymentState.DROPPED, by=by)


def _close_if_over(batch: Batch, *, by: Actor) -> None:
    session().flush()
    if not queries.is_anything_ordered(batch.id):
        batch.move(BatchState.CLOSED, by=by)


def _amount(payment: BankPayment) -> Money:
    return Money(payment.amount_minor, payment.currency)
