"""What the provider told us."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ARRAY,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal,
    select,
    tuple_,
)

from marketplace.jobs.queries import is_awaited
from marketplace.jobs.queue import Task
from marketplace.kernel.database import session, straight
from marketplace.kernel.paging import CursorUnknown, Page
from marketplace.payments.errors import (
    EventNotFound,
)
from marketplace.payments.models import (
    EventState,
    Operation,
    OperationState,
    ProviderEvent,
)
from marketplace.payments.paging import EventRequest


@dataclass(frozen=True, slots=True)
class Told:
    """A stored event: its kind, the id of the thing it is about, and whether nothing is left to do."""

    kind: str
    about: str
    is_over: bool
    is_known_end: bool
    """The thing is the end of an operation of ours whose receipt is written down."""
    account_id: str | None
    """The seller's account in which it happened; empty for what happened in our own."""


ENDS: Final = ["transfer.created", "refund.created"]
"""Kinds that tell of the end of an operation and of nothing that may come after it."""


THING: Final = ProviderEvent.payload["data"]["object"]


ABOUT: Final = func.coalesce(THING["id"].astext, THING["customer"].astext)
"""What an event is about; a balance of a customer has no id but theirs."""


EVENT: Final = select(
    ProviderEvent.kind,
    ABOUT,
    ProviderEvent.state != EventState.RECEIVED,
    and_(
        ProviderEvent.kind == any_(literal(ENDS, ARRAY(Text))),
        exists().where(Operation.provider_id == ABOUT, Operation.state == OperationState.DONE),
    ),
    ProviderEvent.payload["account"].astext,
).where(ProviderEvent.id == bindparam("event_id"))


def event(event_id: str) -> Told:
    """A stored event. Raises EventNotFound."""
    row = straight(EVENT, {"event_id": event_id}).one_or_none()
    if row is None:
        raise EventNotFound("There is no such event.")
    return Told(*row)


def stranded_events(before: datetime, *, limit: int = 200) -> Sequence[str]:
    """Events received before an instant that were not handled and that no job will handle."""
    query = (
        select(ProviderEvent.id)
        .where(
            ProviderEvent.state == EventState.RECEIVED,
            ProviderEvent.received_at < before,
            ~is_awaited(Task.HANDLE_EVENT, "event_id", ProviderEvent.id.expression),
        )
        .order_by(ProviderEvent.received_at)
        .limit(limit)
    )
    return session().scalars(query).all()


def page_of_events(wanted: EventRequest) -> Page[ProviderEvent]:
    """Events in a state, newest first. Raises CursorUnknown."""
    query = select(ProviderEvent).where(ProviderEvent.state == wanted.state)
    if wanted.cursor is not None:
        last = event_for_cursor(wanted.cursor)
        query = query.where(tuple_(ProviderEvent.received_at, ProviderEvent.id) < tuple_(*last))
    newest = query.order_by(ProviderEvent.received_at.desc(), ProviderEvent.id.desc()).limit(wanted.size + 1)
    rows = session().scalars(newest).all()
    items = rows[: wanted.size]
    return Page(items, items[-1].id if len(rows) > wanted.size else None)


def event_for_cursor(event_id: str) -> tuple[datetime, str]:
    """Where an event stands among all. Raises CursorUnknown."""
    query = select(ProviderEvent.received_at, ProviderEvent.id).where(ProviderEvent.id == event_id)
    found = session().execute(query).one_or_none()
    if found is None:
        raise CursorUnknown("This cursor is not one of ours; start again without it.")
    return found


def event_for_staff(event_id: str) -> ProviderEvent:
    """One event with all it says. Raises EventNotFound."""
    found = session().get(ProviderEvent, event_id, populate_existing=True)
    if found is None:
        raise EventNotFound("No such event has arrived.")
    return found
