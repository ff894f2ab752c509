"""The plan of a factory's job: what it is, and changing it within what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final
from uuid import UUID

from marketplace.capability import queries as capability
from marketplace.capability.models import WorkCentre
from marketplace.capacity import plans, whole_plans
from marketplace.capacity import queries as capacity
from marketplace.capacity.errors import WorkCentreCannot
from marketplace.capacity.models import PlanMove
from marketplace.capacity.plans import Changed, Promise, Why
from marketplace.capacity.ports import Sequencer
from marketplace.capacity.replanning import Direction, Operation, Part, Plan
from marketplace.capacity.whole_plans import House
from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Job
from marketplace.workflows import queries


@dataclass(frozen=True)
class JobPlan:
    """A job, its plan, and what was promised of it."""

    job: Job
    plan: Plan
    promise: Promise

    @property
    def operations(self) -> Sequence[Operation]:
        """In their order."""
        return self.plan.operations

    @property
    def ships_on(self) -> date:
        """When the goods leave by this plan."""
        return self.promise.ships(self.plan)

    @property
    def is_late(self) -> bool:
        """Whether that is after the promised day."""
        return self.ships_on > self.promise.ships_on

    @cached_property
    def latest_starts(self) -> Mapping[int, date]:
        """Until when each operation that is not begun may begin for the promise to be kept."""
        return plans.latest_starts(self.plan, self.promise)


def plan(job: Job, *, by: Actor) -> JobPlan:
    """The plan of the factory's own job as it stands. Raises WorkCentreUnknown."""
    centre = capability.work_centre(by, job.work_centre_id)
    return JobPlan(job, plans.of_hold(job.hold, centre.time_zone), _promise(job, centre))


def move(job: Job, operation: int, *, to: UUID | None, not_before: date | None, why: Why) -> JobPlan:
    """Do what is left of an operation on other days, or at another own work centre.

    The order of the job is locked. Raises PlanNotOpen, WorkCentreUnknown, WorkCentreCannot, and what `plans.move` does.
    """
    plans.refuse_unless_open(job.hold)
    centre = capability.work_centre(why.by, job.work_centre_id)
    _check_places(job, operation, [to] if to else [], by=why.by)
    made = plans.move(job.hold, operation, to=to, not_before=not_before, promise=_promise(job, centre), why=why)
    return JobPlan(job, made, _promise(job, centre))


def split(job: Job, operation: int, parts: Sequence[Part], *, why: Why) -> JobPlan:
    """Share what is left of an operation among own work centres, or days.

    The order of the job is locked. Raises PlanNotOpen, WorkCentreUnknown, WorkCentreCannot, and what `split` of plans
    does.
    """
    plans.refuse_unless_open(job.hold)
    centre = capability.work_centre(why.by, job.work_centre_id)
    _check_places(job, operation, [part.place for part in parts], by=why.by)
    made = plans.split(job.hold, operation, parts, promise=_promise(job, centre), why=why)
    return JobPlan(job, made, _promise(job, centre))


def replan(job: Job, direction: Direction, *, why: Why) -> JobPlan:
    """Lay all that is left anew. The order of the job is locked. Raises what `plans.replan` does."""
    centre = capability.work_centre(why.by, job.work_centre_id)
    made = plans.replan(job.hold, direction, promise=_promise(job, centre), why=why)
    return JobPlan(job, made, _promise(job, centre))


SECONDS: Final = 2.0
"""For how long a short order of a factory's jobs is looked for."""


@dataclass(frozen=True, slots=True)
class Replanned:
    """All jobs of a factory as they are planned from here on."""

    jobs: Sequence[JobPlan]
    changed: int
    """How many of them are planned otherwise than before."""
    late_days_before: int
    late_days: int
    """By how many days promises are missed, all jobs together."""


def replan_all(sequencer: Sequencer, *, why: Why) -> Replanned:
    """Lay all that is left of all jobs of a factory anew, together, where that is better than what stands.

    First the jobs are read and put into order, without locks, as that takes seconds; then what has become of them
    meanwhile is laid in that order, under the locks of everything that is concerned. Safe to run twice.
    """
    with transaction():
        house, _ = _house(why.by)
    wanted = whole_plans.by_schedule(house, sequencer.schedule(house.shop(), seconds=SECONDS))
    with transaction():
        house, jobs = _house(why.by, lock=True)
        after = whole_plans.best(house, wanted, may_break=why.accepts_delay)
        changed = [Changed(job.hold, house.plans[job.id], after[job.id], promise) for job, promise in jobs]
        plans.write_all(changed, PlanMove.REPLANNED, why=why)
    return Replanned(
        [JobPlan(job, after[job.id], promise) for job, promise in jobs],
        changed=sum(any(each.lines) for each in changed),
        late_days_before=house.late_days(house.plans),
        late_days=house.late_days(after),
    )


def _house(by: Actor, *, lock: bool = False) -> tuple[House, Sequence[tuple[Job, Promise]]]:
    """The plans of a factory's jobs, and what was promised of each; locked, they stay as they are."""
    jobs = queries.jobs_to_plan(by, lock=lock)
    places = {place for job in jobs for place in plans.places_of(job.hold)}
    if lock:
        capacity.locked_places(places)
    centres = capability.work_centres(places)
    promised = [(job, _promise(job, centres[job.work_centre_id])) for job in jobs]
    lines = capacity.laid_lines_of([job.hold_id for job in jobs])
    known = {
        job.id: plans.of_lines(job.hold, lines[job.hold_id], centres[job.work_centre_id].time_zone) for job in jobs
    }
    work_by = {job.id: promise.work_by for job, promise in promised}
    return House(known, work_by, capacity.calendars(places).calendars), promised


def _promise(job: Job, centre: WorkCentre) -> Promise:
    return Promise(job.ships_on, centre.handling_days)


def _check_places(job: Job, operation: int, places: Sequence[UUID], *, by: Actor) -> None:
    """Raises WorkCentreUnknown, WorkCentreCannot."""
    steps = plans.steps_of(job.hold)
    if not places or not 1 <= operation <= len(steps):
        return
    usual = capability.work_centre(by, steps[operation - 1].place)
    needs = {job.material} & set(usual.materials)
    for place in dict.fromkeys(places):
        centre = capability.work_centre(by, place)
        if (centre.process, centre.time_zone) != (usual.process, usual.time_zone) or not needs <= set(centre.materials):
            raise WorkCentreCannot(
                f"{centre.name} cannot take over from {usual.name}: it must do {usual.process} in the same material, "
                "in the same time zone.",
                process=usual.process,
            )
