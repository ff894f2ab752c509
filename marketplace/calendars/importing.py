"""Other calendars of a factory: what is busy there is closed here."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete

from marketplace.audit import service as audit
from marketplace.calendars import queries
from marketplace.calendars.errors import AddressRefused, ImportsTooMany, ImportUnknown
from marketplace.calendars.models import BusySpan, ImportedCalendar
from marketplace.calendars.rules import Span
from marketplace.capability.models import WorkCentre
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id

MOST_IMPORTS: Final = 5


def add(
    centre: WorkCentre, name: str, *, url: str | None = None, content: str | None = None, by: Actor
) -> ImportedCalendar:
    """The factory names another calendar: an address to be fetched, or a file's text.

    Raises RoleTooSmall below manager, AddressRefused, ImportsTooMany.
    """
    transaction.inside()
    by.needs(Role.MANAGER)
    assert by.user_id is not None, "calendars are added by a person"
    if url is not None:
        check_address(url)
    if queries.imports_of(centre.id) >= MOST_IMPORTS:
        raise ImportsTooMany(f"A work centre imports at most {MOST_IMPORTS} calendars; remove one first.")
    row = ImportedCalendar(
        id=new_id(), work_centre_id=centre.id, name=name, url=url, content=content, added_by=by.user_id
    )
    session().add(row)
    session().flush()
    audit.record(by, "calendar.import_added", row)
    return row


def check_address(url: str) -> None:
    """Raises AddressRefused unless it could be one of the web; where it leads is looked at when it is fetched."""
    try:
        parts = urlsplit(url)
        has_port = parts.port in (None, 80, 443) or parts.port > 1023
    except ValueError:
        raise AddressRefused("This is no address of the web.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or not has_port:
        raise AddressRefused("Send an address like https://calendar.example/factory.ics, with no password in it.")


def note_read(row: ImportedCalendar, content: str, spans: Sequence[Span]) -> None:
    """The calendar was read: its busy times replace those that were read before."""
    transaction.inside()
    row.content, row.problem = content, None
    row.read_at = row.tried_at = clock.now()
    session().execute(delete(BusySpan).where(BusySpan.imported_calendar_id == row.id))
    session().add_all(
        BusySpan(imported_calendar_id=row.id, number=number, starts_at=span.starts, ends_at=span.ends)
        for number, span in enumerate(spans, 1)
    )
    session().flush()


def note_problem(row: ImportedCalendar, code: str) -> None:
    """The calendar could not be read this time; what was read before goes on counting."""
    transaction.inside()
    row.problem, row.tried_at = code, clock.now()


def remove(row: ImportedCalendar, *, by: Actor) -> None:
    """What is busy there closes nothing here any more. Raises RoleTooSmall below manager, ImportUnknown."""
    transaction.inside()
    by.needs(Role.MANAGER)
    if row.removed_at is not None:
        raise ImportUnknown("This calendar was removed already.")
    row.removed_at = clock.now()
    audit.record(by, "calendar.import_removed", row)
