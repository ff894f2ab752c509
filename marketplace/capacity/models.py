from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
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


class PlanMove(StrEnum):
    """How the plan of a job was changed."""

    MOVED = "moved"
    SPLIT = "split"
    REPLANNED = "replanned"


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
    elsewhere: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    """Other work centres of the house on which minutes of it lie, locked with its own; None: there are none."""
    steps: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """The operations that it is for, in their order (scheduling.Step); None: one, of which no more is known."""
    state: Mapped[HoldState] = mapped_column(default=HoldState.TENTATIVE)
    minutes: Mapped[int]
    """Of all its lines."""
    expires_at: Mapped[datetime]
    """When a tentative hold lapses unless its order is paid."""

    lines: Mapped[list["HoldLine"]] = relationship(lazy="raise", order_by="HoldLine.day")

    __table_args__ = (CheckConstraint("minutes > 0", name="minutes_some"),)


class HoldLine(Base):
    """The part of a hold that lies on one day of one work centre. Given back once, by the instant written beside it."""

    __tablename__ = "hold_lines"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    work_centre_id: Mapped[UUID] = mapped_column(primary_key=True)
    operation: Mapped[int] = mapped_column(server_default="1")
    """The number of the operation that is done in these minutes."""
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


class JobPlanChange(Identified, Base):
    """The minutes of a job were laid otherwise: who did it, when, from where to where, and why. Append-only."""

    __tablename__ = "job_plan_changes"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), index=True)
    move: Mapped[PlanMove]
    operation: Mapped[int | None]
    """The number of the one that was changed; None: all of them."""
    before: Mapped[list[Any]]
    """Lines that are gone, as `plans.Planned`."""
    after: Mapped[list[Any]]
    reason: Mapped[str]
    promised_on: Mapped[date]
    """The ship date that the customer was promised."""
    was_on: Mapped[date]
    """The ship date by the plan as it was."""
    ships_on: Mapped[date]
    """The ship date by the plan as it is from here on."""
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))

    @property
    def late_days(self) -> int:
        """By how many days the promised ship date is missed; 0 if it is kept."""
        return max(0, (self.ships_on - self.promised_on).days)

    __table_args__ = (not_longer("reason", 1000),)
