from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

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


def end_of_oldest(made_before: datetime, limit: int) -> datetime | None:
    """When the last of the oldest so many keys was made; None if none is that old."""
    made = IdempotencyKey.created_at
    oldest = select(made).where(made < made_before).order_by(made).limit(limit).subquery()
    end: datetime | None = session().scalar(select(func.max(oldest.c.created_at)))
    return end
