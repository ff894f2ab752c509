"""Opening days: what a weekly calendar means for each of the next days, in the work centre's own time zone."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import literal
from sqlalchemy.dialects.postgresql import insert

from marketplace.capability.models import WorkCentre
from marketplace.capacity import queries, rules
from marketplace.capacity.errors import CalendarBreaksHolds
from marketplace.capacity.models import CapacityDay
from marketplace.kernel import clock, transaction
from marketplace.kernel.database import session

HORIZON_DAYS: Final = 400
"""More than a year, so that any day of next year's calendar can be asked for."""


def open_days(centre: WorkCentre, horizon_days: int = HORIZON_DAYS) -> None:
    """Open the work centre's days from its local today on as its calendar now says; days already open follow it.

    The work centre comes with its shifts. Raises CalendarBreaksHolds, naming the days, when a day would have less
    open than is held.
    """
    transaction.inside()
    session().flush()
    queries.locked_place(centre.id)
    today = _today(centre)
    last = max(today + timedelta(days=horizon_days), queries.last_day(centre.id) or today)
    openings = _openings(centre, today, last)
    broken = queries.broken_by(centre.id, openings)
    if broken:
        raise CalendarBreaksHolds(
            "Jobs hold minutes on days that this calendar would close; move or finish those jobs first.",
            days=broken,
        )
    _write([(centre.id, day, minutes) for day, minutes in openings.items()], follow=True)


def extend(work_centre_ids: Sequence[UUID], horizon_days: int = HORIZON_DAYS) -> None:
    """Open the days that work centres lack up to the horizon; days that are open already stay as they are."""
    transaction.inside()
    centres = queries.locked_centres(work_centre_ids)
    last_days = queries.last_days(work_centre_ids)
    _write([row for centre in centres for row in _lacking(centre, last_days.get(centre.id), horizon_days)])


def _lacking(centre: WorkCentre, last: date | None, horizon_days: int) -> list[tuple[UUID, date, int]]:
    today = _today(centre)
    first = today if last is None else last + rules.ONE_DAY
    openings = _openings(centre, max(today, first), today + timedelta(days=horizon_days))
    return [(centre.id, day, minutes) for day, minutes in openings.items()]


def _today(centre: WorkCentre) -> date:
    return rules.local_day(clock.now(), ZoneInfo(centre.time_zone))


def _openings(centre: WorkCentre, first: date, last: date) -> dict[date, int]:
    zone = ZoneInfo(centre.time_zone)
    return {day: rules.open_minutes(day, centre.shifts, centre.machines, zone) for day in rules.days_from(first, last)}


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
    }
    writing = insert(CapacityDay).from_select(list(columns), queries.rows_of(columns.values()))
    key = [CapacityDay.work_centre_id, CapacityDay.day]
    if follow:
        changed = CapacityDay.open_min != writing.excluded.open_min
        writing = writing.on_conflict_do_update(
            index_elements=key, set_={"open_min": writing.excluded.open_min}, where=changed
        )
    else:
        writing = writing.on_conflict_do_nothing(index_elements=key)
    session().execute(writing)
