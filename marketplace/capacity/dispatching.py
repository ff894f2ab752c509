"""In which order jobs come to machines that each does one thing at a time: the job shop, by priority rules. Pure.

Schedules are active and built as by Giffler and Thompson (Operations Research 8, 1960, 487-503): of the operations that
could come next, the one that would end first names the machine; among those that want that machine before that end, a
rule chooses. Several rules are tried, forwards and from the end backwards, then again with chance mixed in and bent
towards what was good, within a bounded number of schedules; the shortest is kept. What it is worth on instances with
proven optima is printed by `make bench-scheduling`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from types import MappingProxyType
from typing import Final, NamedTuple


class Task(NamedTuple):
    """An operation of a job: so many minutes, at least one, of one machine."""

    machine: int
    minutes: int


Shop = Sequence[Sequence[Task]]
"""Jobs, each the order of its tasks."""
Starts = tuple[tuple[int, ...], ...]
"""When each task of each job begins, in minutes from the start."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When everything begins, and how long it takes until all is over."""

    starts: Starts
    minutes: int

    def order(self) -> list[tuple[int, int]]:
        """(job, task) by when they begin."""
        begun = [(start, job, at) for job, tasks in enumerate(self.starts) for at, start in enumerate(tasks)]
        return [(job, at) for _, job, at in sorted(begun)]


class Waiting(NamedTuple):
    """A task that could come next, and what rules may ask of it. Whoever has the least key goes first."""

    job: int
    at: int
    minutes: int
    begins: int
    """The earliest, as things stand."""
    left_min: int
    """Of its job, itself included."""
    left: int
    """Tasks of its job, itself included."""


Rule = Callable[[Waiting], float]

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "most work remaining": lambda task: -task.left_min,
        "most operations remaining": lambda task: -task.left,
        "shortest first": lambda task: task.minutes,
        "longest first": lambda task: -task.minutes,
        "first come": lambda task: task.begins,
        "least work remaining": lambda task: task.left_min,
        "most work after it": lambda task: task.minutes - task.left_min,
        "shortest of what remains": lambda task: task.minutes / task.left_min if task.left_min else 0.0,
        "begins early, much remains": lambda task: task.begins - task.left_min,
        "begins early, much remains after": lambda task: 2 * task.begins + task.minutes - task.left_min,
    }
)
TRIES: Final = 400
"""Schedules with chance mixed in, at most."""
WORK_BOUND: Final = 120_000
"""Tasks placed in all tries together: a large shop is tried less often, so that it takes seconds too."""


def best(shop: Shop, *, tries: int = TRIES, seed: int = 1) -> Schedule:
    """The shortest schedule found; the same for the same shop."""
    found = [built(each, rule, is_turned=turned) for each, turned in _both_ways(shop) for rule in RULES.values()]
    shortest = min(found, key=lambda each: each.minutes)
    tasks = sum(map(len, shop))
    return bent(shop, shortest, tries=min(tries, WORK_BOUND // max(1, tasks)), chance=Random(seed))  # noqa: S311


def built(shop: Shop, rule: Rule, *, is_turned: bool = False) -> Schedule:
    """The schedule of one rule; of a shop that was turned round, turned back."""
    starts = giffler_thompson(shop, rule)
    return turned_back(shop, starts) if is_turned else Schedule(starts, length(shop, starts))


def giffler_thompson(shop: Shop, rule: Rule) -> Starts:
    """An active schedule in which a rule decides who goes first."""
    ready = [0] * len(shop)
    left_min = [sum(task.minutes for task in tasks) for tasks in shop]
    free: dict[int, int] = {}
    starts: list[list[int]] = [[] for _ in shop]
    waiting = {job for job, tasks in enumerate(shop) if tasks}
    while waiting:
        begins = {job: max(ready[job], free.get(shop[job][len(starts[job])].machine, 0)) for job in waiting}
        first = min(waiting, key=lambda job: (begins[job] + shop[job][len(starts[job])].minutes, job))
        machine, minutes = shop[first][len(starts[first])]
        ends = begins[first] + minutes
        rivals = [
            job
            for job in waiting
            if job == first or (shop[job][len(starts[job])].machine == machine and begins[job] < ends)
        ]
        chosen = (
            first
            if len(rivals) == 1
            else min(rivals, key=lambda job: (rule(_waiting(shop, starts, job, begins, left_min)), job))
        )
        taken = shop[chosen][len(starts[chosen])].minutes
        starts[chosen].append(begins[chosen])
        ready[chosen] = free[machine] = begins[chosen] + taken
        left_min[chosen] -= taken
        if len(starts[chosen]) == len(shop[chosen]):
            waiting.remove(chosen)
    return tuple(map(tuple, starts))


def _waiting(
    shop: Shop, starts: Sequence[Sequence[int]], job: int, begins: Mapping[int, int], left_min: Sequence[int]
) -> Waiting:
    at = len(starts[job])
    return Waiting(job, at, shop[job][at].minutes, begins[job], left_min[job], len(shop[job]) - at)


def _both_ways(shop: Shop) -> Iterator[tuple[Shop, bool]]:
    yield shop, False
    yield turned(shop), True


def turned(shop: Shop) -> Shop:
    """The shop in which everything runs backwards."""
    return [tuple(reversed(tasks)) for tasks in shop]


def turned_back(shop: Shop, starts: Starts) -> Schedule:
    """A schedule of a shop as one of the shop turned round; what then could begin earlier does."""
    whole = length(shop, starts)
    ends = [
        tuple(whole - start - task.minutes for start, task in zip(times, tasks, strict=True))
        for times, tasks in zip(starts, shop, strict=True)
    ]
    mirrored = Schedule(tuple(tuple(reversed(times)) for times in ends), whole)
    return pressed(turned(shop), mirrored)


def pressed(shop: Shop, schedule: Schedule) -> Schedule:
    """The same order on every machine, each task as early as that allows."""
    ready, free = [0] * len(shop), dict[int, int]()
    starts: list[list[int]] = [[] for _ in shop]
    for job, at in schedule.order():
        machine, minutes = shop[job][at]
        begins = max(ready[job], free.get(machine, 0))
        starts[job].append(begins)
        ready[job] = free[machine] = begins + minutes
    made = tuple(map(tuple, starts))
    return Schedule(made, length(shop, made))


def length(shop: Shop, starts: Starts) -> int:
    """Until when a schedule takes."""
    return max((s[-1] + tasks[-1].minutes for s, tasks in zip(starts, shop, strict=True) if tasks), default=0)


def bent(shop: Shop, best_so_far: Schedule, *, tries: int, chance: Random) -> Schedule:
    """Look on around the best schedule: its own order as the rule, disturbed a little, both ways in turn."""
    backwards = turned(shop)
    for number in range(tries):
        strength = best_so_far.minutes * 0.02 * (1 + number % 5)
        is_turned = number % 2 == 1
        around = _around(best_so_far, shop, is_turned, strength, chance)
        found = built(backwards if is_turned else shop, around, is_turned=is_turned)
        if found.minutes <= best_so_far.minutes:
            best_so_far = found
    return best_so_far


def _around(schedule: Schedule, shop: Shop, is_turned: bool, strength: float, chance: Random) -> Rule:
    """A rule that prefers who began earlier in a schedule (who ended later, where it runs backwards), and errs."""
    if not is_turned:
        return lambda task: schedule.starts[task.job][task.at] + chance.uniform(0, strength)

    def ended(task: Waiting) -> float:
        at = len(shop[task.job]) - 1 - task.at
        return -(schedule.starts[task.job][at] + task.minutes) + chance.uniform(0, strength)

    return ended


def is_possible(shop: Shop, schedule: Schedule) -> bool:
    """Whether no job is at two tasks at once, and no machine."""
    on: dict[int, list[tuple[int, int]]] = {}
    for tasks, times in zip(shop, schedule.starts, strict=True):
        spans = [(start, start + task.minutes) for task, start in zip(tasks, times, strict=True)]
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            return False
        for task, span in zip(tasks, spans, strict=True):
            on.setdefault(task.machine, []).append(span)
    return all(later[0] >= earlier[1] for spans in on.values() for earlier, later in pairwise(sorted(spans)))
