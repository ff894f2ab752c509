"""Local days, and how a hold is laid over them: pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.capacity.errors import WindowImpossible

ONE_DAY: Final = timedelta(days=1)
LONGEST_WINDOW_DAYS: Final = 400
FIRST_DAY: Final = date(2000, 1, 1)
LAST_DAY: Final = date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class Window:
    """A span of local days, both ends included. Raises WindowImpossible."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if not (self.first >= FIRST_DAY and 0 <= (self.last - self.first).days < LONGEST_WINDOW_DAYS):
            raise WindowImpossible(f"A span is 1 to {LONGEST_WINDOW_DAYS} days, from the earlier to the later.")
        if self.last > LAST_DAY:
            raise WindowImpossible(f"Days are known until {LAST_DAY}.")


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The day that the calendar on the wall of a place shows."""
    return now.astimezone(zone).date()


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


class Line(NamedTuple):
    """Minutes that a hold has on a day."""

    hold_id: UUID
    day: date
    minutes: int


class Shortage(NamedTuple):
    """Minutes of a hold that its day's calendar no longer has."""

    hold_id: UUID
    day: date
    minutes: int
    held_min: int
    """What the hold has on that day, of which the minutes are missing."""


def shortages(missing_by_day: Mapping[date, int], lines: Iterable[Line]) -> list[Shortage]:
    """Whose minutes are missing: on each day those of the holds that come first, until all that is missing is told."""
    left, found = dict(missing_by_day), []
    for line in lines:
        missing = min(left.get(line.day, 0), line.minutes)
        if missing > 0:
            left[line.day] -= missing
            found.append(Shortage(line.hold_id, line.day, missing, line.minutes))
    return found


def moves(before: Mapping[date, int], after: Mapping[date, int]) -> list[tuple[date, date, int]]:
    """(from, to, minutes): what leaves a day and where it goes, the earliest first; both plans have the same sum."""
    changed = {day: after.get(day, 0) - before.get(day, 0) for day in sorted({*before, *after})}
    onto = [(day, more) for day, more in changed.items() if more > 0]
    found = []
    for day, more in changed.items():
        less = -more
        while less > 0:
            to_day, wanted = onto[0]
            taken = min(less, wanted)
            found.append((day, to_day, taken))
            less -= taken
            onto[0] = (to_day, wanted - taken)
            if taken == wanted:
                del onto[0]
    return found
