from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.idempotency.models import IdempotencyKey
from marketplace.kernel.database import session


def same_key(caller_id: UUID, operation: str, key: str) -> tuple[Any, ...]:
    return (
        IdempotencyKey.caller_id == caller_id,
        IdempotencyKey.operation == operation,
        IdempotencyKey.key == key,
    )


def earlier(caller_id: UUID, operation: str, key: str) -> IdempotencyKey:
    return session().scalars(select(IdempotencyKey).where(*same_key(caller_id, operation, key))).one()
