"""What is left of a job's operations, and how it can be laid otherwise: pure.

Minutes of today and of days before are begun: they stay where they are, and a set-up that they cover is done.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from marketplace.capacity import scheduling
from marketplace.capacity.errors import OperationOver, OperationUnknown, SharesImpossible
from marketplace.capacity.rules import ONE_DAY
from marketplace.capacity.scheduling import Calendar, Calendars, Line, OpenDay, Step


class Direction(StrEnum):
    """From the earliest start on, or back from the promised date."""

    FORWARD = "forward"
    BACKWARD = "backward"


class Part(NamedTuple):
    """So many pieces of an operation at one work centre, from a day on."""

    place: UUID
    pieces: int
    not_before: date | None = None


class Planned(NamedTuple):
    """Minutes of an operation on a day of a work centre."""

    operation: int
    place: UUID
    day: date
    minutes: int

    def as_json(self) -> dict[str, Any]:
        """As the history keeps it."""
        return {**self._asdict(), "place": str(self.place), "day": self.day.isoformat()}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a job: what it takes, and the lines that are laid for it."""

    number: int
    step: Step
    begun: tuple[Line, ...]
    ahead: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them, day by day."""
        return self.begun + self.ahead

    @property
    def minutes(self) -> int:
        """All minutes laid for it."""
        return sum(line.minutes for line in self.lines)

    @property
    def ends(self) -> date | None:
        """Its last day; None if nothing is laid for it."""
        return max((line.day for line in self.lines), default=None)

    @property
    def starts_ahead(self) -> date | None:
        """The first day of what is not begun; None if nothing is left."""
        return min((line.day for line in self.ahead), default=None)

    @property
    def place(self) -> UUID:
        """The work centre at which most of what is left is done."""
        total: Counter[UUID] = Counter()
        for line in self.ahead or self.begun:
            total[line.place] += line.minutes
        return total.most_common(1)[0][0] if total else self.step.place

    def left(self, place: UUID, pieces: int | None = None) -> Step:
        """What is left to do, at a work centre: all of it, or so many of the pieces that are left.

        A machine on which nothing of it was begun is set up first. Raises OperationOver.
        """
        if not self.ahead:
            raise OperationOver(f"All minutes of operation {self.number} are used or begun; there is nothing to move.")
        spent, ahead = (sum(line.minutes for line in lines) for lines in (self.begun, self.ahead))
        setup = max(0, self.step.setup_min - spent)
        run = self.step.run_min if not self.begun else max(0, ahead - setup)
        is_known = any(line.place == place for line in self.begun)
        all_left = Step(place, setup if is_known else self.step.setup_min, run, self.pieces_left, self.step.wait_days)
        if pieces is None:
            return all_left
        return all_left._replace(pieces=pieces, run_min=-(-run * pieces // self.pieces_left))

    @property
    def pieces_left(self) -> int:
        """Pieces that are not begun, by the minutes that are left; at least one as long as any is."""
        if not self.begun or self.step.run_min == 0:
            return self.step.pieces
        ahead = sum(line.minutes for line in self.ahead)
        return max(1, min(self.step.pieces, -(-self.step.pieces * ahead // self.step.run_min)))


@dataclass(frozen=True, slots=True)
class Plan:
    """The operations of a job in their order; what lies on `today` or before is begun."""

    operations: tuple[Operation, ...]
    today: date

    @property
    def ends(self) -> date:
        """The last day of work; today if there is none any more."""
        return max((each.ends for each in self.operations if each.ends is not None), default=self.today)

    @property
    def places(self) -> set[UUID]:
        """All work centres that it names."""
        return {line.place for each in self.operations for line in each.lines} | {
            each.step.place for each in self.operations
        }

    @property
    def ahead(self) -> list[Planned]:
        """What is not begun."""
        return [Planned(each.number, *line) for each in self.operations for line in each.ahead]

    def operation(self, number: int) -> Operation:
        """One of them. Raises OperationUnknown."""
        if not 1 <= number <= len(self.operations):
            raise OperationUnknown(f"This job has operations 1 to {len(self.operations)}.", operation=number)
        return self.operations[number - 1]


def plan_of(steps: Sequence[Step], lines: Iterable[Planned], *, today: date) -> Plan:
    """The plan that some lines are."""
    laid: dict[int, list[Line]] = {number: [] for number in range(1, len(steps) + 1)}
    for operation, *line in sorted(lines, key=lambda each: (each.day, each.place)):
        laid[operation].append(Line(*line))  # type: ignore[arg-type]
    found = [
        Operation(
            number,
            step,
            tuple(line for line in laid[number] if line.day <= today),
            tuple(line for line in laid[number] if line.day > today),
        )
        for number, step in enumerate(steps, 1)
    ]
    return Plan(tuple(found), today)


def moved(
    plan: Plan, calendars: Calendars, number: int, parts: Sequence[Part], *, not_before: date | None = None
) -> Plan:
    """The plan with what is left of one operation done elsewhere, on other days, or by several at once.

    Those before it stay; one after it stays unless it would begin before this one is over: then it is laid anew, as
    early as can be where it is. Raises OperationUnknown, OperationOver, SharesImpossible, NoRoom.
    """
    operation = plan.operation(number)
    pieces = operation.pieces_left
    if any(part.pieces < 1 for part in parts) or sum(part.pieces for part in parts) != pieces:
        raise SharesImpossible(f"The parts share all {pieces} pieces that are left, each at least one.", left=pieces)
    first = max(first_day(plan, number), not_before or date.min)
    calendars = freed(calendars, [Planned(number, *line) for line in operation.ahead])
    ahead: list[Planned] = []
    for part in parts:
        step = operation.left(part.place, None if part.pieces == pieces else part.pieces)
        begin = max(first, part.not_before or date.min)
        placed = scheduling.earliest(step, calendars[part.place], first=begin, number=number)
        laid = [Planned(number, *line) for line in placed.lines]
        calendars = freed(calendars, laid, back=-1)
        ahead += laid
    return _pushed(with_lines(plan, operation, ahead), calendars, number)


def relaid(plan: Plan, calendars: Calendars, direction: Direction, *, by: date) -> Plan:
    """All that is left laid anew: as early as can be, or as late as the last day `by` allows. Raises NoRoom.

    What had been split is done where most of it was.
    """
    left = [each for each in plan.operations if each.ahead]
    if not left:
        return plan
    steps = [each.left(each.place) for each in left]
    free = freed(calendars, plan.ahead)
    after = first_day(plan, left[0].number) - ONE_DAY
    steps[0] = steps[0]._replace(wait_days=0)
    if direction is Direction.FORWARD:
        placed = scheduling.forward(steps, free, after=after)
    else:
        placed = scheduling.backward(steps, free, by=by, after=after)
    for each, found in zip(left, placed, strict=True):
        plan = with_lines(plan, each, [Planned(each.number, *line) for line in found.lines])
    return plan


def latest_starts(plan: Plan, calendars: Calendars, *, by: date) -> Mapping[int, date]:
    """Until when each operation that is not begun may begin for the work to be over by a day. Raises NoRoom."""
    late = relaid(plan, calendars, Direction.BACKWARD, by=by)
    return {each.number: each.starts_ahead for each in late.operations if each.starts_ahead is not None}


def freed(calendars: Calendars, lines: Iterable[Planned], *, back: int = 1) -> dict[UUID, Calendar]:
    """The calendars with the minutes of some lines free again; with back=-1 taken."""
    found = dict(calendars)
    minutes = {place: Counter[date]() for place in calendars}
    for _, place, day, taken in lines:
        minutes[place][day] += back * taken
    for place, of_days in minutes.items():
        if of_days:
            days = [OpenDay(each.day, each.open_min, each.free_min + of_days[each.day]) for each in found[place].days]
            found[place] = Calendar(found[place].machines, days)
    return found


def changes(before: Plan, after: Plan) -> tuple[list[Planned], list[Planned]]:
    """The lines that go and those that come."""
    old, new = before.ahead, after.ahead
    return [each for each in old if each not in new], [each for each in new if each not in old]


def first_day(plan: Plan, number: int) -> date:
    """The first day on which what is left of an operation may lie: tomorrow, or when the one before it is over."""
    ends = [each.ends for each in plan.operations[: number - 1] if each.ends is not None]
    wait = timedelta(days=plan.operations[number - 1].step.wait_days)
    return max([plan.today + ONE_DAY, *(end + wait + ONE_DAY for end in ends[-1:])])


def with_lines(plan: Plan, operation: Operation, ahead: Sequence[Planned]) -> Plan:
    """The plan with other lines for what is left of one operation."""
    merged: Counter[tuple[date, UUID]] = Counter()
    for _, place, day, minutes in ahead:
        merged[day, place] += minutes
    lines = tuple(Line(place, day, merged[day, place]) for day, place in sorted(merged))
    others = list(plan.operations)
    others[operation.number - 1] = replace(operation, ahead=lines)
    return replace(plan, operations=tuple(others))


def _pushed(plan: Plan, calendars: Calendars, number: int) -> Plan:
    """The plan with the operations after one laid anew as far as they would begin too early."""
    for each in _after(plan, number):
        first = first_day(plan, each.number)
        if each.starts_ahead is None or each.starts_ahead >= first:
            break
        own = [Planned(each.number, *line) for line in each.ahead]
        calendars = freed(calendars, own)
        placed = scheduling.earliest(each.left(each.place), calendars[each.place], first=first, number=each.number)
        laid = [Planned(each.number, *line) for line in placed.lines]
        calendars = freed(calendars, laid, back=-1)
        plan = with_lines(plan, each, laid)
    return plan


def _after(plan: Plan, number: int) -> Iterator[Operation]:
    return iter(plan.operations[number:])
