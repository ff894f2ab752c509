"""Freezes: what keeps money from going on to its sellers while something is looked into.

While one stands, goods can be accepted, but their money is not released, and transfers are not sent; both go on by
themselves once the last one is lifted. A changed destination holds only what is sent there. What goes back to a
customer is never frozen.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.audit import service as audit
from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.payments import operations, queries
from marketplace.payments.models import Freeze, FreezeWhy

AT_ONCE: Final = 200
"""How much goes on in the transaction that lifts a freeze; the schedule does the rest within a minute."""


def freeze(
    why: FreezeWhy,
    cause: str,
    *,
    by: Actor,
    order_id: UUID | None = None,
    organisation_id: UUID | None = None,
    ends_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Stop the money of an order, of an organisation, or, without either, of everybody; one cause freezes once."""
    transaction.inside()
    frozen = Freeze(
        id=new_id(), created_at=clock.now(), order_id=order_id, organisation_id=organisation_id, why=why, cause=cause
    )
    row = {
        "id": frozen.id,
        "created_at": frozen.created_at,
        "order_id": order_id,
        "organisation_id": organisation_id,
        "why": why,
        "cause": cause,
        "ends_at": ends_at,
    }
    if session().execute(insert(Freeze).values(row).on_conflict_do_nothing().returning(Freeze.id)).scalar() is not None:
        audit.record(by, "money.frozen", frozen, why=why, cause=cause, reason=reason)


def standing(why: FreezeWhy, cause: str) -> Sequence[Freeze]:
    """What a cause has frozen, and is not lifted."""
    return queries.open_freezes(why, cause)


def lift(why: FreezeWhy, cause: str, *, by: Actor, reason: str = "") -> bool:
    """End what a cause has frozen; what waited for it goes on. Whether anything was frozen by it."""
    transaction.inside()
    found = queries.open_freezes(why, cause)
    for each in found:
        each.lifted_at = clock.now()
        audit.record(by, "money.thawed", each, why=why, cause=cause, reason=reason)
    if found:
        session().flush()
        go_on()
    return bool(found)


def lift_ended() -> None:
    """Lift what is lifted by itself, and whose time has come."""
    transaction.inside()
    for why, cause in queries.freezes_at_their_end(clock.now()):
        lift(why, cause, by=SYSTEM)


def go_on() -> None:
    """Release and send what nothing stands against any more."""
    for order_id, job_id in queries.due_releases(clock.now(), limit=AT_ONCE):
        later(Task.RELEASE_JOB, order_id=str(order_id), job_id=str(job_id))
    for operation_id, order_id in queries.stranded_operations(limit=AT_ONCE):
        operations.ask_later(operation_id, order_id)
