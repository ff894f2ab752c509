"""Moving minutes: a hold lies on other days, and a row of history says from which to which, by whom and why."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import case, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.capacity import queries, rules
from marketplace.capacity.errors import (
    CapacityTaken,
    MovesPastNextStep,
    MovesPastPromise,
    NothingToMove,
    PlanImpossible,
)
from marketplace.capacity.models import CapacityDay, Hold, HoldLine, HoldState, PlanChange
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session

MOVABLE: Final = (HoldState.TENTATIVE, HoldState.FIRM)
EVERYTHING: Final = 10**12
"""More minutes than any work centre keeps: all its free days."""


def move(hold: Hold, plan: Mapping[date, int], *, place: UUID | None = None, by: Actor, reason: str) -> None:
    """The hold's minutes at a work centre lie on these days from now on: all of them, days gone by as they were.

    It gives back exactly what it leaves and takes exactly what it enters; without a place, at its own work centre.
    Raises NothingToMove, PlanImpossible, CapacityTaken, MovesPastNextStep (nothing has changed then), WorkCentreGone.
    """
    at = place or hold.work_centre_id
    zone = _lock(hold, at)
    rows = queries.lines_at(hold.id, at)
    before = {row.day: row.minutes for row in rows}
    _check(before, plan, today=rules.local_day(clock.now(), zone))
    changes = {day: plan.get(day, 0) - before.get(day, 0) for day in sorted({*before, *plan})}
    changes = {day: more for day, more in changes.items() if more}
    if not changes:
        return
    free = queries.locked_days(at, list(changes))
    full = [day for day, more in changes.items() if more > free.get(day, 0) and more > 0]
    if full:
        raise CapacityTaken(f"There are not so many minutes free on {full[0]}; choose other days.", days=full)
    moves = rules.moves(before, plan)
    was_in_order = _is_in_order(hold)
    _write(hold, at, {day: plan[day] for day in changes if day in plan}, _operations(rows, moves), changes)
    if was_in_order and not _is_in_order(hold):
        raise MovesPastNextStep("The job's next operation begins earlier: lay the whole job anew, in its plan.")
    _remember(hold, at, moves, by=by, reason=reason)


def postpone(
    hold: Hold, off: Mapping[date, int], *, place: UUID | None = None, by_day: date | None, by: Actor, reason: str
) -> date:
    """Take so many of a hold's minutes off each of some days, and lay them on the earliest free days after it.

    None of them after `by_day`, unless it is None. Gives the last day that the hold then has at that work centre.
    Raises MovesPastPromise, CapacityTaken beyond what is kept, and what `move` raises.
    """
    at = place or hold.work_centre_id
    zone = _lock(hold, at)
    for day, minutes in sorted(off.items()):
        rows = queries.lines_at(hold.id, at)
        operations = {row.day: row.operation for row in rows}
        after = max(day, rules.local_day(clock.now(), zone))
        free = [
            each
            for each in queries.locked_free(at, EVERYTHING, after=after, by=date.max)
            if operations.get(each[0], operations[day]) == operations[day]
        ]
        lines = rules.plan(free, minutes, by_day or date.max)
        if sum(taken for _, taken in lines) < minutes:
            raise _no_room(free, minutes, after, by_day)
        plan = {row.day: row.minutes for row in rows}
        plan[day] -= minutes
        for onto, taken in lines:
            plan[onto] = plan.get(onto, 0) + taken
        move(hold, {each: left for each, left in plan.items() if left}, place=at, by=by, reason=reason)
    return max(row.day for row in queries.lines_at(hold.id, at))


def _lock(hold: Hold, place: UUID) -> ZoneInfo:
    """Lock one work centre, then the hold; the work centre's time zone. Raises NothingToMove, WorkCentreGone.

    Whoever changes what a hold has there has locked that work centre too, whatever others they lock.
    """
    transaction.inside()
    zone = ZoneInfo(queries.locked_place(place).time_zone)
    queries.lock_hold(hold)
    if hold.state not in MOVABLE:
        raise NothingToMove("These minutes are used up or given back.", state=hold.state)
    return zone


def _operations(rows: Sequence[HoldLine], moves: Sequence[tuple[date, date, int]]) -> Mapping[date, int]:
    """Which operation is done on each day: one alone. Raises PlanImpossible."""
    operations = {row.day: row.operation for row in rows}
    found = dict(operations)
    for from_day, to_day, _ in moves:
        if found.setdefault(to_day, operations[from_day]) != operations[from_day]:
            raise PlanImpossible(f"On {to_day} another operation of the job is done there; choose another day.")
    return found


def _is_in_order(hold: Hold) -> bool:
    """Whether no operation of a hold begins before the one before it has ended."""
    spans = queries.days_of_operations(hold.id)
    return all(ends <= starts for (_, ends), (starts, _) in pairwise(spans))


def _no_room(
    free: Sequence[tuple[date, int]], minutes: int, after: date, by_day: date | None
) -> MovesPastPromise | CapacityTaken:
    lines = rules.plan(free, minutes, date.max)
    if by_day is None or sum(taken for _, taken in lines) < minutes:
        return CapacityTaken(f"There are not {minutes} minutes free after {after}.", next_free=None)
    finish = lines[-1][0]
    return MovesPastPromise(
        f"The minutes of {after} are free again by {finish}, and should be by {by_day} for the promised day: work "
        "overtime, refuse the job, or say that it may be late.",
        finish=finish,
        latest=by_day,
    )


def _check(before: Mapping[date, int], plan: Mapping[date, int], *, today: date) -> None:
    minutes = sum(before.values())
    if any(type(each) is not int or each < 1 for each in plan.values()) or sum(plan.values()) != minutes:
        raise PlanImpossible(f"A plan of this hold has {minutes} whole minutes here.", minutes=minutes)
    if any(day < today and plan.get(day) != before.get(day) for day in {*before, *plan}):
        raise PlanImpossible("Days gone by stay as they are.")


def _write(
    hold: Hold, place: UUID, lines: Mapping[date, int], operations: Mapping[date, int], changes: Mapping[date, int]
) -> None:
    gone = [day for day in changes if day not in lines]
    here = HoldLine.hold_id == hold.id, HoldLine.work_centre_id == place
    session().execute(
        delete(HoldLine).where(*here, HoldLine.day.in_(gone)).execution_options(synchronize_session=False)
    )
    rows = [
        {
            "hold_id": hold.id,
            "day": day,
            "work_centre_id": place,
            "operation": operations[day],
            "minutes": minutes,
        }
        for day, minutes in lines.items()
    ]
    if rows:
        writing = insert(HoldLine).values(rows)
        key = [HoldLine.hold_id, HoldLine.day, HoldLine.work_centre_id]
        session().execute(writing.on_conflict_do_update(index_elements=key, set_={"minutes": writing.excluded.minutes}))
    changed = queries.table_of(changes)
    held_min = CapacityDay.held_min + changed.c.minutes
    is_left = changed.c.minutes < 0  # a day that is entered opens no more by it: the database refuses to oversell it
    open_min = case((is_left, func.greatest(CapacityDay.calendar_min, held_min)), else_=CapacityDay.open_min)
    session().execute(
        update(CapacityDay)
        .where(CapacityDay.work_centre_id == place, CapacityDay.day == changed.c.day)
        .values(held_min=held_min, open_min=open_min)
        .execution_options(synchronize_session=False)
    )
    session().expire(hold, ["lines"])


def _remember(hold: Hold, place: UUID, moves: Sequence[tuple[date, date, int]], *, by: Actor, reason: str) -> None:
    now = clock.now()
    transaction.note(
        *(
            PlanChange(
                created_at=now,
                hold_id=hold.id,
                work_centre_id=place,
                from_day=from_day,
                to_day=to_day,
                minutes=minutes,
                reason=reason,
                user_id=by.user_id,
                organisation_id=by.organisation_id,
            )
            for from_day, to_day, minutes in moves
        )
    )
