"""When the operations of a job can be done: over calendars of free minutes a day, forwards and backwards. Pure.

The ledger knows minutes of days and no hours, so an operation begins on a later day than the one before it ended; days
of transport and of waiting in a queue come between. A work centre's machines are alike: what is free of a day lies on
as few of them as can be, so that the first machine has the most and each next one no more than the one before. A piece
is made on one machine; each machine that is used is set up once. A set-up is done within a day, unless it is longer
than the longest day that a machine has.

Both directions are exact in this model: no schedule ends on an earlier day than `forward`, none that ends by the due
date begins on a later one than `backward` (machines of one work centre do not hinder each other, and whatever can be
done within a span of days can be done within a longer one).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, NamedTuple, Self
from uuid import UUID

from marketplace.calendars.rules import days_from
from marketplace.capacity.errors import NoRoom
from marketplace.capacity.rules import ONE_DAY

Day = tuple[date, int]
"""A local day, and minutes of it."""


class OpenDay(NamedTuple):
    """A local day of a work centre, with its open and its free machine minutes."""

    day: date
    open_min: int
    free_min: int


@dataclass(frozen=True)
class Calendar:
    """A work centre's machines, and its days in order; a day that is left out is closed."""

    machines: int
    days: Sequence[OpenDay]

    @cached_property
    def longest_min(self) -> int:
        """The minutes of one machine on the longest day."""
        return max((self.of_machine_min(each) for each in self.days), default=0)

    def of_machine_min(self, day: OpenDay) -> int:
        """The minutes that one machine has on a day: its share, rounded up."""
        return -(-day.open_min // self.machines)

    def between(self, first: date, last: date) -> Sequence[OpenDay]:
        """The days of a span, both ends included."""
        begin = bisect_left(self.days, first, key=lambda each: each.day)
        return self.days[begin : bisect_left(self.days, last + ONE_DAY, key=lambda each: each.day)]

    def machine(self, at: int, days: Sequence[OpenDay]) -> list[Day]:
        """What is free of some days on the machine at a place, the least busy one first; days with nothing left out."""
        found = []
        for each in days:
            length = self.of_machine_min(each)
            free = min(each.free_min - at * length, length)
            if free > 0:
                found.append((each.day, free))
        return found


class Step(NamedTuple):
    """One operation: what it takes of a work centre. Whole minutes; the run is that of the whole lot."""

    place: UUID
    setup_min: int
    run_min: int
    pieces: int = 1
    wait_days: int = 0
    """Whole days of transport and queue between the operation before and this one."""

    def minutes(self, pieces: int) -> int:
        """What so many of the pieces take of one machine, set-up included; rounded up."""
        return self.setup_min + -(-self.run_min * pieces // self.pieces)

    def as_json(self) -> dict[str, Any]:
        """As an offer and a hold keep it."""
        return {**self._asdict(), "place": str(self.place)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """What was kept."""
        return cls(**{**kept, "place": UUID(kept["place"])})

    def pieces_within(self, run_min: int) -> int:
        """How many whole pieces are made in so many minutes after the set-up."""
        return self.pieces if self.run_min == 0 else min(self.pieces, run_min * self.pieces // self.run_min)


class Line(NamedTuple):
    """Minutes of a work centre on one of its local days."""

    place: UUID
    day: date
    minutes: int


class Cause(StrEnum):
    """What makes an operation end as late as it does."""

    WAITING = "waiting"
    """Days between it and the operation before: transport, queue, or the lead time that was chosen."""
    CLOSED = "closed"
    TAKEN = "taken"
    """Days whose minutes other jobs hold."""
    SETUP_WHOLE = "setup_whole"
    """Days of which less was free than the set-up takes."""
    WORK = "work"


class Because(NamedTuple):
    """A cause, and how many days it accounts for."""

    cause: Cause
    days: int


@dataclass(frozen=True, slots=True)
class Placed:
    """An operation with its minutes day by day, on so many machines."""

    step: Step
    not_before: date
    lines: tuple[Line, ...]
    machines: int
    because: tuple[Because, ...]

    @property
    def starts(self) -> date:
        """The first day of work."""
        return self.lines[0].day

    @property
    def ends(self) -> date:
        """The last day of work."""
        return self.lines[-1].day

    @property
    def minutes(self) -> int:
        """All minutes that it takes, with a set-up for each machine."""
        return sum(line.minutes for line in self.lines)


Calendars = Mapping[UUID, Calendar]


def forward(steps: Sequence[Step], calendars: Calendars, *, after: date) -> tuple[Placed, ...]:
    """The operations in their order, each as early as can be; the first begins after a day and its own waiting.

    A work centre that occurs twice gives no minute twice. Raises NoRoom, naming the operation that has not its minutes
    on the days that are known.
    """
    placed: list[Placed] = []
    for number, step in enumerate(steps, 1):
        first = (placed[-1].ends if placed else after) + timedelta(days=step.wait_days) + ONE_DAY
        placed.append(earliest(step, calendars[step.place], first=first, number=number))
    return tuple(placed)


def backward(steps: Sequence[Step], calendars: Calendars, *, by: date, after: date) -> tuple[Placed, ...]:
    """The operations in their order, each as late as can be, the last of them over by a day and none before another.

    Raises NoRoom, naming the operation for which there is no room between the two.
    """
    placed: list[Placed] = []
    for number, step in reversed(list(enumerate(steps, 1))):
        found = latest(step, calendars[step.place], first=after + ONE_DAY, last=by, number=number)
        placed.append(found)
        by = found.starts - timedelta(days=step.wait_days) - ONE_DAY
    if placed[-1].starts <= after + timedelta(days=steps[0].wait_days):
        raise NoRoom("The first operation would have to begin before its waiting is over.", operation=1)
    return tuple(reversed(placed))


def earliest(step: Step, calendar: Calendar, *, first: date, number: int = 1) -> Placed:
    """One operation that begins on a day or later, ending as early as can be. Raises NoRoom."""
    days = calendar.between(first, date.max - ONE_DAY)
    end = bisect_left(range(1, len(days) + 1), True, key=lambda count: is_room(step, calendar, days[:count]))
    if end == len(days):
        raise no_room(number, step)
    return laid(step, calendar, days[: end + 1], not_before=first)


def latest(step: Step, calendar: Calendar, *, first: date, last: date, number: int = 1) -> Placed:
    """One operation between two days, both included, beginning as late as can be. Raises NoRoom."""
    days = calendar.between(first, last) if last >= first else ()
    start = bisect_left(range(len(days)), True, key=lambda begin: not is_room(step, calendar, days[begin:])) - 1
    if start < 0:
        raise no_room(number, step)
    return laid(step, calendar, days[start:], not_before=first)


def no_room(number: int, step: Step) -> NoRoom:
    """The refusal of an operation that has not its minutes."""
    return NoRoom(
        f"Operation {number} does not find its {step.minutes(step.pieces)} minutes in the days that it may have; "
        "give it more days, or another work centre.",
        operation=number,
    )


def is_room(step: Step, calendar: Calendar, days: Sequence[OpenDay]) -> bool:
    """Whether some days suffice for an operation."""
    return sum(pieces for _, pieces in shares(step, calendar, days)) == step.pieces


def shares(step: Step, calendar: Calendar, days: Sequence[OpenDay]) -> Iterator[tuple[list[Day], int]]:
    """Machines as far as they are needed, each with its free days and the pieces that it makes of them.

    The machine with the most free minutes first, so that the fewest are set up.
    """
    left = step.pieces
    for at in range(min(calendar.machines, step.pieces)):
        free = begun(step, calendar, calendar.machine(at, days))
        made = min(left, step.pieces_within(sum(minutes for _, minutes in free) - step.setup_min)) if free else 0
        if made < 1:
            return  # the next machine has no more days than this one
        yield free, made
        left -= made
        if left == 0:
            return


def begun(step: Step, calendar: Calendar, free: list[Day]) -> list[Day]:
    """The days of one machine from the one on which it is set up; none where it cannot be."""
    if step.setup_min > calendar.longest_min:
        return free if sum(minutes for _, minutes in free) >= step.setup_min else []
    start = next((at for at, (_, minutes) in enumerate(free) if minutes >= step.setup_min), len(free))
    return free[start:]


def laid(step: Step, calendar: Calendar, days: Sequence[OpenDay], *, not_before: date) -> Placed:
    """An operation laid over days that suffice, each machine's earliest minutes first."""
    total: Counter[date] = Counter()
    machines = 0
    for machines, (free, pieces) in enumerate(shares(step, calendar, days), 1):  # noqa: B007 - how many there were
        left = max(1, step.minutes(pieces))
        for day, minutes in free:
            taken = min(minutes, left)
            left -= taken
            total[day] += taken
            if left == 0:
                break
    lines = tuple(Line(step.place, day, total[day]) for day in sorted(total))
    return Placed(step, not_before, lines, machines, causes(step, calendar, lines, not_before))


def causes(step: Step, calendar: Calendar, lines: Sequence[Line], not_before: date) -> tuple[Because, ...]:
    """For what the days go from the one on which an operation might begin to its last; waiting comes on top."""
    worked = {line.day for line in lines}
    known = {each.day: each for each in calendar.between(not_before, lines[-1].day)}
    counted: Counter[Cause] = Counter()
    for day in days_from(not_before, lines[-1].day):
        each = known.get(day)
        if day in worked:
            counted[Cause.WORK] += 1
        elif each is None or each.open_min == 0:
            counted[Cause.CLOSED] += 1
        else:
            counted[Cause.TAKEN if each.free_min == 0 or day > lines[0].day else Cause.SETUP_WHOLE] += 1
    if step.wait_days:
        counted[Cause.WAITING] = step.wait_days
    return tuple(Because(cause, counted[cause]) for cause in Cause if counted[cause])


def in_order(placed: Sequence[Placed]) -> bool:
    """Whether each operation begins after the one before it has ended and its waiting has passed."""
    return all(
        later.starts > earlier.ends + timedelta(days=later.step.wait_days) for earlier, later in pairwise(placed)
    )


NO_DAYS: Final = Calendar(1, ())
"""Of a work centre that opens no day."""
