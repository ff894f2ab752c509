"""When minutes are free: the days of calendars, and by which of them so many minutes are."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.capability.models import WorkCentre
from marketplace.capacity import scheduling
from marketplace.capacity.errors import NoRoom
from marketplace.capacity.models import (
    CapacityDay,
)
from marketplace.capacity.queries.tables import _table
from marketplace.capacity.scheduling import Calendar, OpenDay, Step
from marketplace.kernel import clock
from marketplace.kernel.database import session, straight

FREE: Final = CapacityDay.open_min - CapacityDay.held_min
FREE_SO_FAR: Final = func.sum(FREE).over(order_by=CapacityDay.day, rows=(None, 0))


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
