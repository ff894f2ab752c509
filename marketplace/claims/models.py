from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.claims.states import CLAIM, REMEASUREMENT, ClaimState, RemeasurementState
from marketplace.kernel.database import Base, Identified, named_kind, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.orders.models import Job, Side


class Remedy(StrEnum):
    """How what is wrong is put right."""

    REMAKE = "remake"
    """The claimed pieces are made and shipped once more."""
    PART_REFUND = "part_refund"
    """The customer keeps the goods and gets an amount back."""
    RETURN = "return"
    """All goods of the job go back, and so does all of its money."""


class Claim(Identified, Stateful, Base):
    """The customer's complaint about the goods of one job."""

    __tablename__ = "claims"
    lifecycle: ClassVar = CLAIM

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    number: Mapped[int]
    claimed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    pieces: Mapped[int]
    """How many of the job's pieces it is about."""
    wanted: Mapped[Remedy] = mapped_column(named_kind(Remedy, "wanted"))
    wanted_minor: Mapped[int | None]
    """Of a part refund, in the minor unit of the order's currency."""
    attachment_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    """Photos and papers that show it: files beside the order or the job."""
    look_until: Mapped[datetime]
    """Until when the customer had time to look, had they not complained."""
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.RAISED)
    answer_by: Mapped[datetime | None]
    """Until when the side that is asked answers; None: no time runs."""
    answer: Mapped[str | None]
    """What the factory says to it."""
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    disagreement: Mapped[str | None]
    """Why the customer does not agree to that answer."""
    remedy: Mapped[Remedy | None]
    """What is on offer, and once it is settled: what was agreed on or decided."""
    remedy_minor: Mapped[int | None]
    decision: Mapped[str | None]
    """The reason of the staff's decision."""
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    job: Mapped[Job] = relationship(lazy="raise")
    remeasurement: Mapped["Remeasurement | None"] = relationship(lazy="raise", back_populates="claim")

    @property
    def currency(self) -> str:
        return self.job.currency

    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index(
            "uq_claims_job_id_open",
            "job_id",
            unique=True,
            postgresql_where="state in ('raised', 'offered', 'rejected', 'in_decision')",
        ),
        Index(None, "answer_by", postgresql_where="state in ('raised', 'offered', 'rejected')"),
        CheckConstraint("pieces > 0", name="pieces_some"),
        CheckConstraint(
            "(wanted = 'part_refund') = (wanted_minor is not null) and coalesce(wanted_minor, 1) > 0",
            name="wanted_amount",
        ),
        CheckConstraint(
            "coalesce(remedy = 'part_refund', false) = (remedy_minor is not null) and coalesce(remedy_minor, 1) > 0",
            name="remedy_amount",
        ),
        CheckConstraint("(decision is null) = (decided_by is null)", name="decided_with_reason"),
        not_longer("text", 4000),
        not_longer("answer", 4000),
        not_longer("disagreement", 4000),
        not_longer("decision", 4000),
    )


class Remeasurement(Identified, Stateful, Base):
    """A third factory measures claimed pieces for both sides and whoever decides.

    What that costs is settled elsewhere, between whoever asked for it and that factory.
    """

    __tablename__ = "remeasurements"
    lifecycle: ClassVar = REMEASUREMENT

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), unique=True)
    side: Mapped[Side]
    """Who asked for it."""
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    why: Mapped[str]
    state: Mapped[RemeasurementState] = mapped_column(default=RemeasurementState.ASKED)
    factory_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    named_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    pieces: Mapped[int | None]
    """How many were measured."""
    conforming: Mapped[int | None]
    result: Mapped[str | None]
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    claim: Mapped[Claim] = relationship(lazy="raise", back_populates="remeasurement")

    __table_args__ = (
        Index(None, "factory_id", "id"),
        CheckConstraint("(factory_id is null) = (named_by is null)", name="named_by_somebody"),
        CheckConstraint(
            "(state = 'reported') = (result is not null) and (result is null) = (pieces is null) "
            "and (result is null) = (conforming is null) and (result is null) = (reported_by is null)",
            name="reported_whole",
        ),
        CheckConstraint("pieces is null or (pieces > 0 and conforming between 0 and pieces)", name="pieces_sane"),
        not_longer("why", 2000),
        not_longer("result", 4000),
    )
