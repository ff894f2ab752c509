from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class CaseState(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"
    """The party took back what was to be examined: there is nothing left to decide."""


class CaseKind(StrEnum):
    SUBMISSION = "submission"
    REPORT = "report"
    APPEAL = "appeal"


class Outcome(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    SUSPEND = "suspend"


class Case(Identified, Stateful, Base):
    """Something to be examined, and why it came up."""

    __tablename__ = "cases"
    lifecycle: ClassVar = Lifecycle(CaseState.OPEN, {CaseState.OPEN: frozenset({CaseState.DECIDED, CaseState.CLOSED})})

    kind: Mapped[CaseKind]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    """The party whose listing is examined, to whom the statement goes."""
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    grounds: Mapped[str]
    appeals_decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id", use_alter=True))
    state: Mapped[CaseState] = mapped_column(default=CaseState.OPEN)

    decision: Mapped["Decision | None"] = relationship(
        lazy="raise", foreign_keys="Decision.case_id", back_populates="case"
    )
    appealed: Mapped["Decision | None"] = relationship(lazy="raise", foreign_keys=[appeals_decision_id])
    """The decision that this case looks at again."""
    organisation: Mapped[Organisation] = relationship(lazy="raise")

    __table_args__ = (
        Index(None, "subject_id"),
        Index("uq_cases_one_open", "subject_id", unique=True, postgresql_where="state = 'open'"),
        Index("uq_cases_one_appeal", "appeals_decision_id", unique=True),
        CheckConstraint("(kind = 'appeal') = (appeals_decision_id is not null)", name="appeal_names_decision"),
        not_longer("grounds", 4000, least=0),
    )


class Decision(Identified, Base):
    """What was decided, by whom, why, and what the party was told. Append-only."""

    __tablename__ = "decisions"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("cases.id"), unique=True)
    outcome: Mapped[Outcome]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    statement: Mapped[str]
    """The text that the party reads, with the way to appeal."""
    appeal_until: Mapped[datetime]

    case: Mapped[Case] = relationship(lazy="raise", foreign_keys=[case_id], back_populates="decision")

    __table_args__ = (not_longer("reason", 4000, least=10), not_longer("statement", 8000, least=10))
