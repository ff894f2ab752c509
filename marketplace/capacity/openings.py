"""Opening days: what a calendar means for each of the next days, in the work centre's own time zone.

A day never has less open than is held: where the calendar now gives less, the rest stays open for those who hold it
alone, and minutes are missing (`conflicts`) until they are moved, worked in overtime or given up.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, literal
from sqlalchemy.dialects.postgresql import insert

from marketplace.calendars.assembly import calendars_of
from marketplace.calendars.rules import days_from, opening
from marketplace.capability.models import WorkCentre
from marketplace.capacity import queries, rules
from marketplace.capacity.models import CapacityDay
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session

HORIZON_DAYS: Final = 400
"""More than a year, so that any day of next year's calendar can be asked for."""


def open_days(centre: WorkCentre, horizon_days: int = HORIZON_DAYS) -> None:
    """Open the work centre's days from its local today on as its calendar now says; days already open follow it.

    The work centre comes with its shifts.
    """
    transaction.inside()
    session().flush()
    queries.locked_place(centre.id)
    today = today_of(centre)
    last = max(today + timedelta(days=horizon_days), queries.last_day(centre.id) or today)
    _write(_openings([_Days(centre, today, last)]), follow=True)


def open_span(centre: WorkCentre, first: date, last: date) -> None:
    """Have days that are kept already follow the calendar, from its local today on; the rest stays as it is."""
    transaction.inside()
    session().flush()
    queries.locked_place(centre.id)
    first, last = max(first, today_of(centre)), min(last, queries.last_day(centre.id) or date.min)
    if first <= last:
        _write(_openings([_Days(centre, first, last)]), follow=True)


def extend(work_centre_ids: Sequence[UUID], horizon_days: int = HORIZON_DAYS) -> None:
    """Open the days that work centres lack up to the horizon; those that are open already stay as they are.

    But where public holidays count all days follow: next year's are decided in the course of this one.
    """
    transaction.inside()
    centres = queries.locked_centres(work_centre_ids)
    last_days = queries.last_days(work_centre_ids)
    for by_holidays in (False, True):
        wanted = [
            _lacking(centre, None if by_holidays else last_days.get(centre.id), horizon_days)
            for centre in centres
            if (centre.holidays is not None) is by_holidays
        ]
        _write(_openings(wanted), follow=by_holidays)


class _Days(NamedTuple):
    """Local days of a work centre, both ends included."""

    centre: WorkCentre
    first: date
    last: date


def _lacking(centre: WorkCentre, last: date | None, horizon_days: int) -> _Days:
    today = today_of(centre)
    first = today if last is None else max(today, last + rules.ONE_DAY)
    return _Days(centre, first, today + timedelta(days=horizon_days))


def today_of(centre: WorkCentre) -> date:
    """The local day of a work centre."""
    return rules.local_day(clock.now(), ZoneInfo(centre.time_zone))


def _openings(wanted: Collection[_Days]) -> list[tuple[UUID, date, int]]:
    if not wanted:
        return []
    centres = [each.centre for each in wanted]
    calendars = calendars_of(centres, min(each.first for each in wanted), max(each.last for each in wanted))
    return [
        (centre.id, day, opening(day, calendars[centre.id]).minutes)
        for centre, first, last in wanted
        for day in days_from(first, last)
    ]


def _write(rows: Sequence[tuple[UUID, date, int]], *, follow: bool = False) -> None:
    """Write days in one statement."""
    if not rows:
        return
    given = queries.table_of_days(rows)
    columns = {
        "work_centre_id": given.c.work_centre_id,
        "day": given.c.day,
        "open_min": given.c.minutes,
        "held_min": literal(0),
        "calendar_min": given.c.minutes,
    }
    writing = insert(CapacityDay).from_select(list(columns), queries.rows_of(columns.values()))
    key = [CapacityDay.work_centre_id, CapacityDay.day]
    if follow:
        says = writing.excluded.calendar_min
        writing = writing.on_conflict_do_update(
            index_elements=key,
            set_={"calendar_min": says, "open_min": func.greatest(says, CapacityDay.held_min)},
            where=CapacityDay.calendar_min != says,
        )
    else:
        writing = writing.on_conflict_do_nothing(index_elements=key)
    session().execute(writing)
