from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class HoldState(StrEnum):
    TENTATIVE = "tentative"
    """Taken at the order, until it is paid and the factory has accepted."""
    FIRM = "firm"
    USED = "used"
    RELEASED = "released"


class CapacityDay(Base):
    """What a work centre has open and held on one of its local days."""

    __tablename__ = "capacity_days"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    open_min: Mapped[int]
    held_min: Mapped[int] = mapped_column(default=0)

    @property
    def free_min(self) -> int:
        return self.open_min - self.held_min

    __table_args__ = (CheckConstraint("held_min >= 0 and held_min <= open_min", name="never_oversold"),)


class CapacityRise(Base):
    """In which transaction a work centre last got more free minutes on some day, of those that an outlook reaches.

    Written by triggers of the database, whoever makes the change; see `outlook`. Minutes that are taken write nothing.
    """

    __tablename__ = "capacity_rises"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"), primary_key=True)
    changed_in: Mapped[int] = mapped_column(index=True)
    """The transaction's 64-bit id (`xid8`)."""


class Hold(Identified, Stateful, Base):
    """Minutes reserved for one job."""

    __tablename__ = "holds"
    lifecycle: ClassVar = Lifecycle(
        HoldState.TENTATIVE,
        {
            HoldState.TENTATIVE: frozenset({HoldState.FIRM, HoldState.RELEASED}),
            HoldState.FIRM: frozenset({HoldState.USED, HoldState.RELEASED}),
        },
    )

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    state: Mapped[HoldState] = mapped_column(default=HoldState.TENTATIVE)
    minutes: Mapped[int]
    expires_at: Mapped[datetime]
    """When a tentative hold lapses unless its order is paid."""

    lines: Mapped[list["HoldLine"]] = relationship(lazy="raise", order_by="HoldLine.day")

    __table_args__ = (CheckConstraint("minutes > 0", name="minutes_some"),)


class HoldLine(Base):
    """The part of a hold that lies on one day. Given back once, by the instant written beside it."""

    __tablename__ = "hold_lines"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    work_centre_id: Mapped[UUID]
    minutes: Mapped[int]
    given_back_at: Mapped[datetime | None]

    __table_args__ = (
        ForeignKeyConstraint(["work_centre_id", "day"], ["capacity_days.work_centre_id", "capacity_days.day"]),
        CheckConstraint("minutes > 0", name="minutes_some"),
    )
