from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.calibration.states import CALIBRATION, CalibrationState
from marketplace.kernel.database import Base, Identified
from marketplace.kernel.lifecycle import Stateful


class Calibration(Identified, Stateful, Base):
    """What past jobs said of a work centre, and whether its factory took it. But for the decision, append-only."""

    __tablename__ = "calibrations"
    lifecycle: ClassVar = CALIBRATION

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    process: Mapped[str]
    state: Mapped[CalibrationState] = mapped_column(default=CalibrationState.PROPOSED)
    method: Mapped[int]
    """The version of the method (costing.calibrating.VERSION)."""
    constants_sha256: Mapped[str]
    """Of the published constants that were computed with."""
    baseline: Mapped[dict[str, Any]]
    """The work centre's own constants at the time, without the factors that are fitted."""
    rate_card_id: Mapped[UUID | None] = mapped_column(ForeignKey("rate_cards.id"))
    """The prices that true prices were compared with."""
    jobs: Mapped[list[Any]]
    """What was told of each job, and what was computed for it."""
    fits: Mapped[dict[str, Any]]
    """What they say of each figure, with intervals and errors."""
    constants: Mapped[dict[str, Any]]
    """Proposed, by name."""
    margin_bps: Mapped[int | None]
    """Proposed."""
    spread: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Proposed: between which factors of the computed time nine of ten jobs lie, in basis points."""
    warnings: Mapped[list[Any]]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was refused, in the factory's words."""

    __table_args__ = (
        Index(None, "work_centre_id"),
        CheckConstraint("jsonb_array_length(jobs) between 5 and 50", name="jobs_enough"),
        CheckConstraint("(state = 'proposed') = (decided_at is null)", name="decision_dated"),
        CheckConstraint("(decided_at is null) = (decided_by is null)", name="decision_signed"),
        CheckConstraint("(state = 'refused') = (reason is not null)", name="refusal_reasoned"),
        CheckConstraint("length(reason) between 1 and 2000", name="reason_length"),
        CheckConstraint("margin_bps between 0 and 9000", name="margin_sane"),
    )
