"""Minutes of a local day, and how a hold is laid over days: pure."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from marketplace.capacity.errors import WindowImpossible

ONE_DAY: Final = timedelta(days=1)
ONE_MINUTE: Final = timedelta(minutes=1)
MIDNIGHT: Final = time(0)
LONGEST_WINDOW_DAYS: Final = 400


@dataclass(frozen=True, slots=True)
class Window:
    """A span of local days, both ends included. Raises WindowImpossible."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not 0 <= (self.last - self.first).days < LONGEST_WINDOW_DAYS:
            raise WindowImpossible(f"A span is 1 to {LONGEST_WINDOW_DAYS} days, from the earlier to the later.")


class Hours(Protocol):
    """Open hours on one day of every week; an end of 00:00 is midnight at the end of the day."""

    @property
    def weekday(self) -> int: ...
    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The day that the calendar on the wall of a place shows."""
    return now.astimezone(zone).date()


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def open_minutes(day: date, week: Iterable[Hours], machines: int, zone: ZoneInfo) -> int:
    """Machine minutes of one local day: what really passes between the starts and ends of its shifts, per machine."""
    return machines * sum(_elapsed(day, hours, zone) for hours in week if hours.weekday == day.weekday())


def _elapsed(day: date, hours: Hours, zone: ZoneInfo) -> int:
    last = day + ONE_DAY if hours.ends == MIDNIGHT else day
    return (instant(last, hours.ends, zone) - instant(day, hours.starts, zone)) // ONE_MINUTE


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When a clock on the wall shows this time.

    A time shown twice is the first (as RFC 5545 §3.3.5 has it). A time that is skipped is the moment of skipping, so
    that shifts that do not overlap on the wall do not overlap in truth.
    """
    wall = datetime.combine(day, at, zone)
    found = wall.astimezone(UTC)
    is_shown = found.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None)
    return found if is_shown else _moment_of_skipping(wall, zone)


def _moment_of_skipping(wall: datetime, zone: ZoneInfo) -> datetime:
    """In a gap fold=0 reads the offset before it and fold=1 the one after (PEP 495); the change lies between."""
    before, after = wall.utcoffset(), wall.replace(fold=1).utcoffset()
    assert before is not None and after is not None
    earliest = wall.replace(tzinfo=UTC) - after
    minutes = range((after - before) // ONE_MINUTE + 1)
    return earliest + ONE_MINUTE * bisect_left(
        minutes, True, key=lambda n: (earliest + n * ONE_MINUTE).astimezone(zone).utcoffset() == after
    )


def plan(free_by_day: Iterable[tuple[date, int]], minutes: int, by: date) -> list[tuple[date, int]]:
    """Lay minutes over free days, the earliest first and each filled before the next, none after `by`.

    The lines add up to the minutes, or to all there is if that is less; no line is empty.
    """
    lines = []
    for day, free in sorted(free_by_day):
        taken = min(free, minutes)
        if day > by or minutes == 0:
            break
        if taken > 0:
            lines.append((day, taken))
            minutes -= taken
    return lines
