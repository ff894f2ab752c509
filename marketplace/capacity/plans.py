"""The plan of a job: its minutes moved, split and laid anew, with a history of who did it and why.

Every change locks all work centres concerned in the order of their ids, then the hold, then days, as everything that
changes capacity does; it comes under the lock of the job's order. What a day holds is checked by the database (S1), and
the lines of the hold are what its days hold (S2).
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, func, insert, tuple_, update

from marketplace.audit import service as audit
from marketplace.capacity import queries, replanning, rules
from marketplace.capacity.errors import NoRoom, PlanNotOpen, ShipDateMissed
from marketplace.capacity.models import CapacityDay, Hold, HoldLine, HoldState, JobPlanChange, PlanMove
from marketplace.capacity.replanning import Direction, Part, Plan, Planned
from marketplace.capacity.scheduling import Calendars, Step
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session

OPEN_STATES: Final = (HoldState.FIRM,)


@dataclass(frozen=True, slots=True)
class Promise:
    """When the customer was promised that the goods leave, and the days between the last work and that."""

    ships_on: date
    handling_days: int

    @property
    def work_by(self) -> date:
        """The last day of work that keeps it."""
        return self.ships_on - timedelta(days=self.handling_days)

    def ships(self, plan: Plan) -> date:
        """When the goods leave by a plan."""
        return plan.ends + timedelta(days=self.handling_days)


@dataclass(frozen=True, slots=True)
class Why:
    """Who changes a plan, why, and whether they state that the promised date may be missed."""

    by: Actor
    reason: str
    accepts_delay: bool = False


def of_hold(hold: Hold, time_zone: str) -> Plan:
    """The plan of a job as it stands."""
    return of_lines(hold, queries.laid_lines(hold.id), time_zone)


def of_lines(hold: Hold, rows: Iterable[HoldLine], time_zone: str) -> Plan:
    """The plan that the lines of a hold are."""
    lines = [Planned(row.operation, row.work_centre_id, row.day, row.minutes) for row in rows]
    return replanning.plan_of(steps_of(hold), lines, today=rules.local_day(clock.now(), ZoneInfo(time_zone)))


def steps_of(hold: Hold) -> list[Step]:
    """The operations that a hold is for; one of all its minutes where no more is known."""
    return [Step.of(each) for each in hold.steps or ()] or [Step(hold.work_centre_id, 0, hold.minutes)]


def places_of(hold: Hold) -> set[UUID]:
    """All work centres that a hold names."""
    return {hold.work_centre_id, *(hold.elsewhere or ()), *(step.place for step in steps_of(hold))}


def latest_starts(plan: Plan, promise: Promise) -> dict[int, date]:
    """Until when each operation may begin for the promise to be kept; none where it cannot be kept any more."""
    try:
        known = queries.calendars(plan.places).calendars
        return dict(replanning.latest_starts(plan, known, by=promise.work_by))
    except NoRoom:
        return {}


def move(hold: Hold, number: int, *, to: UUID | None, not_before: date | None, promise: Promise, why: Why) -> Plan:
    """Do what is left of an operation on other days, or at another work centre.

    Raises PlanNotOpen, OperationUnknown, OperationOver, NoRoom, ShipDateMissed.
    """

    def lay(plan: Plan, calendars: Calendars) -> Plan:
        operation = plan.operation(number)
        part = Part(to or operation.place, operation.pieces_left)
        return replanning.moved(plan, calendars, number, [part], not_before=not_before)

    return _change(hold, lay, PlanMove.MOVED, number, places=[to] if to else [], promise=promise, why=why)


def split(hold: Hold, number: int, parts: Sequence[Part], *, promise: Promise, why: Why) -> Plan:
    """Share what is left of an operation among work centres, or among days; each part has a set-up of its own.

    Raises PlanNotOpen, OperationUnknown, OperationOver, SharesImpossible, NoRoom, ShipDateMissed.
    """

    def lay(plan: Plan, calendars: Calendars) -> Plan:
        return replanning.moved(plan, calendars, number, parts)

    places = [part.place for part in parts]
    return _change(hold, lay, PlanMove.SPLIT, number, places=places, promise=promise, why=why)


def replan(hold: Hold, direction: Direction, *, promise: Promise, why: Why) -> Plan:
    """Lay all that is left anew: as early as can be, or as late as the promise allows.

    Raises PlanNotOpen, NoRoom, ShipDateMissed.
    """

    def lay(plan: Plan, calendars: Calendars) -> Plan:
        return replanning.relaid(plan, calendars, direction, by=promise.work_by)

    return _change(hold, lay, PlanMove.REPLANNED, None, places=[], promise=promise, why=why)


def _change(
    hold: Hold,
    lay: Callable[[Plan, Calendars], Plan],
    how: PlanMove,
    number: int | None,
    *,
    places: Collection[UUID],
    promise: Promise,
    why: Why,
) -> Plan:
    """Lock, lay, refuse what breaks the promise, write. A plan that comes out as it was changes nothing."""
    zone = lock(hold, places)
    before = of_hold(hold, zone)
    known = queries.calendars({*before.places, *places})
    after = lay(before, known.calendars)
    write(hold, before, after, how, number, promise=promise, why=why)
    return after


def lock(hold: Hold, places: Collection[UUID] = ()) -> str:
    """Lock all work centres of a hold, and others, then the hold; its own time zone. Raises PlanNotOpen."""
    transaction.inside()
    locked = queries.locked_places([hold.work_centre_id, *(hold.elsewhere or ()), *places])
    queries.lock_hold(hold)
    refuse_unless_open(hold)
    return next(each.time_zone for each in locked if each.work_centre_id == hold.work_centre_id)


def refuse_unless_open(hold: Hold) -> None:
    """Raises PlanNotOpen."""
    if hold.state not in OPEN_STATES:
        raise PlanNotOpen(
            "A job is planned from its acceptance until it has shipped; accept it first.", state=hold.state
        )


def write(
    hold: Hold, before: Plan, after: Plan, how: PlanMove, number: int | None, *, promise: Promise, why: Why
) -> None:
    """Write a plan in place of another, and the history of it. Raises ShipDateMissed."""
    changed = Changed(hold, before, after, promise)
    if changed.breaks_promise and not why.accepts_delay:
        raise ShipDateMissed(
            f"By this plan the goods leave on {changed.ships_on}, and {promise.ships_on} was promised. State "
            "`accepts_delay` to plan it nevertheless; the customer then sees it, and your reason.",
            ships_on=changed.ships_on,
            promised_on=promise.ships_on,
        )
    write_all([changed], how, number, why=why)


@dataclass(frozen=True)
class Changed:
    """A job's plan as it was and as it will be."""

    hold: Hold
    before: Plan
    after: Plan
    promise: Promise

    @property
    def ships_on(self) -> date:
        """When the goods leave from here on."""
        return self.promise.ships(self.after)

    @property
    def was_on(self) -> date:
        """When they would have left."""
        return self.promise.ships(self.before)

    @property
    def breaks_promise(self) -> bool:
        """Whether they leave later than was promised, and later than before."""
        return self.ships_on > max(self.promise.ships_on, self.was_on)

    @cached_property
    def lines(self) -> tuple[list[Planned], list[Planned]]:
        """Those that go and those that come."""
        return replanning.changes(self.before, self.after)


def write_all(plans: Sequence[Changed], how: PlanMove, number: int | None = None, *, why: Why) -> None:
    """Write plans that change at once, all holds and work centres locked, with the history of each that does change.

    The days' held minutes move by what remains when all is added up: no job waits for minutes that another gives up.
    """
    changed = [each for each in plans if any(each.lines)]
    for each in changed:
        _take_away(each.hold, each.lines[0])
    _move_minutes([each.lines for each in changed])
    for each in changed:
        _lay(each.hold, *each.lines)
        _remember(each, how, number, why)


def _remember(changed: Changed, how: PlanMove, number: int | None, why: Why) -> None:
    gone, come = changed.lines
    change = JobPlanChange(
        hold_id=changed.hold.id,
        move=how,
        operation=number,
        before=[each.as_json() for each in gone],
        after=[each.as_json() for each in come],
        reason=why.reason,
        promised_on=changed.promise.ships_on,
        was_on=changed.was_on,
        ships_on=changed.ships_on,
        changed_by=why.by.user_id,
        organisation_id=why.by.organisation_id,
    )
    session().add(change)
    audit.record(why.by, f"job.plan_{how}", changed.hold, reason=why.reason, ships_on=changed.ships_on.isoformat())


def _take_away(hold: Hold, gone: Sequence[Planned]) -> None:
    if gone:
        keys = [(each.place, each.day) for each in gone]
        here = tuple_(HoldLine.work_centre_id, HoldLine.day).in_(keys)
        taking = delete(HoldLine).where(HoldLine.hold_id == hold.id, here)
        session().execute(taking, execution_options={"synchronize_session": False})


def _lay(hold: Hold, gone: Sequence[Planned], come: Sequence[Planned]) -> None:
    rows = [
        {
            "hold_id": hold.id,
            "operation": each.operation,
            "work_centre_id": each.place,
            "day": each.day,
            "minutes": each.minutes,
        }
        for each in come
    ]
    if rows:
        session().execute(insert(HoldLine), rows)
    hold.minutes += sum(each.minutes for each in come) - sum(each.minutes for each in gone)
    hold.elsewhere = sorted({*(hold.elsewhere or ()), *(each.place for each in come)} - {hold.work_centre_id}) or None
    session().flush()


def _move_minutes(changes: Iterable[tuple[Sequence[Planned], Sequence[Planned]]]) -> None:
    moved: Counter[tuple[UUID, date]] = Counter()
    for gone, come in changes:
        for sign, lines in ((-1, gone), (1, come)):
            for each in lines:
                moved[each.place, each.day] += sign * each.minutes
    rows = sorted((place, day, minutes) for (place, day), minutes in moved.items() if minutes)
    if rows:
        given = queries.table_of_days(rows)
        held_min = CapacityDay.held_min + given.c.minutes
        is_left = given.c.minutes < 0  # a day that is entered opens no more by it: the database refuses to oversell it
        open_min = case((is_left, func.greatest(CapacityDay.calendar_min, held_min)), else_=CapacityDay.open_min)
        days = update(CapacityDay).values(held_min=held_min, open_min=open_min)
        days = days.where(CapacityDay.work_centre_id == given.c.work_centre_id, CapacityDay.day == given.c.day)
        session().connection().execute(days)
