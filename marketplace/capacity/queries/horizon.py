"""How far ahead days are kept, and which of them rose."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
)

from marketplace.capability.models import Shift, WorkCentre
from marketplace.capacity.models import (
    CapacityDay,
    CapacityRise,
)
from marketplace.capacity.queries.dates import FREE
from marketplace.kernel import clock
from marketplace.kernel.database import session


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
