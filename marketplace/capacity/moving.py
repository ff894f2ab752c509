"""Moving minutes: a hold lies on other days, and a row of history says from which to which, by whom and why."""

from collections.abc import Mapping
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Uuid, bindparam, case, delete, func, update
from sqlalchemy.dialects.postgresql import insert

from marketplace.capacity import queries, rules, service
from marketplace.capacity.errors import CapacityTaken, MovesPastPromise, NothingToMove, PlanImpossible
from marketplace.capacity.models import CapacityDay, Hold, HoldLine, HoldState, PlanChange
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session

MOVABLE: Final = (HoldState.TENTATIVE, HoldState.FIRM)


def move(hold: Hold, plan: Mapping[date, int], *, by: Actor, reason: str) -> None:
    """The hold's minutes lie on these days from now on: all of them, days gone by as they were.

    It gives back exactly what it leaves and takes exactly what it enters. Raises NothingToMove, PlanImpossible,
    CapacityTaken (nothing has changed then), WorkCentreGone.
    """
    service.lock(hold)
    if hold.state not in MOVABLE:
        raise NothingToMove("These minutes are used up or given back.", state=hold.state)
    before = queries.lines_of(hold.id)
    _check(hold, before, plan)
    changes = {day: plan.get(day, 0) - before.get(day, 0) for day in sorted({*before, *plan})}
    changes = {day: more for day, more in changes.items() if more}
    if not changes:
        return
    free = queries.locked_days(hold.work_centre_id, list(changes))
    full = [day for day, more in changes.items() if more > free.get(day, 0) and more > 0]
    if full:
        raise CapacityTaken(f"There are not so many minutes free on {full[0]}; choose other days.", days=full)
    _write(hold, before, plan, changes)
    _remember(hold, before, plan, by=by, reason=reason)


def postpone(hold: Hold, off: Mapping[date, int], *, by_day: date | None, by: Actor, reason: str) -> date:
    """Take so many of a hold's minutes off each of some days, and lay them on the earliest free days after it.

    None of them after `by_day`, unless it is None. Gives the last day that the hold then has. Raises MovesPastPromise,
    CapacityTaken beyond what is kept, and what `move` raises.
    """
    service.lock(hold)
    for day, minutes in sorted(off.items()):
        plan = dict(queries.lines_of(hold.id))
        after = max(day, _today(hold))
        free = queries.locked_free(hold.work_centre_id, minutes, after=after, by=by_day or date.max)
        lines = rules.plan(free, minutes, by_day or date.max)
        if sum(taken for _, taken in lines) < minutes:
            raise _no_room(hold, minutes, after, by_day)
        plan[day] = plan.get(day, 0) - minutes
        for onto, taken in lines:
            plan[onto] = plan.get(onto, 0) + taken
        move(hold, {each: left for each, left in plan.items() if left}, by=by, reason=reason)
    return max(queries.lines_of(hold.id))


def _no_room(hold: Hold, minutes: int, after: date, by_day: date | None) -> MovesPastPromise | CapacityTaken:
    lines = rules.plan(queries.locked_free(hold.work_centre_id, minutes, after=after, by=date.max), minutes, date.max)
    if by_day is None or sum(taken for _, taken in lines) < minutes:
        return CapacityTaken(f"There are not {minutes} minutes free after {after}.", next_free=None)
    finish = lines[-1][0]
    return MovesPastPromise(
        f"The minutes of {after} are free again by {finish}, and should be by {by_day} for the promised day: work "
        "overtime, refuse the job, or say that it may be late.",
        finish=finish,
        latest=by_day,
    )


def _check(hold: Hold, before: Mapping[date, int], plan: Mapping[date, int]) -> None:
    if any(type(minutes) is not int or minutes < 1 for minutes in plan.values()) or sum(plan.values()) != hold.minutes:
        raise PlanImpossible(f"A plan of this hold has {hold.minutes} whole minutes in all.", minutes=hold.minutes)
    today = _today(hold)
    if any(day < today and plan.get(day) != before.get(day) for day in {*before, *plan}):
        raise PlanImpossible("Days gone by stay as they are.")


def _today(hold: Hold) -> date:
    return rules.local_day(clock.now(), ZoneInfo(queries.locked_place(hold.work_centre_id).time_zone))


def _write(hold: Hold, before: Mapping[date, int], plan: Mapping[date, int], changes: Mapping[date, int]) -> None:
    left = [day for day in before if day not in plan]
    session().execute(delete(HoldLine).where(HoldLine.hold_id == hold.id, HoldLine.day.in_(left)))
    given = queries.table_of({day: minutes for day, minutes in plan.items() if day in changes})
    lines = {
        "hold_id": bindparam("hold", hold.id, Uuid),
        "day": given.c.day,
        "work_centre_id": bindparam("centre", hold.work_centre_id, Uuid),
        "minutes": given.c.minutes,
    }
    writing = insert(HoldLine).from_select(list(lines), queries.rows_of(lines.values()))
    session().execute(
        writing.on_conflict_do_update(
            index_elements=[HoldLine.hold_id, HoldLine.day], set_={"minutes": writing.excluded.minutes}
        )
    )
    changed = queries.table_of(changes)
    held_min = CapacityDay.held_min + changed.c.minutes
    is_left = changed.c.minutes < 0  # a day that is entered opens no more by it: the database refuses to oversell it
    open_min = case((is_left, func.greatest(CapacityDay.calendar_min, held_min)), else_=CapacityDay.open_min)
    session().execute(
        update(CapacityDay)
        .where(CapacityDay.work_centre_id == hold.work_centre_id, CapacityDay.day == changed.c.day)
        .values(held_min=held_min, open_min=open_min)
        .execution_options(synchronize_session=False)
    )
    session().expire(hold, ["lines"])


def _remember(hold: Hold, before: Mapping[date, int], plan: Mapping[date, int], *, by: Actor, reason: str) -> None:
    now = clock.now()
    transaction.note(
        *(
            PlanChange(
                created_at=now,
                hold_id=hold.id,
                work_centre_id=hold.work_centre_id,
                from_day=from_day,
                to_day=to_day,
                minutes=minutes,
                reason=reason,
                user_id=by.user_id,
                organisation_id=by.organisation_id,
            )
            for from_day, to_day, minutes in rules.moves(before, plan)
        )
    )
