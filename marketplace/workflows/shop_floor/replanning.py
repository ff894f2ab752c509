"""A calendar that gives less than jobs hold: which jobs are concerned, and what becomes of them.

The factory chooses for each job, or for all: its minutes move to later days, are worked in overtime, or the job is
refused. A change of calendar that leaves any of its conflicts without a choice is not made. What happens by itself, a
breakdown or a day taken in another calendar, is taken in at once, and its conflicts wait for their choices.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.calendars import service as calendars
from marketplace.calendars.models import ExceptionKind
from marketplace.capability.models import WorkCentre
from marketplace.capacity import conflicts, moving, openings
from marketplace.capacity import queries as capacity
from marketplace.capacity.errors import CalendarBreaksHolds
from marketplace.capacity.rules import Shortage
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.errors import Conflict as Refused
from marketplace.kernel.errors import Refusal
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.transaction import transaction
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import queries as orders
from marketplace.orders.errors import JobNotFound, NotCancellable
from marketplace.orders.models import Job, Side
from marketplace.orders.rules import CANCELLING
from marketplace.orders.states import JobState
from marketplace.workflows import queries
from marketplace.workflows.ordering import fulfilment

NOT_TAKEN: Final = (JobState.OFFERED, JobState.COUNTERED)
REFUSABLE: Final = frozenset(CANCELLING[Side.FACTORY])
"""States of jobs that their factory can give up, by the published table."""


USUAL_REASON: Final = "The calendar was changed."


class JobNotRefusable(Refused):
    """A job that is not paid yet, or has left the factory, cannot be refused; move it, or work overtime."""

    code = "job_not_refusable"


class JobsNotRefused(Refused):
    """The calendar is changed; jobs that were to be refused because of it could not be, and keep their conflicts."""

    code = "jobs_not_refused"


ENDED_MEANWHILE: Final = (IllegalMove, NotCancellable, JobNotFound)
"""What a job answers that has been shipped, cancelled or given to another factory since the choice was made."""


class Way(StrEnum):
    """What becomes of a job whose minutes are missing."""

    MOVE = "move"
    OVERTIME = "overtime"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Choice:
    """A way; and whether a move may end after the day that was promised to the customer."""

    way: Way
    even_late: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """What the factory chooses for some jobs by their ids, and for all others."""

    reason: str = USUAL_REASON
    jobs: Mapping[UUID, Choice] = field(default_factory=dict)
    others: Choice | None = None

    def choice_for(self, conflict: "Conflict") -> Choice | None:
        found = None if conflict.job_id is None else self.jobs.get(conflict.job_id)
        return found or self.others


NOTHING_CHOSEN: Final = Resolution()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Minutes of one job that are missing on one day; a hold of no job may be moved like any other."""

    shortage: Shortage
    job: queries.JobOfHold | None

    @property
    def hold_id(self) -> UUID:
        return self.shortage.hold_id

    @property
    def day(self) -> date:
        return self.shortage.day

    @property
    def missing_min(self) -> int:
        return self.shortage.minutes

    @property
    def held_min(self) -> int:
        return self.shortage.held_min

    @property
    def job_id(self) -> UUID | None:
        return None if self.job is None else self.job.job_id

    @property
    def order_number(self) -> int | None:
        return None if self.job is None else self.job.order_number

    @property
    def state(self) -> JobState | None:
        return None if self.job is None else self.job.state

    @property
    def ships_on(self) -> date | None:
        return None if self.job is None else self.job.ships_on

    @property
    def choices(self) -> list[Way]:
        return [way for way in Way if way is not Way.REFUSE or self.state in REFUSABLE]

    def told(self) -> dict[str, Any]:
        """As a problem document shows it."""
        return {
            "job_id": self.job_id,
            "order_number": self.order_number,
            "day": self.day,
            "missing_min": self.missing_min,
            "held_min": self.held_min,
            "choices": self.choices,
        }


def conflicts_of(centre: WorkCentre) -> list[Conflict]:
    """Every job whose minutes are missing, day by day."""
    found = conflicts.shortages(centre)
    jobs = queries.jobs_of_holds({each.hold_id for each in found}) if found else {}
    return [Conflict(each, jobs.get(each.hold_id)) for each in found]


def settle(centre: WorkCentre, resolution: Resolution, *, before: Mapping[date, int], by: Actor) -> Sequence[UUID]:
    """After a change of calendar: apply the choices. Gives the jobs to be refused once the change is made (`refuse`).

    `before` says how many minutes were missing already, on which days. Raises CalendarBreaksHolds where more are
    missing now, and nothing was chosen or the choice does not mend it; and what `resolve` raises.
    """
    refused = resolve(centre, resolution, by=by)
    left = [each for each in conflicts_of(centre) if each.job_id is None or each.job_id not in refused]
    missing: dict[date, int] = defaultdict(int)
    for each in left:
        missing[each.day] += each.missing_min
    worse = [day for day, minutes in missing.items() if minutes > before.get(day, 0)]
    if worse:
        raise CalendarBreaksHolds(
            "Jobs hold minutes on days that this calendar would close. Send the change again with a resolution: move, "
            "overtime or refuse, for each of these jobs or for all. No overtime opens a closed day.",
            days=worse,
            conflicts=[each.told() for each in left if each.day in worse],
        )
    return refused


def resolve(centre: WorkCentre, resolution: Resolution, *, by: Actor) -> Sequence[UUID]:
    """Apply the choices to the conflicts that there are; without a choice a conflict stays. The work centre is locked.

    Gives the jobs to be refused. Raises RoleTooSmall below manager, MovesPastPromise, CapacityTaken, JobNotRefusable.
    """
    chosen = [(each, choice) for each in conflicts_of(centre) if (choice := resolution.choice_for(each))]
    if not chosen:
        return []
    by.needs(Role.MANAGER)
    _work_overtime(centre, [each for each, choice in chosen if choice.way is Way.OVERTIME], resolution.reason, by=by)
    _move(centre, [pair for pair in chosen if pair[1].way is Way.MOVE], resolution.reason, by=by)
    return _to_refuse([each for each, choice in chosen if choice.way is Way.REFUSE])


def _work_overtime(centre: WorkCentre, wanted: Sequence[Conflict], reason: str, *, by: Actor) -> None:
    minutes: dict[date, int] = defaultdict(int)
    for each in wanted:
        minutes[each.day] += each.missing_min
    for day, more in minutes.items():
        terms = calendars.ExceptionTerms(ExceptionKind.OVERTIME, day, day, reason, more)
        calendars.except_days(centre, terms, today=openings.today_of(centre), by=by)
    if minutes:
        openings.open_span(centre, min(minutes), max(minutes))


def _move(centre: WorkCentre, wanted: Sequence[tuple[Conflict, Choice]], reason: str, *, by: Actor) -> None:
    """The holds that were taken first are moved first, to the earliest days."""
    holds = capacity.holds({each.hold_id for each, _ in wanted})
    for conflict, choice in sorted(wanted, key=lambda pair: (pair[0].hold_id, pair[0].day)):
        latest = None if conflict.ships_on is None else conflict.ships_on - timedelta(days=centre.handling_days)
        hold = holds[conflict.hold_id]
        finish = moving.postpone(
            hold,
            {conflict.day: conflict.missing_min},
            place=centre.id,
            by_day=None if choice.even_late else latest,
            by=by,
            reason=reason,
        )
        audit.record(
            by, "hold.moved", hold, job_id=conflict.job_id, off=conflict.day, finish=finish, promised=conflict.ships_on
        )
        if conflict.job is not None and latest is not None and finish > latest:
            _tell_of_delay(conflict.job, finish + timedelta(days=centre.handling_days), reason)


def _tell_of_delay(job: queries.JobOfHold, ships_on: date, reason: str) -> None:
    """The customer reads when the goods will leave, and why not on the day that was promised."""
    text = f"The goods will leave on {ships_on}, not on {job.ships_on} as promised: {reason}"
    notifications.tell(job.customer_id, NoticeKind.JOB_PROGRESS, session().get_one(Job, job.job_id), text=text)


def _to_refuse(wanted: Sequence[Conflict]) -> list[UUID]:
    for each in wanted:
        if each.job_id is None or each.state not in REFUSABLE:
            raise JobNotRefusable(
                f"Order {each.order_number} is {each.state or 'no order'}: move its minutes or work overtime.",
                job_id=each.job_id,
            )
    return list(dict.fromkeys(each.job_id for each in wanted if each.job_id is not None))


def refuse(job_ids: Collection[UUID], *, reason: str, by: Actor) -> None:
    """Give jobs up, each in a transaction of its own: an order is locked before any work centre.

    One that has left or ended meanwhile needs its minutes no more. Raises JobsNotRefused, when all have been tried.
    """
    kept = []
    for job_id in job_ids:
        try:
            with transaction():
                job = orders.for_factory_to_change(by, job_id)
                leave = fulfilment.decline if job.state in NOT_TAKEN else fulfilment.give_up
                leave(job, by=by, reason=reason)
        except ENDED_MEANWHILE:
            continue
        except Refusal as refusal:
            kept.append({"job_id": job_id, "code": refusal.code, "detail": refusal.message})
    if kept:
        raise JobsNotRefused(
            f"The calendar is changed, but not all jobs could be refused: {kept[0]['detail']} Choose again for those "
            "that are left among the conflicts.",
            jobs=kept,
        )
