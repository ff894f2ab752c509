"""What is open on a local day, and why: pure. The precedence stands in `opening` and nowhere else."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple, Protocol
from zoneinfo import ZoneInfo

ONE_DAY: Final = timedelta(days=1)
ONE_MINUTE: Final = timedelta(minutes=1)
MIDNIGHT: Final = time(0)


class Hours(Protocol):
    """Open hours on one day of every week; an end of 00:00 is midnight at the end of the day."""

    @property
    def weekday(self) -> int: ...
    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...
    @property
    def attended(self) -> bool: ...


class Source(StrEnum):
    """Which rule says what is open on a day, the strongest first."""

    CLOSURE = "closure"
    OVERTIME = "overtime"
    MAKE_UP_DAY = "make_up_day"
    HOLIDAY = "holiday"
    WEEKLY = "weekly"


class SpecialDay(NamedTuple):
    """A public holiday; or, with a weekday, a day that works like that one to make up for a bridge day."""

    name: str
    works_like: int | None = None


class Span(NamedTuple):
    """From one instant up to another."""

    starts: datetime
    ends: datetime


class Shift(NamedTuple):
    """A span in which machines run, with people or without."""

    starts: datetime
    ends: datetime
    attended: bool


class Closure(NamedTuple):
    """Local days on which nobody works, both ends included."""

    first: date
    last: date
    reason: str


class Down(NamedTuple):
    """So many machines cannot run between two instants."""

    starts: datetime
    ends: datetime
    machines: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """Everything that says when one work centre is open."""

    zone: ZoneInfo
    machines: int
    week: Sequence[Hours]
    runs_unattended: bool = False
    """Whether its jobs may run without people; if not, unattended shifts open nothing."""
    special: Mapping[date, SpecialDay] = field(default_factory=dict)
    closures: Sequence[Closure] = ()
    overtime: Mapping[date, int] = field(default_factory=dict)
    """Machine minutes beyond the shifts of a day."""
    busy: Sequence[Span] = ()
    """Times that other calendars of the factory take: apart from one another, in order (`merged`)."""
    down: Sequence[Down] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """What is open on one local day, in machine minutes."""

    day: date
    minutes: int
    unattended_min: int
    """Of the minutes, those of unattended shifts."""
    overtime_min: int
    """Of the minutes, those beyond the shifts."""
    lost_min: int
    """What the shifts would have had more, without breakdowns and what other calendars take."""
    source: Source
    why: str
    """The closure's reason, the holiday's name; empty for an ordinary day."""
    shifts: Sequence[Shift]
    """When machines run, other calendars taken off."""


def opening(day: date, calendar: Calendar) -> Opening:
    """What is open on a day, and by which rule.

    A closure closes the day, whatever else is said. Overtime adds machine minutes to what follows, as far as machines
    that run have them. A make-up day has the shifts of the weekday that it replaces, a holiday has none, any other day
    has its weekday's. What other calendars take is taken off shifts, then what breakdowns take off machines; neither
    off overtime, which somebody has said knowingly.
    """
    closed = next((each for each in calendar.closures if each.first <= day <= each.last), None)
    if closed is not None:
        return Opening(day, 0, 0, 0, 0, Source.CLOSURE, closed.reason, ())
    source, why, weekday = _kind(day, calendar)
    planned = [
        _shift(day, hours, calendar.zone)
        for hours in calendar.week
        if hours.weekday == weekday and (hours.attended or calendar.runs_unattended)
    ]
    shifts = [piece for shift in planned for piece in _without(shift, calendar.busy)]
    usual = _minutes(shifts, calendar)
    whole = calendar.machines * sum(_seconds(shift) for shift in planned) // 60
    overtime = _overtime(day, usual, calendar)
    unattended = usual - _minutes([shift for shift in shifts if shift.attended], calendar)
    source = Source.OVERTIME if overtime else source
    return Opening(day, usual + overtime, unattended, overtime, whole - usual, source, why, tuple(shifts))


def _kind(day: date, calendar: Calendar) -> tuple[Source, str, int | None]:
    """Which rule gives a day its shifts, in whose words, and the weekday whose they are."""
    special = calendar.special.get(day)
    if special is None:
        return Source.WEEKLY, "", day.weekday()
    if special.works_like is None:
        return Source.HOLIDAY, special.name, None
    return Source.MAKE_UP_DAY, special.name, special.works_like


def _overtime(day: date, usual: int, calendar: Calendar) -> int:
    """Overtime as far as there are machines for it: no day has more than all of them from midnight to midnight."""
    asked = calendar.overtime.get(day, 0)
    return min(asked, most_minutes(day, calendar) - usual) if asked else 0


def most_minutes(day: date, calendar: Calendar) -> int:
    """What all machines that are not down could run on a day, from midnight to midnight."""
    starts, ends = instant(day, MIDNIGHT, calendar.zone), instant(day + ONE_DAY, MIDNIGHT, calendar.zone)
    return _minutes([Shift(starts, ends, True)], calendar)


def _shift(day: date, hours: Hours, zone: ZoneInfo) -> Shift:
    last = day + ONE_DAY if hours.ends == MIDNIGHT else day
    return Shift(instant(day, hours.starts, zone), instant(last, hours.ends, zone), hours.attended)


def _without(shift: Shift, busy: Sequence[Span]) -> Iterator[Shift]:
    """What is left of a shift beside busy times."""
    starts, ends, attended = shift
    first = max(bisect_right(busy, starts, key=attrgetter("starts")) - 1, 0)
    last = bisect_left(busy, ends, key=attrgetter("starts"))
    for taken in busy[first:last]:
        if starts < min(taken.starts, ends):
            yield Shift(starts, min(taken.starts, ends), attended)
        starts = max(starts, taken.ends)
    if starts < ends:
        yield Shift(starts, ends, attended)


def _minutes(shifts: Iterable[Shift], calendar: Calendar) -> int:
    """Whole machine minutes of shifts on all machines that are not down."""
    return sum(_machine_seconds(shift, calendar) for shift in shifts) // 60


def _machine_seconds(shift: Shift, calendar: Calendar) -> int:
    down = [each for each in calendar.down if each.starts < shift.ends and shift.starts < each.ends]
    if not down:
        return calendar.machines * _seconds(shift)
    edges = {shift.starts, shift.ends} | {edge for each in down for edge in (each.starts, each.ends)}
    cuts = sorted(edge for edge in edges if shift.starts <= edge <= shift.ends)
    total = 0
    for starts, ends in pairwise(cuts):
        missing = sum(each.machines for each in down if each.starts <= starts and ends <= each.ends)
        total += max(0, calendar.machines - missing) * _seconds(Span(starts, ends))
    return total


def _seconds(span: Span | Shift) -> int:
    return max(0, (span.ends - span.starts) // timedelta(seconds=1))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same times as spans that neither touch nor overlap, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.starts <= found[-1].ends:
            found[-1] = Span(found[-1].starts, max(found[-1].ends, span.ends))
        elif span.starts < span.ends:
            found.append(span)
    return found


def days_from(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


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
