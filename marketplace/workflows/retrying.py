"""A person decides that the provider is asked again for what it refused for good, once the cause is put right."""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.payments import operations, queries
from marketplace.payments.models import Operation


def retry(operation_id: UUID, *, reason: str, by: Actor) -> Operation:
    """Owe a failed operation again, inside the caller's transaction; the reason is kept with the provider's no.

    What is owed back to a customer stays theirs meanwhile: nothing of it is held for the sellers any more.
    Raises OperationNotFound, OperationNotFailed, MoreThanCaptured.
    """
    operation, payment = queries.locked_operation(operation_id)
    operations.retry(operation, payment)
    audit.record(by, "operation.retried", operation, reason=reason, problem=operation.problem)
    return operation
