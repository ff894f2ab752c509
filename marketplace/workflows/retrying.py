"""A person decides that the provider is asked again for what it refused for good, once the cause is put right."""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.payments import operations, queries
from marketplace.payments.models import Operation, OperationKind, Payment
from marketplace.workflows import refunding


def retry(operation_id: UUID, *, reason: str, by: Actor) -> Operation:
    """Owe a failed operation again, inside the caller's transaction; the reason is kept with the provider's no.

    Raises OperationNotFound, OperationNotFailed, ReleasedAlready, MoreThanCaptured.
    """
    operation, payment = queries.locked_operation(operation_id)
    _refuse_if_released(operation, payment)
    operations.retry(operation, payment)
    audit.record(by, "operation.retried", operation, reason=reason, problem=operation.problem)
    return operation


def _refuse_if_released(operation: Operation, payment: Payment) -> None:
    """A refund that failed no longer stood against a release; what was held may be the sellers' by now."""
    if operation.kind is OperationKind.REFUND:
        refunding.refuse_if_released(payment)
