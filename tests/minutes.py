"""Days, minutes and statements, for tests of capacity."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text

from marketplace.capability.rules import Hours
from marketplace.capacity.invariants import INVARIANTS
from marketplace.kernel import clock
from marketplace.kernel.database import session

EVERY_DAY = tuple(Hours(day, time(8), time(16)) for day in range(7))
"""480 minutes a day and machine, wherever it is."""


def from_today(days: int, zone: str = "UTC") -> date:
    """So many days after today, as the calendar on that place's wall has it."""
    return clock.now().astimezone(ZoneInfo(zone)).date() + timedelta(days=days)


def in_an_hour() -> datetime:
    return clock.now() + timedelta(hours=1)


def broken() -> list[tuple[str, str]]:
    """Everything in this database that breaks an invariant of capacity."""
    return [(each.id, str(row[0])) for each in INVARIANTS for row in session().execute(text(each.broken))]


def held(work_centre_id: UUID) -> dict[int, int]:
    """Held minutes of a UTC work centre, by days from today."""
    rows = session().execute(
        text("select day, held_min from capacity_days where work_centre_id = :id and held_min > 0"),
        {"id": work_centre_id},
    )
    return {(day - from_today(0)).days: minutes for day, minutes in rows}
