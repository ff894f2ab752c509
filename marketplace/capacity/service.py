"""Taking minutes, keeping them, using them, and giving them back.

Every change locks the work centre first, then the hold, then days: so two changes of one work centre follow one
another, and no two wait for each other.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, literal, update

from marketplace.capacity import queries, rules
from marketplace.capacity.errors import CapacityTaken, MinutesImpossible
from marketplace.capacity.models import CapacityDay, Hold, HoldLine, HoldState
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session


def hold(work_centre_id: UUID, minutes: int, *, by: date, expires_at: datetime) -> Hold:
    """Take minutes of a work centre, the earliest first, from its local tomorrow up to and including the day `by`.

    The hold is tentative and lapses at `expires_at` unless it is made firm. Four statements, however many days.
    Raises CapacityTaken, MinutesImpossible, WorkCentreGone.
    """
    transaction.inside()
    if type(minutes) is not int or minutes < 1:
        raise MinutesImpossible("A hold has at least one whole minute.", minutes=minutes)
    place = queries.locked_place(work_centre_id)
    today = rules.local_day(clock.now(), ZoneInfo(place.time_zone))
    lines = rules.plan(queries.locked_free(work_centre_id, minutes, after=today, by=by), minutes, by)
    if sum(taken for _, taken in lines) < minutes:
        raise _taken(work_centre_id, minutes, by)
    made = Hold(work_centre_id=work_centre_id, minutes=minutes, expires_at=expires_at)
    session().add(made)
    session().flush()
    _take(made, lines)
    return made


def firm(hold: Hold, *, by: Actor) -> None:
    """The factory has taken the job: its minutes no longer lapse. Raises IllegalMove."""
    _locked(hold)
    hold.move(HoldState.FIRM, by=by)


def release(hold: Hold, *, by: Actor) -> None:
    """The job is off: every minute goes back to the day it was taken from, once. Raises IllegalMove."""
    _locked(hold)
    hold.move(HoldState.RELEASED, by=by)
    _give_back(hold)


def finish(hold: Hold, *, on: date, by: Actor) -> None:
    """The job was finished on a local day: minutes held on later days go back. Raises IllegalMove."""
    _locked(hold)
    hold.move(HoldState.USED, by=by)
    _give_back(hold, HoldLine.day > on)


def _locked(hold: Hold) -> None:
    transaction.inside()
    queries.locked_place(hold.work_centre_id)
    queries.lock_hold(hold)


def _taken(work_centre_id: UUID, minutes: int, by: date) -> CapacityTaken:
    next_free = queries.finish_dates([work_centre_id], minutes).get(work_centre_id)
    way_out = f"it has by {next_free}; ask for a new quote" if next_free else "ask another factory, or split the order"
    return CapacityTaken(
        f"This work centre no longer has {minutes} minutes free up to {by}: {way_out}.",
        next_free=next_free.isoformat() if next_free else None,
    )


def _take(made: Hold, lines: Sequence[tuple[date, int]]) -> None:
    """Write the lines and raise the days' held minutes by them, in one statement: neither without the other."""
    given = queries.table_of(dict(lines))
    columns = {
        "hold_id": literal(made.id),
        "work_centre_id": literal(made.work_centre_id),
        "day": given.c.day,
        "minutes": given.c.minutes,
    }
    written = (
        insert(HoldLine)
        .from_select(list(columns), queries.rows_of(columns.values()))
        .returning(HoldLine.day, HoldLine.minutes)
        .cte("written")
    )
    _move_held(made, written.c.day, CapacityDay.held_min + written.c.minutes)


def _give_back(hold: Hold, *which: Any) -> None:
    """Mark lines that were not given back yet and lower the days' held minutes by them, in one statement."""
    back = (
        update(HoldLine)
        .where(HoldLine.hold_id == hold.id, HoldLine.given_back_at.is_(None), *which)
        .values(given_back_at=clock.now())
        .returning(HoldLine.day, HoldLine.minutes)
        .cte("back")
    )
    _move_held(hold, back.c.day, CapacityDay.held_min - back.c.minutes)


def _move_held(hold: Hold, day: Any, held_min: Any) -> None:
    session().execute(
        update(CapacityDay)
        .where(CapacityDay.work_centre_id == hold.work_centre_id, CapacityDay.day == day)
        .values(held_min=held_min)
        .execution_options(synchronize_session=False)
    )
