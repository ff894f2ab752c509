"""Plans of many jobs of one house, laid together in an order: pure.

An order comes from the dates that were promised, from the latest starts that keep them, or from a schedule of the house
as a job shop (`dispatching`). Each is laid over the days, and the one by which the fewest days are missed is kept; of
those that miss as many, the one by which the goods leave first.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from uuid import UUID

from marketplace.capacity import replanning, scheduling
from marketplace.capacity.dispatching import Schedule, Shop, Task
from marketplace.capacity.errors import NoRoom
from marketplace.capacity.replanning import Operation, Plan, Planned
from marketplace.capacity.scheduling import Calendars


@dataclass(frozen=True, slots=True)
class House:
    """Jobs with their plans, the last days of work that keep their promises, and the calendars as they stand."""

    plans: Mapping[UUID, Plan]
    work_by: Mapping[UUID, date]
    calendars: Calendars

    @property
    def jobs(self) -> Sequence[UUID]:
        """All of them, that which is due first first."""
        return sorted(self.plans, key=lambda job: (self.work_by[job], job))

    def shop(self) -> Shop:
        """What is left to do as a job shop, its jobs in the order of `jobs`.

        A work centre of several machines is one that is as much faster as it has machines.
        """
        places = {place: number for number, place in enumerate(sorted(self.calendars))}
        shop = []
        for job in self.jobs:
            tasks = []
            for each in left(self.plans[job]):
                minutes = sum(line.minutes for line in each.ahead)
                tasks.append(Task(places[each.place], max(1, minutes // self.calendars[each.place].machines)))
            shop.append(tasks)
        return shop

    def late_days(self, plans: Mapping[UUID, Plan]) -> int:
        """By how many days plans miss what was promised, all jobs together."""
        return sum(max(0, (plan.ends - self.work_by[job]).days) for job, plan in plans.items())

    def worth(self, plans: Mapping[UUID, Plan]) -> tuple[int, int]:
        """The less the better: days missed, then all jobs' ends together."""
        return self.late_days(plans), sum(plan.ends.toordinal() for plan in plans.values())

    def breaks(self, plans: Mapping[UUID, Plan]) -> bool:
        """Whether a job would be over later than was promised, and later than it is now."""
        return any(plan.ends > max(self.work_by[job], self.plans[job].ends) for job, plan in plans.items())


def left(plan: Plan) -> list[Operation]:
    """The operations of a plan of which anything is left."""
    return [each for each in plan.operations if each.ahead]


def by_schedule(house: House, schedule: Schedule) -> list[UUID]:
    """Whose turn it is, one operation after another, by a schedule of the house's shop."""
    return [house.jobs[job] for job, _ in schedule.order()]


def orders(house: House, wanted: Sequence[UUID]) -> list[Sequence[UUID]]:
    """Whose turn it is, in the ways that are tried: as was wanted, by due dates, by latest starts."""
    starts = [(latest, number, job) for job in house.jobs for number, latest in _latest_starts(house, job).items()]
    return [wanted, [job for job in house.jobs for _ in left(house.plans[job])], [job for *_, job in sorted(starts)]]


def _latest_starts(house: House, job: UUID) -> Mapping[int, date]:
    try:
        return replanning.latest_starts(house.plans[job], house.calendars, by=house.work_by[job])
    except NoRoom:
        return {}


def laid(house: House, order: Iterable[UUID]) -> dict[UUID, Plan]:
    """All that is left laid anew: whoever's turn it is, their next operation as early as can be where it is.

    Whoever has operations left when all turns are taken comes by due dates. Raises NoRoom.
    """
    waiting = {job: deque(each.number for each in left(plan)) for job, plan in house.plans.items()}
    calendars = replanning.freed(house.calendars, [line for plan in house.plans.values() for line in plan.ahead])
    plans = dict(house.plans)
    by_date = [job for job in house.jobs for _ in plans[job].operations]
    for job in chain(order, by_date):
        if not waiting.get(job):
            continue
        number = waiting[job].popleft()
        operation = plans[job].operation(number)
        step = operation.left(operation.place)
        first = replanning.first_day(plans[job], number)
        placed = scheduling.earliest(step, calendars[step.place], first=first, number=number)
        lines = [Planned(number, *line) for line in placed.lines]
        calendars = replanning.freed(calendars, lines, back=-1)
        plans[job] = replanning.with_lines(plans[job], operation, lines)
    return plans


def best(house: House, wanted: Sequence[UUID], *, may_break: bool) -> Mapping[UUID, Plan]:
    """The best of the plans tried; those that stand, where none is better. No promise is broken unless that may be."""
    found: list[Mapping[UUID, Plan]] = [house.plans]
    for order in orders(house, wanted):
        try:
            plans = laid(house, order)
        except NoRoom:
            continue
        if may_break or not house.breaks(plans):
            found.append(plans)
    return min(found, key=house.worth)
