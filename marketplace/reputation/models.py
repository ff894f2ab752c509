from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.reputation.values import Cause, FigureName


class ExcusedDelay(Identified, Base):
    """The staff has found that a job left late by the doing of the carrier or the platform. Append-only."""

    __tablename__ = "excused_delays"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    cause: Mapped[Cause]
    reason: Mapped[str]
    found_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (not_longer("reason", 4000, least=10),)


class ReputationMean(Identified, Base):
    """A figure of the whole marketplace, as measured at one time. Append-only."""

    __tablename__ = "reputation_means"

    name: Mapped[FigureName]
    events: Mapped[int]
    points: Mapped[int]
    """The sum over all events of all factories."""

    __table_args__ = (
        Index(None, "name", "id"),
        CheckConstraint("events > 0 and points >= 0", name="some_events"),
    )
