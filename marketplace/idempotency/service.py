from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.idempotency import queries
from marketplace.idempotency.models import IdempotencyKey
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session
from marketplace.kernel.errors import Rejected

UNKNOWN_YET = UUID(int=0)


class KeyReused(Rejected):
    """The same Idempotency-Key came with another request before."""

    code = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Found:
    subject_id: UUID
    is_replay: bool


def once(make: Callable[[], UUID], *, caller_id: UUID, operation: str, key: str, fingerprint: str) -> Found:
    """Run `make` unless this caller has used the key for this operation before; then name what it made.

    A twin that is still under way is waited for: the row's primary key makes the second insert wait for the first
    transaction to end. Raises KeyReused when the key was used to ask for something else.
    """
    transaction.inside()
    claim = (
        insert(IdempotencyKey)
        .values(
            caller_id=caller_id,
            operation=operation,
            key=key,
            fingerprint=fingerprint,
            subject_id=UNKNOWN_YET,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if session().scalar(claim) is None:
        earlier = queries.earlier(caller_id, operation, key)
        if earlier.fingerprint != fingerprint:
            raise KeyReused("This Idempotency-Key was used for another request; make a new one for each request.")
        return Found(earlier.subject_id, is_replay=True)
    subject_id = make()
    session().execute(
        update(IdempotencyKey).where(*queries.same_key(caller_id, operation, key)).values(subject_id=subject_id)
    )
    return Found(subject_id, is_replay=False)


def forget(*, made_before: datetime, most: int) -> bool:
    """Forget the oldest keys, about so many of them at a time; says whether there were any.

    By a span of time instead of by name, so that both statements read the index of that time, however many there are.
    """
    transaction.inside()
    last = queries.end_of_oldest(made_before, most)
    if last is None:
        return False
    session().execute(delete(IdempotencyKey).where(IdempotencyKey.created_at <= last))
    return True
