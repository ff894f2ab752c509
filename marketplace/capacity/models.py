from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class HoldState(StrEnum):
    TENTATIVE = "tentative"
    """Taken at the order, until it is paid and the factory has accepted."""
    FIRM = "firm"
    USED = "used"
    RELEASED = "released"


def _as_open(context: DefaultExecutionContext) -> int:
    """A day that nobody has changed is open as its calendar says."""
    opened: int = context.get_current_parameters()["open_min"]  # type: ignore[no-untyped-call]
    return opened


class CapacityDay(Base):
    """What a work centre has open and held on one of its local days.

    Always `open_min = greatest(calendar_min, held_min)`: what jobs hold beyond the calendar stays open for them alone.
    """

    __tablename__ = "capacity_days"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    open_min: Mapped[int]
    held_min: Mapped[int] = mapped_column(default=0)
    calendar_min: Mapped[int] = mapped_column(default=_as_open)
    """What the calendar says now. Where more is held minutes are missing: a conflict, for the factory to resolve."""

    @property
    def free_min(self) -> int:
        return self.open_min - self.held_min

    __table_args__ = (
        CheckConstraint("held_min >= 0 and held_min <= open_min", name="never_oversold"),
        CheckConstraint("calendar_min >= 0", name="calendar_not_negative"),
    )


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


class PlanChange(Identified, Base):
    """So many minutes of a hold went from one day to another. Append-only: the history of a plan."""

    __tablename__ = "plan_changes"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    from_day: Mapped[date]
    to_day: Mapped[date]
    minutes: Mapped[int]
    reason: Mapped[str]
    user_id: Mapped[UUID | None]
    organisation_id: Mapped[UUID | None]

    __table_args__ = (
        Index(None, "work_centre_id", "id"),
        Index(None, "hold_id"),
        CheckConstraint("minutes > 0 and from_day <> to_day", name="something_moved"),
        not_longer("reason", 300),
    )
