"""Taking minutes, keeping them, using them, and giving them back.

Every change locks the work centre first, then the hold, then days: so two changes of one work centre follow one
another, and no two wait for each other.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ColumnElement, Date, DateTime, Update, Uuid, bindparam, func, insert, update
from sqlalchemy.orm import make_transient_to_detached

from marketplace.capacity import queries, rules, scheduling
from marketplace.capacity.errors import CapacityTaken, MinutesImpossible, NoRoom
from marketplace.capacity.models import CapacityDay, Hold, HoldLine, HoldState
from marketplace.capacity.scheduling import Step
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight, table_of
from marketplace.kernel.ids import new_id


def hold(
    work_centre_id: UUID,
    minutes: int,
    *,
    by: date,
    expires_at: datetime,
    after: date | None = None,
    step: Step | None = None,
) -> Hold:
    """Take minutes of a work centre, the earliest first, from its local tomorrow up to and including the day `by`.

    `after` begins later than that: on the day after it. `step` says what they are for, as far as is known.

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
    made = begun([step or Step(work_centre_id, 0, minutes)], minutes, expires_at=expires_at)
    take(made, [(work_centre_id, day, taken, 1) for day, taken in lines])
    return made


def hold_chain(steps: Sequence[Step], *, by: date, expires_at: datetime, after: date | None = None) -> Hold:
    """Take the minutes of all operations at all their work centres, as early as can be, the last of them by a day.

    One hold, with lines on several work centres of a house; as many statements as for one. Raises CapacityTaken,
    WorkCentreGone.
    """
    transaction.inside()
    places = queries.locked_places({step.place for step in steps})
    known = queries.calendars([place.work_centre_id for place in places])
    today = known.today[steps[0].place]
    try:
        placed = scheduling.forward(steps, known.calendars, after=max(today, after or today))
    except NoRoom as refused:
        raise _chain_taken(by, None) from refused
    if placed[-1].ends > by:
        raise _chain_taken(by, placed[-1].ends)
    made = begun(steps, sum(each.minutes for each in placed), expires_at=expires_at)
    take(made, [(*line, number) for number, each in enumerate(placed, 1) for line in each.lines])
    return made


def begun(steps: Sequence[Step], minutes: int, *, expires_at: datetime) -> Hold:
    """A hold for these operations, tentative, not yet written."""
    first, *others = (step.place for step in steps)
    return Hold(
        id=new_id(),
        created_at=clock.now(),
        work_centre_id=first,
        elsewhere=sorted({*others} - {first}) or None,
        steps=[step.as_json() for step in steps],
        state=HoldState.TENTATIVE,
        minutes=minutes,
        expires_at=expires_at,
    )


def firm(hold: Hold, *, by: Actor) -> None:
    """The factory has taken the job: its minutes no longer lapse. Raises IllegalMove."""
    lock(hold)
    hold.move(HoldState.FIRM, by=by)


def prolong(hold_ids: Collection[UUID], *, until: datetime) -> None:
    """Tentative minutes are kept until another instant than was said: the time to pay for them has changed."""
    transaction.inside()
    tentative = update(Hold).where(Hold.id.in_(hold_ids), Hold.state == HoldState.TENTATIVE)
    session().execute(tentative.values(expires_at=until))


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


def lock_chains(holds: Sequence[Hold]) -> None:
    """Where several holds change and one has minutes elsewhere, lock all their work centres first, by their ids."""
    if len(holds) > 1 and any(hold.elsewhere for hold in holds):
        queries.locked_places({place for hold in holds for place in (hold.work_centre_id, *(hold.elsewhere or ()))})


def lock(hold: Hold) -> None:
    """Lock whatever a hold takes minutes of, then the hold itself.

    Its work centres change under the lock of its order alone, which whoever comes here has.
    """
    transaction.inside()
    if hold.elsewhere:
        queries.locked_places([hold.work_centre_id, *hold.elsewhere])
    else:
        queries.locked_place(hold.work_centre_id)
    queries.lock_hold(hold)


def _taken(work_centre_id: UUID, minutes: int, by: date) -> CapacityTaken:
    next_free = queries.finish_date(work_centre_id, minutes)
    way_out = f"it has by {next_free}; ask for a new quote" if next_free else "ask another factory, or split the order"
    return CapacityTaken(
        f"This work centre no longer has {minutes} minutes free up to {by}: {way_out}.",
        next_free=next_free,
    )


def _chain_taken(by: date, next_free: date | None) -> CapacityTaken:
    way_out = f"they are by {next_free}; ask for a new quote" if next_free else "ask another factory"
    return CapacityTaken(
        f"The work centres of this chain no longer have their minutes free up to {by}: {way_out}.", next_free=next_free
    )


Lines = Sequence[tuple[UUID, date, int, int]]
"""Work centre, day, minutes, number of the operation."""


def take(made: Hold, lines: Lines) -> None:
    """Write the hold and its lines and raise the days' held minutes by them, in one statement: all of it or nothing."""
    row = {f"hold_{each.key}": getattr(made, each.key) for each in HOLDS.columns}
    straight(TAKING, {"hold": made.id, **given(lines), **row})
    make_transient_to_detached(made)  # the row is there: from here on the session knows it as loaded
    session().add(made)


def _give_back(hold: Hold, *, after: date) -> None:
    """Mark the lines after a day as given back, if they are not yet, and lower the days' held minutes by them."""
    straight(GIVING_BACK, {"hold": hold.id, "after": after, "at": clock.now()})


def given(lines: Lines) -> dict[str, list[Any]]:
    """Lines as the parameters of a statement that takes them."""
    return {f"given_{name}": list(values) for name, values in zip(queries.LINES, zip(*lines, strict=True), strict=True)}


HOLDS: Final = table_of(Hold)
DAY: Final = (HoldLine.work_centre_id, HoldLine.day)
OF_HOLD: Final = bindparam("hold", type_=Uuid)


def _taking() -> Update:
    made = insert(HOLDS).values({each: bindparam(f"hold_{each.key}", type_=each.type) for each in HOLDS.columns})
    lines_given = queries.table_to_be_given()
    columns = {"hold_id": OF_HOLD, **{name: lines_given.c[name] for name in queries.LINES}}
    written = insert(HoldLine).from_select(list(columns), queries.rows_of(columns.values()))
    lines = written.returning(*DAY, HoldLine.minutes).cte("written")
    return _moving(lines, held_min=CapacityDay.held_min + lines.c.minutes).add_cte(made.cte("made"))


def _giving_back() -> Update:
    back = update(HoldLine).values(given_back_at=bindparam("at", type_=DateTime(timezone=True)))
    back = back.where(
        HoldLine.hold_id == OF_HOLD, HoldLine.given_back_at.is_(None), HoldLine.day > bindparam("after", type_=Date)
    )
    lines = back.returning(*DAY, HoldLine.minutes).cte("back")
    left = CapacityDay.held_min - lines.c.minutes
    return _moving(lines, held_min=left, open_min=func.greatest(CapacityDay.calendar_min, left))


def _moving(lines: CTE, **columns: ColumnElement[int]) -> Update:
    """Have the days of some lines, each day occurring once, have other minutes."""
    days = update(CapacityDay).values(**columns)
    return days.where(CapacityDay.work_centre_id == lines.c.work_centre_id, CapacityDay.day == lines.c.day)


TAKING: Final = _taking()
GIVING_BACK: Final = _giving_back()
"""Built once: building them costs more than sending them."""
