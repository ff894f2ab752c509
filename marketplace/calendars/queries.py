"""What stands in calendars, for the factory that owns them and for the opening of days."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import selectinload

from marketplace.calendars import rules
from marketplace.calendars.errors import BreakdownUnknown, ExceptionUnknown, ImportUnknown, LinkUnknown
from marketplace.calendars.models import (
    Breakdown,
    BreakdownSource,
    BusySpan,
    CalendarException,
    CalendarLink,
    ExceptionKind,
    ImportedCalendar,
)
from marketplace.calendars.rules import Closure, Down, Span
from marketplace.capability.models import WorkCentre
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.paging import Page, PageRequest, newest_first

Row = TypeVar("Row", CalendarException, Breakdown, ImportedCalendar, CalendarLink)
Value = TypeVar("Value")
MISSING: Final[Mapping[type[Any], type[NotFound]]] = {
    CalendarException: ExceptionUnknown,
    Breakdown: BreakdownUnknown,
    ImportedCalendar: ImportUnknown,
    CalendarLink: LinkUnknown,
}


def own(kind: type[Row], who: Actor, work_centre_id: UUID, row_id: UUID) -> Row:
    """A closure, breakdown, import or link of the factory's own work centre. Raises the kind's NotFound."""
    query = (
        select(kind)
        .join(WorkCentre, WorkCentre.id == kind.work_centre_id)
        .where(
            kind.id == row_id,
            kind.work_centre_id == work_centre_id,
            WorkCentre.organisation_id == who.organisation,
        )
    )
    row = session().scalars(query).one_or_none()
    if row is None:
        raise MISSING[kind]("There is no such thing in the calendar of this work centre.")
    return row


def page_of(kind: type[Row], work_centre_id: UUID, request: PageRequest) -> Page[Row]:
    """All of one kind that a work centre has or had, newest first."""
    return newest_first(_of(kind, work_centre_id), kind.id, request)


def _of(kind: type[Row], work_centre_id: UUID) -> Select[Row]:
    return select(kind).where(kind.work_centre_id == work_centre_id)


def closures(work_centre_ids: Collection[UUID], first: date, last: date) -> Mapping[UUID, Sequence[Closure]]:
    """Closures that touch the days from one to another, by work centre; the first that was said first."""
    rows = session().scalars(_exceptions(work_centre_ids, ExceptionKind.CLOSURE, first, last))
    return _grouped((row.work_centre_id, Closure(row.first, row.last, row.reason)) for row in rows)


def overtime(work_centre_ids: Collection[UUID], first: date, last: date) -> Mapping[UUID, Mapping[date, int]]:
    """Machine minutes of overtime on each day, by work centre."""
    found: dict[UUID, dict[date, int]] = {}
    for row in session().scalars(_exceptions(work_centre_ids, ExceptionKind.OVERTIME, first, last)):
        days = found.setdefault(row.work_centre_id, {})
        for day in rules.days_from(max(row.first, first), min(row.last, last)):
            days[day] = days.get(day, 0) + (row.minutes or 0)
    return found


def _exceptions(
    work_centre_ids: Collection[UUID], kind: ExceptionKind, first: date, last: date
) -> Select[CalendarException]:
    return (
        select(CalendarException)
        .where(
            CalendarException.work_centre_id.in_(work_centre_ids),
            CalendarException.kind == kind,
            CalendarException.withdrawn_at.is_(None),
            CalendarException.first <= last,
            CalendarException.last >= first,
        )
        .order_by(CalendarException.id)
    )


def down(work_centre_ids: Collection[UUID], since: datetime, until: datetime) -> Mapping[UUID, Sequence[Down]]:
    """Breakdowns between two instants, by work centre."""
    ends_at = func.least(Breakdown.until, func.coalesce(Breakdown.ended_at, Breakdown.until))
    rows = session().scalars(
        select(Breakdown).where(
            Breakdown.work_centre_id.in_(work_centre_ids), Breakdown.starts_at < until, ends_at > since
        )
    )
    return _grouped((row.work_centre_id, Down(row.starts_at, row.ends_at, row.machines)) for row in rows)


def busy(work_centre_ids: Collection[UUID], since: datetime, until: datetime) -> Mapping[UUID, Sequence[Span]]:
    """What imported calendars take between two instants, by work centre: merged."""
    rows = session().execute(
        select(ImportedCalendar.work_centre_id, BusySpan.starts_at, BusySpan.ends_at)
        .join(BusySpan, BusySpan.imported_calendar_id == ImportedCalendar.id)
        .where(
            ImportedCalendar.work_centre_id.in_(work_centre_ids),
            ImportedCalendar.removed_at.is_(None),
            BusySpan.starts_at < until,
            BusySpan.ends_at > since,
        )
    )
    spans = _grouped((row.work_centre_id, Span(row.starts_at, row.ends_at)) for row in rows)
    return {centre: rules.merged(each) for centre, each in spans.items()}


def _grouped(pairs: Iterable[tuple[UUID, Value]]) -> dict[UUID, list[Value]]:
    found: dict[UUID, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def exceptions_ahead(work_centre_id: UUID, today: date) -> int:
    """How many closures and overtimes of a work centre are not over."""
    return _count(
        CalendarException, work_centre_id, CalendarException.withdrawn_at.is_(None), CalendarException.last >= today
    )


def breakdowns_ahead(work_centre_id: UUID, now: datetime) -> int:
    """How many breakdowns of a work centre are not over."""
    return _count(Breakdown, work_centre_id, Breakdown.ended_at.is_(None), Breakdown.until > now)


def signalled(work_centre_id: UUID, machine: str) -> Breakdown | None:
    """The breakdown that a machine's signals have not ended, if there is one."""
    query = _of(Breakdown, work_centre_id).where(
        Breakdown.source == BreakdownSource.SIGNAL, Breakdown.machine == machine, Breakdown.ended_at.is_(None)
    )
    return session().scalars(query).one_or_none()


def still_down(before: datetime, *, limit: int) -> Sequence[tuple[UUID, UUID]]:
    """(work centre, breakdown) of those by signal that were expected to be over by an instant and are not."""
    query = (
        select(Breakdown.work_centre_id, Breakdown.id)
        .where(Breakdown.source == BreakdownSource.SIGNAL, Breakdown.ended_at.is_(None), Breakdown.until < before)
        .order_by(Breakdown.until)
        .limit(limit)
    )
    return [(centre_id, row_id) for centre_id, row_id in session().execute(query)]


def breakdown(breakdown_id: UUID) -> Breakdown:
    """Any breakdown, as it is now, for the platform's own work. Raises BreakdownUnknown."""
    row = session().get(Breakdown, breakdown_id, populate_existing=True)
    if row is None:
        raise BreakdownUnknown("There is no such breakdown.")
    return row


def imported(imported_id: UUID) -> ImportedCalendar | None:
    """Any imported calendar that was not removed, for the platform's own work."""
    query = select(ImportedCalendar).where(ImportedCalendar.id == imported_id, ImportedCalendar.removed_at.is_(None))
    return session().scalars(query).one_or_none()


def imports_of(work_centre_id: UUID) -> int:
    """How many calendars a work centre imports."""
    return _count(ImportedCalendar, work_centre_id, ImportedCalendar.removed_at.is_(None))


def links_of(work_centre_id: UUID) -> int:
    """How many links to its calendar a work centre has."""
    return _count(CalendarLink, work_centre_id, CalendarLink.revoked_at.is_(None))


def _count(kind: type[Row], work_centre_id: UUID, *conditions: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(kind).where(kind.work_centre_id == work_centre_id, *conditions)
    return session().scalars(query).one()


def to_refresh(*, before: datetime, files_before: datetime, limit: int) -> Sequence[UUID]:
    """Imported calendars not tried since an instant (files that were sent: since another), the longest ago first."""
    then = case((ImportedCalendar.url.is_(None), files_before), else_=before)
    query = (
        select(ImportedCalendar.id)
        .where(ImportedCalendar.removed_at.is_(None), func.coalesce(ImportedCalendar.tried_at < then, True))
        .order_by(ImportedCalendar.tried_at.nulls_first())
        .limit(limit)
    )
    return session().scalars(query).all()


def spans_of(imported_id: UUID) -> Sequence[Span]:
    """The busy times of one imported calendar, in order."""
    query = select(BusySpan.starts_at, BusySpan.ends_at).where(BusySpan.imported_calendar_id == imported_id)
    return [Span(row.starts_at, row.ends_at) for row in session().execute(query.order_by(BusySpan.number))]


def by_link(secret_hash: str) -> WorkCentre:
    """The work centre whose calendar a link shows. Raises LinkUnknown."""
    query = (
        select(WorkCentre)
        .join(CalendarLink, CalendarLink.work_centre_id == WorkCentre.id)
        .where(CalendarLink.secret_hash == secret_hash, CalendarLink.revoked_at.is_(None))
        .options(selectinload(WorkCentre.shifts))
    )
    centre = session().scalars(query).one_or_none()
    if centre is None:
        raise LinkUnknown("There is no calendar at this address (any more); ask the factory for a new link.")
    return centre
