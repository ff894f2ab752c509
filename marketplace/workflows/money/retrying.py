"""A person decides what follows when the provider refused something for good: ask again, or take another way."""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.payments import owed_again, queries, receipts
from marketplace.payments.errors import CarriedOutAlready
from marketplace.payments.models import Operation
from marketplace.payments.ports import Gateway, TransferAsked


def retry(operation_id: UUID, *, reason: str, by: Actor) -> Operation:
    """Owe a failed operation again, inside the caller's transaction; the reason is kept with the provider's no.

    What is owed back to a customer stays theirs meanwhile: nothing of it is held for the sellers any more.
    Raises OperationNotFound, OperationNotFailed, MoreThanCaptured.
    """
    operation, payment = queries.locked_operation(operation_id)
    owed_again.retry(operation, payment)
    audit.record(by, "operation.retried", operation, reason=reason, problem=operation.problem)
    return operation


def take_another_way(operation_id: UUID, gateway: Gateway, *, reason: str, by: Actor) -> Operation:
    """Owe a refused transfer again by the way that its seller has chosen since, after a look whether it was made there.

    Less what was to come back of it, which nobody has; what is owed now. Each step is its own transaction; safe twice.
    Raises OperationNotFound, OperationNotFailed, MoreThanCaptured, CarriedOutAlready, ProviderUnavailable.
    """
    with transaction():
        operation, payment = owed_again.refused_transfer(operation_id)
        asked = TransferAsked(
            key=operation.idempotency_key,
            operation_id=operation.id,
            order_id=payment.order_id,
            amount=Money(operation.amount_minor, operation.currency),
            charge_id=payment.charge_id or "",
            account_id="",
        )
    seen = gateway.find_transfer(asked)
    if seen is not None:
        with transaction():
            receipts.transferred(operation_id, seen)
        raise CarriedOutAlready("The provider has made this transfer after all: look there.", provider_id=seen.id)
    with transaction():
        operation, payment = owed_again.refused_transfer(operation_id)
        owed = owed_again.free(operation, payment)
        audit.record(by, "operation.freed", operation, reason=reason, problem=operation.problem)
    return owed
