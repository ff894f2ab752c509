"""What keeps money from going on to its sellers, and for how long it waits."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer


class FreezeWhy(StrEnum):
    """What stands against money going on to its sellers."""

    DISPUTE = "dispute"
    """The customer's bank has taken money of the order back, or asks about it."""
    RECONCILIATION = "reconciliation"
    """Our books and the provider's differ."""
    DESTINATION_CHANGED = "destination_changed"
    """A seller's money shall go elsewhere: what it holds is only what is sent."""
    STAFF = "staff"


class ReleaseState(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    DROPPED = "dropped"
    """All the money of the job went back to the customer meanwhile."""


class Freeze(Identified, Base):
    """Money of one order, of one organisation, or of everybody stays where it is until this is lifted."""

    __tablename__ = "freezes"

    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """Of neither: everything."""
    why: Mapped[FreezeWhy]
    cause: Mapped[str]
    """The thing behind it: a dispute, a report, a change of destination; one cause freezes once."""
    ends_at: Mapped[datetime | None]
    """When it is lifted by itself."""
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, organisation_id) <= 1", name="one_scope"),
        Index(
            "ix_freezes_open",
            "order_id",
            "organisation_id",
            "why",
            "cause",
            unique=True,
            postgresql_where="lifted_at is null",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "ends_at", postgresql_where="lifted_at is null and ends_at is not null"),
        not_longer("cause", 200),
    )


class Release(Base):
    """The money of a job whose goods are accepted and that is not owed to its sellers yet, with the day it will be."""

    __tablename__ = "releases"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[ReleaseState] = mapped_column(default=ReleaseState.WAITING)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (ended_at is null)", name="ended_is_dated"),
        Index(None, "due_at", postgresql_where="state = 'waiting'"),
    )


class PayoutSchedule(Identified, Base):
    """How many days after acceptance money is owed to an organisation: the newest row counts. Append-only."""

    __tablename__ = "payout_schedules"

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """Of nobody: everybody who has none of their own."""
    days: Mapped[int]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        CheckConstraint("days between 0 and 90", name="days_sane"),
        not_longer("reason", 4000),
    )
