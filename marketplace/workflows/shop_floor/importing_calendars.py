"""Other calendars of a factory: fetched and read outside of any transaction, then the days follow."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.calendars import importing, queries
from marketplace.calendars.errors import AddressRefused, CalendarAway, CalendarUnreadable
from marketplace.calendars.models import ImportedCalendar
from marketplace.calendars.ports import CalendarSource
from marketplace.calendars.rules import Span
from marketplace.capability import queries as capability
from marketplace.capability.models import WorkCentre
from marketplace.capacity import openings
from marketplace.capacity import queries as capacity
from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import transaction

EVERY: Final = timedelta(hours=1)
"""How often a calendar is fetched again."""
FILES_EVERY: Final = timedelta(days=1)
"""How often what repeats in a file that was sent is unfolded further."""
BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of a calendar, as text, and what it is called."""

    name: str
    content: str


def subscribe(centre: WorkCentre, name: str, url: str, *, by: Actor) -> ImportedCalendar:
    """The factory names the address of another calendar; it is fetched shortly. Raises what `importing.add` raises."""
    row = importing.add(centre, name, url=url, by=by)
    ask(row)
    return row


def ask(row: ImportedCalendar) -> None:
    """Have a calendar fetched and read shortly."""
    later(Task.REFRESH_CALENDAR, lock=f"calendar:{row.id}", imported_id=str(row.id))


def days_to_read(centre: WorkCentre) -> tuple[ZoneInfo, date, date]:
    """Whose days a calendar is read for, and which."""
    today = openings.today_of(centre)
    return ZoneInfo(centre.time_zone), today, today + timedelta(days=openings.HORIZON_DAYS)


def receive(centre: WorkCentre, sent: Sent, spans: list[Span], *, by: Actor) -> ImportedCalendar:
    """A file was sent and has been read: its busy times are closed at once. Raises what `importing.add` raises."""
    row = importing.add(centre, sent.name, content=sent.content, by=by)
    importing.note_read(row, sent.content, spans)
    _follow(centre)
    return row


def remove(centre: WorkCentre, row: ImportedCalendar, *, by: Actor) -> None:
    """What the calendar took is open again. Raises RoleTooSmall, ImportUnknown."""
    importing.remove(row, by=by)
    _follow(centre)


def refresh(imported_id: str, source: CalendarSource) -> None:
    """Fetch a calendar and read it; what fails is noted, and what was read before goes on counting."""
    with transaction():
        row = queries.imported(UUID(imported_id))
        if row is None:
            return
        centre = capability.any_work_centre(row.work_centre_id)
        url, content, days = row.url, row.content, days_to_read(centre)
    try:
        content = (content or "") if url is None else source.fetch(url)
        spans = source.read(content, *days)
    except (AddressRefused, CalendarAway, CalendarUnreadable) as refusal:
        with transaction():
            if (found := queries.imported(row.id)) is not None:
                importing.note_problem(found, refusal.code)
        return
    with transaction():
        _take_in(centre.id, row.id, content, spans)


def _take_in(centre_id: UUID, imported_id: UUID, content: str, spans: list[Span]) -> None:
    (centre,) = capacity.locked_centres([centre_id])
    row = queries.imported(imported_id)
    if row is None:
        return
    before = queries.spans_of(row.id)
    importing.note_read(row, content, spans)
    if before != spans:
        _follow(centre)


def _follow(centre: WorkCentre) -> None:
    """What is busy elsewhere closes minutes at once; jobs that lack them are conflicts."""
    openings.open_span(centre, date.min, date.max)


def refresh_due() -> None:
    """Ask for every calendar that was not looked at for an hour (a file: for a day)."""
    now = clock.now()
    with transaction():
        for imported_id in queries.to_refresh(before=now - EVERY, files_before=now - FILES_EVERY, limit=BATCH):
            later(Task.REFRESH_CALENDAR, lock=f"calendar:{imported_id}", imported_id=str(imported_id))
