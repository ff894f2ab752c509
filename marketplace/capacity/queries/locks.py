"""The locks under which minutes change: the work centre first, then its days."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Date,
    Select,
    Uuid,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import selectinload

from marketplace.capability.models import WorkCentre
from marketplace.capacity.errors import WorkCentreGone
from marketplace.capacity.models import (
    CapacityDay,
    Hold,
)
from marketplace.capacity.queries.dates import FREE, FREE_SO_FAR
from marketplace.kernel.database import session, straight


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


class Place(NamedTuple):
    """What a hold must know of its work centre."""

    work_centre_id: UUID
    time_zone: str


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


def locked_days(work_centre_id: UUID, days_of: Collection[date]) -> Mapping[date, int]:
    """Free minutes of some days, locked in order, after the work centre; days that are not kept are left out."""
    query = (
        select(CapacityDay.day, FREE.label("free"))
        .where(CapacityDay.work_centre_id == work_centre_id, CapacityDay.day.in_(days_of))
        .order_by(CapacityDay.day)
        .with_for_update()
    )
    return {row.day: row.free for row in session().execute(query)}
