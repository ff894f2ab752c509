"""How many minutes are open, held and free, on which days; and the locks under which they change."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Row,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import selectinload
from sqlalchemy.types import TypeEngine

from marketplace.capability.models import Shift, WorkCentre
from marketplace.capacity import rules, scheduling
from marketplace.capacity.errors import NoRoom, WorkCentreGone
from marketplace.capacity.models import (
    CapacityDay,
    CapacityRise,
    Hold,
    HoldLine,
    HoldState,
    JobPlanChange,
    PlanChange,
)
from marketplace.capacity.scheduling import Calendar, OpenDay, Step
from marketplace.kernel import clock
from marketplace.kernel.database import session, straight
from marketplace.kernel.paging import Page, PageRequest, newest_first

FREE: Final = CapacityDay.open_min - CapacityDay.held_min
FREE_SO_FAR: Final = func.sum(FREE).over(order_by=CapacityDay.day, rows=(None, 0))


def _earliest_free() -> Select[date, int]:
    of_centre = CapacityDay.work_centre_id == bindparam("centre", type_=Uuid)
    within = CapacityDay.day > bindparam("after", type_=Date), CapacityDay.day <= bindparam("by", type_=Date)
    summed = (
        select(CapacityDay.day, (FREE_SO_FAR - FREE).label("before")).where(of_centre, *within, FREE > 0).subquery()
    )
    enough = select(summed.c.day).where(summed.c.before < bindparam("wanted", type_=BigInteger))
    days = select(CapacityDay.day, FREE).where(of_centre, CapacityDay.day.in_(enough))
    return days.order_by(CapacityDay.day).with_for_update()


EARLIEST_FREE: Final = _earliest_free()
PLACE_LOCKED: Final = (
    select(WorkCentre.id, WorkCentre.time_zone)
    .where(WorkCentre.id == bindparam("centre", type_=Uuid))
    .with_for_update(key_share=True)
)
PLACES_LOCKED: Final = (
    select(WorkCentre.id, WorkCentre.time_zone)
    .where(WorkCentre.id == func.any(bindparam("centres", type_=ARRAY(Uuid))))
    .order_by(WorkCentre.id)
    .with_for_update(key_share=True)
)
"""Built once: building them costs more than sending them."""


def _table(rows: Any, columns: Mapping[str, type[TypeEngine[Any]]], name: str = "given") -> TableValuedAlias:
    table: TableValuedAlias = rows.table_valued(*(column(each, kind) for each, kind in columns.items()), name=name)
    return table.render_derived()


def _finishing(days: int | None) -> Select[Any]:
    """Of the first so many days of each calendar: the limit has PostgreSQL read them by their key, in order."""
    asked = _table(
        func.unnest(
            bindparam("centres", type_=ARRAY(Uuid)),
            bindparam("minutes", type_=ARRAY(BigInteger)),
            bindparam("waits", type_=ARRAY(BigInteger)),
        ),
        {"id": Uuid, "minutes": BigInteger, "wait": BigInteger},
        name="asked",
    )
    today = cast(func.timezone(WorkCentre.time_zone, bindparam("now", type_=DateTime(timezone=True))), Date)
    after = (today + cast(asked.c.wait, Integer)).label("after")
    ahead = (
        select(CapacityDay.day, FREE.label("free"))
        .where(CapacityDay.work_centre_id == WorkCentre.id, CapacityDay.day > after)
        .order_by(CapacityDay.day)
        .limit(days)
        .correlate(WorkCentre, asked)
        .subquery("ahead")
    )
    free_so_far = func.sum(ahead.c.free).over(order_by=ahead.c.day, rows=(None, 0))
    summed = select(ahead.c.day, free_so_far.label("free")).subquery("summed")
    enough = select(summed.c.day).where(summed.c.free >= asked.c.minutes).correlate(asked)
    first = enough.order_by(summed.c.day).limit(1).lateral("first")
    dated = select(*asked.c, after, first.c.day).join_from(asked, WorkCentre, WorkCentre.id == asked.c.id)
    return dated.join(first, literal(True))


GATHERED: Final = ("days", "open", "free")


def _calendars(days: int | None) -> Select[Any]:
    """The next so many days of some work centres, from their local tomorrow on: one row for each work centre."""
    today = cast(func.timezone(WorkCentre.time_zone, bindparam("now", type_=DateTime(timezone=True))), Date)
    ahead = (
        select(CapacityDay.day, CapacityDay.open_min, FREE.label("free"))
        .where(CapacityDay.work_centre_id == WorkCentre.id, CapacityDay.day > today)
        .order_by(CapacityDay.day)
        .limit(days)
        .correlate(WorkCentre)
        .subquery("ahead")
    )
    columns = [aggregate_order_by(each, ahead.c.day) for each in (ahead.c.day, ahead.c.open_min, ahead.c.free)]
    gathered = select(*(func.array_agg(each).label(name) for each, name in zip(columns, GATHERED, strict=True)))
    found = gathered.lateral("found")
    query = select(WorkCentre.id, WorkCentre.machines, today.label("today"), *(found.c[name] for name in GATHERED))
    of_centres = WorkCentre.id == func.any(bindparam("centres", type_=ARRAY(Uuid)))
    return query.join(found, literal(True)).where(of_centres)


CALENDARS_SOON: Final = _calendars(56)
CALENDARS: Final = _calendars(None)
SOON: Final = _finishing(28)
"""Four weeks, in which most jobs find their minutes."""
EVER: Final = _finishing(None)


def _free_days() -> Select[Any]:
    asked = _table(
        func.unnest(
            bindparam("centres", type_=ARRAY(Uuid)),
            bindparam("firsts", type_=ARRAY(Date)),
            bindparam("lasts", type_=ARRAY(Date)),
        ),
        {"id": Uuid, "first": Date, "last": Date},
        name="asked",
    )
    today = cast(func.timezone(WorkCentre.time_zone, bindparam("now", type_=DateTime(timezone=True))), Date)
    days = select(*asked.c, CapacityDay.day, FREE).join_from(asked, WorkCentre, WorkCentre.id == asked.c.id)
    within = CapacityDay.day.between(asked.c.first, asked.c.last)
    days = days.join(CapacityDay, and_(CapacityDay.work_centre_id == WorkCentre.id, within))
    return days.where(CapacityDay.day > today, FREE > 0).order_by(CapacityDay.day)


FREE_DAYS: Final = _free_days()


class Place(NamedTuple):
    """What a hold must know of its work centre."""

    work_centre_id: UUID
    time_zone: str


def _snapshot(end: Callable[..., ColumnElement[Any]]) -> ColumnElement[int]:
    """An end of the transactions that this statement sees, as a number."""
    return cast(cast(end(func.pg_current_snapshot()), Text), BigInteger)


def _risen() -> Select[Any]:
    """Each work centre's days and the minutes free on them as one text: a hundred thousand arrays are slow to read."""
    first, since = bindparam("first", type_=Date), bindparam("since", type_=BigInteger)
    pair = func.concat(CapacityDay.day - first, ",", FREE)
    ahead = select(func.string_agg(pair, ",")).where(
        CapacityDay.work_centre_id == CapacityRise.work_centre_id,
        CapacityDay.day >= first,
        CapacityDay.day <= bindparam("last", type_=Date),
        FREE > 0,
    )
    columns = WorkCentre.id, WorkCentre.time_zone, ahead.scalar_subquery().label("days")
    query = select(*columns, _snapshot(func.pg_snapshot_xmin).label("mark"))
    return query.join(CapacityRise, CapacityRise.work_centre_id == WorkCentre.id).where(
        WorkCentre.process == bindparam("process", type_=Text),
        CapacityRise.changed_in >= since,
        or_(since == 0, CapacityRise.changed_in < _snapshot(func.pg_snapshot_xmax)),
    )


RISEN: Final = _risen()


def risen(process: str, *, since: int, first: date, last: date) -> tuple[Sequence[Row[Any]], int]:
    """The free minutes, day by day, of a process's work centres that got more since this mark; and the next mark.

    The marks are those of `listings.queries.changes`: from 0 on everything.
    """
    found = session().execute(RISEN, {"process": process, "since": since, "first": first, "last": last}).all()
    return found, found[0].mark if found else since


def local_days(time_zones: Sequence[str], *, now: datetime) -> list[date]:
    """What day it is in each of these zones, as the database reckons it."""
    zones = _table(func.unnest(literal(list(time_zones), ARRAY(Text))), {"zone": Text}, name="zones")
    today = cast(func.timezone(zones.c.zone, literal(now, DateTime(timezone=True))), Date)
    found = {row.zone: row.today for row in session().execute(select(zones.c.zone, today.label("today")))}
    return [found[each] for each in time_zones]


def days(work_centre_id: UUID, first: date, last: date) -> Sequence[CapacityDay]:
    """The work centre's days in a span, both ends included, in order."""
    query = (
        select(CapacityDay)
        .where(CapacityDay.work_centre_id == work_centre_id, CapacityDay.day.between(first, last))
        .order_by(CapacityDay.day)
    )
    return session().scalars(query).all()


class Asked(NamedTuple):
    """How many minutes a work centre is asked for, and how many days from its today on pass before."""

    work_centre_id: UUID
    minutes: int
    wait_days: int = 0
    chain: tuple[Step, ...] = ()
    """All operations, its own first, where others follow elsewhere in the house."""


class Slot(NamedTuple):
    """The local day after which work begins, and the day by which all minutes of it are free."""

    after: date
    finish: date


def slots(asked: Collection[Asked], *, now: datetime | None = None) -> dict[Asked, Slot]:
    """For each that is asked, between which local days the minutes are free, counted from tomorrow there or later.

    Whoever has not so many minutes on all the days kept is left out. At most two statements: the next weeks of every
    calendar suffice for most, and only the rest is read to its end. As many again if there are chains of operations.
    """
    found = chained([each for each in asked if each.chain], now=now)
    single = [each for each in dict.fromkeys(asked) if not each.chain]
    for statement in (SOON, EVER):
        left = [each for each in single if each not in found]
        if left:
            centres, minutes, waits, _ = map(list, zip(*left, strict=True))
            given = {"centres": centres, "minutes": minutes, "waits": waits, "now": now or clock.now()}
            rows = straight(statement, given)
            found |= {Asked(row.id, row.minutes, row.wait): Slot(row.after, row.day) for row in rows}
    return found


def chained(asked: Collection[Asked], *, now: datetime | None = None) -> dict[Asked, Slot]:
    """The same for chains of operations over several work centres of a house."""
    found: dict[Asked, Slot] = {}
    for soon in (True, False):
        left = [each for each in asked if each not in found]
        if not left:
            break
        known = calendars({step.place for each in left for step in each.chain}, soon=soon, now=now)
        for each in left:
            after = known.today[each.work_centre_id] + timedelta(days=each.wait_days)
            try:
                placed = scheduling.forward(each.chain, known.calendars, after=after)
            except NoRoom:
                continue
            found[each] = Slot(after, placed[-1].ends)
    return found


class Known(NamedTuple):
    """Calendars of work centres from their local tomorrow on."""

    today: Mapping[UUID, date]
    calendars: Mapping[UUID, Calendar]


def calendars(work_centre_ids: Collection[UUID], *, soon: bool = False, now: datetime | None = None) -> Known:
    """The days of some work centres from their local today on, all that are kept or (soon) those of the next weeks.

    Read without locks: whoever changes a day has locked its work centre before.
    """
    given = {"centres": sorted(work_centre_ids), "now": now or clock.now()}
    rows = straight(CALENDARS_SOON if soon else CALENDARS, given).all()
    days_of = {row.id: [*map(OpenDay, row.days or (), row.open or (), row.free or ())] for row in rows}
    return Known({row.id: row.today for row in rows}, {row.id: Calendar(row.machines, days_of[row.id]) for row in rows})


class Span(NamedTuple):
    """Some local days of a work centre, both ends included."""

    work_centre_id: UUID
    first: date
    last: date


class FreeDay(NamedTuple):
    """How many minutes are free on a day."""

    day: date
    minutes: int


def free_days(spans: Collection[Span]) -> dict[Span, list[FreeDay]]:
    """The days of each span that have free minutes, in order, from the work centre's tomorrow on; in one statement.

    Spans without any are left out.
    """
    found: dict[Span, list[FreeDay]] = {}
    if spans:
        centres, firsts, lasts = map(list, zip(*dict.fromkeys(spans), strict=True))
        given = {"centres": centres, "firsts": firsts, "lasts": lasts, "now": clock.now()}
        for *span, day, free in session().execute(FREE_DAYS, given):
            found.setdefault(Span(*span), []).append(FreeDay(day, free))
    return found


def finish_date(work_centre_id: UUID, minutes: int) -> date | None:
    """The first local day by which so many minutes of a work centre are free, counted from tomorrow there."""
    asked = Asked(work_centre_id, minutes)
    slot = slots([asked]).get(asked)
    return None if slot is None else slot.finish


def locked_place(work_centre_id: UUID) -> Place:
    """Lock a work centre's capacity until the transaction ends, whoever comes; the first lock of every change to it.

    Not the strongest lock: rows that merely refer to the work centre may still be written. Raises WorkCentreGone.
    """
    row = straight(PLACE_LOCKED, {"centre": work_centre_id}).one_or_none()
    if row is None:
        raise WorkCentreGone("There is no such work centre any more.")
    return Place._make(row)


def locked_places(work_centre_ids: Collection[UUID]) -> Sequence[Place]:
    """The same for several, in the order of their ids: whoever needs more than one locks them all at once."""
    rows = straight(PLACES_LOCKED, {"centres": sorted(set(work_centre_ids))}).all()
    if len(rows) < len(set(work_centre_ids)):
        raise WorkCentreGone("There is no such work centre any more.")
    return [Place._make(row) for row in rows]


def locked_centres(work_centre_ids: Collection[UUID]) -> Sequence[WorkCentre]:
    """Work centres with their shifts, as they are now, locked in the order of their ids."""
    query = (
        select(WorkCentre)
        .where(WorkCentre.id.in_(work_centre_ids))
        .order_by(WorkCentre.id)
        .options(selectinload(WorkCentre.shifts))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).all()


def locked_free(work_centre_id: UUID, minutes: int, *, after: date, by: date) -> list[tuple[date, int]]:
    """The earliest free days that suffice for the minutes, or all there are; locked in order, after the work centre."""
    asked = {"centre": work_centre_id, "wanted": minutes, "after": after, "by": by}
    return [(day, free) for day, free in straight(EARLIEST_FREE, asked)]


def lock_hold(hold: Hold) -> None:
    """Lock a hold, after its work centre, and read it as it is now."""
    session().refresh(hold, attribute_names=["state"], with_for_update=True)


def laid_lines(hold_id: UUID) -> Sequence[HoldLine]:
    """The lines of a hold that were not given back, in the order of its operations, as they are now."""
    query = (
        select(HoldLine)
        .where(HoldLine.hold_id == hold_id, HoldLine.given_back_at.is_(None))
        .order_by(HoldLine.operation, HoldLine.day, HoldLine.work_centre_id)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).all()


def laid_lines_of(hold_ids: Collection[UUID]) -> Mapping[UUID, list[HoldLine]]:
    """The same of many holds."""
    query = (
        select(HoldLine)
        .where(HoldLine.hold_id.in_(hold_ids), HoldLine.given_back_at.is_(None))
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[HoldLine]] = {hold_id: [] for hold_id in hold_ids}
    for line in session().scalars(query):
        found[line.hold_id].append(line)
    return found


def page_of_job_plan_changes(hold_id: UUID, request: PageRequest) -> Page[JobPlanChange]:
    """How the plan of a job was changed, the last change first."""
    return newest_first(select(JobPlanChange).where(JobPlanChange.hold_id == hold_id), JobPlanChange.id, request)


def last_day(work_centre_id: UUID) -> date | None:
    """The last day that is kept."""
    return session().scalar(select(func.max(CapacityDay.day)).where(CapacityDay.work_centre_id == work_centre_id))


def last_days(work_centre_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """The last day that is kept of each work centre; those that keep none are left out."""
    query = (
        select(CapacityDay.work_centre_id, func.max(CapacityDay.day).label("last"))
        .where(CapacityDay.work_centre_id.in_(work_centre_ids))
        .group_by(CapacityDay.work_centre_id)
    )
    return {row.work_centre_id: row.last for row in session().execute(query)}


def short_days(work_centre_id: UUID, first: date) -> Mapping[date, int]:
    """Days from one on that hold more minutes than their calendar has, and how many more; in order."""
    missing = CapacityDay.held_min - CapacityDay.calendar_min
    query = (
        select(CapacityDay.day, missing.label("missing"))
        .where(CapacityDay.work_centre_id == work_centre_id, CapacityDay.day >= first, missing > 0)
        .order_by(CapacityDay.day)
    )
    return {row.day: row.missing for row in session().execute(query)}


def movable_lines(work_centre_id: UUID, days_of: Collection[date]) -> Sequence[rules.Line]:
    """What holds that are not used up have on some days, the hold that was taken last first."""
    query = (
        select(HoldLine.hold_id, HoldLine.day, HoldLine.minutes)
        .join(Hold, Hold.id == HoldLine.hold_id)
        .where(
            HoldLine.work_centre_id == work_centre_id,
            HoldLine.day.in_(days_of),
            HoldLine.given_back_at.is_(None),
            Hold.state.in_((HoldState.TENTATIVE, HoldState.FIRM)),
        )
        .order_by(HoldLine.day, Hold.created_at.desc(), Hold.id.desc())
    )
    return [rules.Line(*row) for row in session().execute(query)]


def lines_at(hold_id: UUID, work_centre_id: UUID) -> Sequence[HoldLine]:
    """What a hold has at one work centre, by day, as it lies now."""
    query = (
        select(HoldLine)
        .where(HoldLine.hold_id == hold_id, HoldLine.work_centre_id == work_centre_id)
        .order_by(HoldLine.day)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).all()


def days_of_operations(hold_id: UUID) -> Sequence[tuple[date, date]]:
    """The first and the last day of each operation of a hold, in their order."""
    query = (
        select(func.min(HoldLine.day), func.max(HoldLine.day))
        .where(HoldLine.hold_id == hold_id)
        .group_by(HoldLine.operation)
        .order_by(HoldLine.operation)
    )
    return [(first, last) for first, last in session().execute(query)]


def holds(hold_ids: Collection[UUID]) -> Mapping[UUID, Hold]:
    """Holds by their ids."""
    return {row.id: row for row in session().scalars(select(Hold).where(Hold.id.in_(hold_ids)))}


def locked_days(work_centre_id: UUID, days_of: Collection[date]) -> Mapping[date, int]:
    """Free minutes of some days, locked in order, after the work centre; days that are not kept are left out."""
    query = (
        select(CapacityDay.day, FREE.label("free"))
        .where(CapacityDay.work_centre_id == work_centre_id, CapacityDay.day.in_(days_of))
        .order_by(CapacityDay.day)
        .with_for_update()
    )
    return {row.day: row.free for row in session().execute(query)}


def held_on(work_centre_id: UUID, first: date, last: date) -> Sequence[rules.Line]:
    """What holds have on the days from one to another, by day; what was given back is left out."""
    query = (
        select(HoldLine.hold_id, HoldLine.day, HoldLine.minutes)
        .where(
            HoldLine.work_centre_id == work_centre_id,
            HoldLine.day.between(first, last),
            HoldLine.given_back_at.is_(None),
        )
        .order_by(HoldLine.day, HoldLine.hold_id)
    )
    return [rules.Line(*row) for row in session().execute(query)]


def page_of_plan_changes(work_centre_id: UUID, request: PageRequest) -> Page[PlanChange]:
    """What was moved at a work centre, newest first."""
    query = select(PlanChange).where(PlanChange.work_centre_id == work_centre_id)
    return newest_first(query, PlanChange.id, request)


def falling_short(horizon_days: int, *, after: UUID, limit: int) -> Sequence[UUID]:
    """Work centres with a calendar whose kept days end before the horizon, by id from one on."""
    today = cast(func.timezone(WorkCentre.time_zone, literal(clock.now())), Date)
    last = select(func.max(CapacityDay.day)).where(CapacityDay.work_centre_id == WorkCentre.id).scalar_subquery()
    query = (
        select(WorkCentre.id)
        .where(
            WorkCentre.id > after,
            select(Shift.weekday).where(Shift.work_centre_id == WorkCentre.id).exists(),
            func.coalesce(last < today + horizon_days, True),
        )
        .order_by(WorkCentre.id)
        .limit(limit)
    )
    return session().scalars(query).all()


def table_of(minutes_by_day: Mapping[date, int]) -> TableValuedAlias:
    """Days and minutes of ours as a table, in one parameter each."""
    return _given(day=(Date, list(minutes_by_day)), minutes=(BigInteger, list(minutes_by_day.values())))


LINES: Final[Mapping[str, type[TypeEngine[Any]]]] = {
    "work_centre_id": Uuid,
    "day": Date,
    "minutes": BigInteger,
    "operation": BigInteger,
}


def table_to_be_given() -> TableValuedAlias:
    """Lines of a hold as a table, its columns to be named `given_…` when the statement runs."""
    columns = [bindparam(f"given_{name}", type_=ARRAY(kind)) for name, kind in LINES.items()]
    return _table(func.unnest(*columns), LINES)


def table_of_days(rows: Sequence[tuple[UUID, date, int]]) -> TableValuedAlias:
    """Work centres, days and minutes of ours as a table."""
    ids, days_of, minutes = zip(*rows, strict=True)
    return _given(work_centre_id=(Uuid, list(ids)), day=(Date, list(days_of)), minutes=(BigInteger, list(minutes)))


def rows_of(columns: Iterable[Any]) -> Select[Any]:
    """What an INSERT takes its rows from."""
    return select(*columns)


def _given(**columns: tuple[type[TypeEngine[Any]], list[Any]]) -> TableValuedAlias:
    arrays = [literal(values, ARRAY(kind)) for kind, values in columns.values()]
    return _table(func.unnest(*arrays), {name: kind for name, (kind, _) in columns.items()})
