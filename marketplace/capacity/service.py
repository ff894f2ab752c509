"""Taking minutes, keeping them, using them, and giving them back.

Every change locks the work centre first, then the hold, then days: so two changes of one work centre follow one
another, and no two wait for each other.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, DateTime, Update, Uuid, bindparam, func, insert, update
from sqlalchemy.orm import make_transient_to_detached

from marketplace.capacity import queries, rules
from marketplace.capacity.errors import CapacityTaken, MinutesImpossible
from marketplace.capacity.models import CapacityDay, Hold, HoldLine, HoldState
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight, table_of
from marketplace.kernel.ids import new_id


def hold(work_centre_id: UUID, minutes: int, *, by: date, expires_at: datetime, after: date | None = None) -> Hold:
    """Take minutes of a work centre, the earliest first, from its local tomorrow up to and including the day `by`.

    `after` begins later than that: on the day after it.

    The hold is tentative and lapses at `expires_at` unless it is made firm. Three statements, however many days.
    Raises CapacityTaken, MinutesImpossible, WorkCentreGone.
    """
    transaction.inside()
    if type(minutes) is not int or minutes < 1:
        raise MinutesImpossible("A hold has at least one whole minute.", minutes=minutes)
    place = queries.locked_place(work_centre_id)
    today = rules.local_day(clock.now(), ZoneInfo(place.time_zone))
    begins = max(today, after or today)
    lines = rules.plan(queries.locked_free(work_centre_id, minutes, after=begins, by=by), minutes, by)
    if sum(taken for _, taken in lines) < minutes:
        raise _taken(work_centre_id, minutes, by)
    made = Hold(
        id=new_id(),
        created_at=clock.now(),
        work_centre_id=work_centre_id,
        state=HoldState.TENTATIVE,
        minutes=minutes,
        expires_at=expires_at,
    )
    _take(made, lines)
    return made


def firm(hold: Hold, *, by: Actor) -> None:
    """The factory has taken the job: its minutes no longer lapse. Raises IllegalMove."""
    lock(hold)
    hold.move(HoldState.FIRM, by=by)


def release(hold: Hold, *, by: Actor) -> None:
    """The job is off: every minute goes back to the day it was taken from, once. Raises IllegalMove."""
    lock(hold)
    hold.move(HoldState.RELEASED, by=by)
    _give_back(hold, after=date.min)


def finish(hold: Hold, *, on: date, by: Actor) -> None:
    """The job was finished on a local day: minutes held on later days go back. Raises IllegalMove."""
    lock(hold)
    hold.move(HoldState.USED, by=by)
    _give_back(hold, after=on)


def lock(hold: Hold) -> None:
    """Lock a hold's work centre, then the hold, and read its state as it is now."""
    transaction.inside()
    queries.locked_place(hold.work_centre_id)
    queries.lock_hold(hold)


def _taken(work_centre_id: UUID, minutes: int, by: date) -> CapacityTaken:
    next_free = queries.finish_date(work_centre_id, minutes)
    way_out = f"it has by {next_free}; ask for a new quote" if next_free else "ask another factory, or split the order"
    return CapacityTaken(
        f"This work centre no longer has {minutes} minutes free up to {by}: {way_out}.",
        next_free=next_free,
    )


def _take(made: Hold, lines: Sequence[tuple[date, int]]) -> None:
    """Write the hold and its lines and raise the days' held minutes by them, in one statement: all of it or nothing."""
    days, minutes = zip(*lines, strict=True)
    row = {f"hold_{each.key}": getattr(made, each.key) for each in HOLDS.columns}
    _move_minutes(TAKING, made, given_days=list(days), given_minutes=list(minutes), **row)
    make_transient_to_detached(made)  # the row is there: from here on the session knows it as loaded
    session().add(made)


def _give_back(hold: Hold, *, after: date) -> None:
    """Mark the lines after a day as given back, if they are not yet, and lower the days' held minutes by them."""
    _move_minutes(GIVING_BACK, hold, after=after, at=clock.now())


def _move_minutes(statement: Update, hold: Hold, **parameters: Any) -> None:
    straight(statement, {"hold": hold.id, "centre": hold.work_centre_id, **parameters})


HOLDS: Final = table_of(Hold)
OF_HOLD: Final = bindparam("hold", type_=Uuid)
OF_CENTRE: Final = bindparam("centre", type_=Uuid)


def _taking() -> Update:
    made = insert(HOLDS).values({each: bindparam(f"hold_{each.key}", type_=each.type) for each in HOLDS.columns})
    given = queries.table_to_be_given()
    columns = {"hold_id": OF_HOLD, "work_centre_id": OF_CENTRE, "day": given.c.day, "minutes": given.c.minutes}
    written = insert(HoldLine).from_select(list(columns), queries.rows_of(columns.values()))
    lines = written.returning(HoldLine.day, HoldLine.minutes).cte("written")
    return _moving(lines.c.day, held_min=CapacityDay.held_min + lines.c.minutes).add_cte(made.cte("made"))


def _giving_back() -> Update:
    back = update(HoldLine).values(given_back_at=bindparam("at", type_=DateTime(timezone=True)))
    back = back.where(
        HoldLine.hold_id == OF_HOLD, HoldLine.given_back_at.is_(None), HoldLine.day > bindparam("after", type_=Date)
    )
    lines = back.returning(HoldLine.day, HoldLine.minutes).cte("back")
    left = CapacityDay.held_min - lines.c.minutes
    return _moving(lines.c.day, held_min=left, open_min=func.greatest(CapacityDay.calendar_min, left))


def _moving(day: ColumnElement[date], **columns: ColumnElement[int]) -> Update:
    days = update(CapacityDay).values(**columns)
    return days.where(CapacityDay.work_centre_id == OF_CENTRE, CapacityDay.day == day)


TAKING: Final = _taking()
GIVING_BACK: Final = _giving_back()
"""Built once: building them costs more than sending them."""
