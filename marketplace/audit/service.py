from typing import Any, Protocol

from marketplace.audit.models import AuditEvent
from marketplace.kernel import transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session


class Subject(Protocol):
    """Any row with an id."""

    __tablename__: Any
    id: Any


def record(actor: Actor, verb: str, subject: Subject, **details: Any) -> None:
    """Write down that `actor` did `verb` (a fact: `job.accepted`) to `subject`, in the transaction of the act itself.

    Details are facts about the act, made plain for JSON; never a secret, a password or a file's content.
    """
    transaction.inside()
    if subject.id is None:
        session().flush()
    transaction.note(
        AuditEvent(
            verb=verb,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            credential=actor.credential,
            credential_id=actor.credential_id,
            details={name: _plain(value) for name, value in details.items()},
        )
    )


def _plain(value: Any) -> Any:
    """JSON's own kinds as they are; ids, instants and exact numbers as text."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
