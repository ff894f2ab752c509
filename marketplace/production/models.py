from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.attachments.models import Attachment
from marketplace.kernel.database import Base, Identified, not_longer


class Milestone(StrEnum):
    """What is reported of an operation; each once."""

    STARTED = "started"
    FINISHED = "finished"


class OperationReport(Identified, Base):
    """The factory says that it has begun an operation of a job, or is done with it. Append-only."""

    __tablename__ = "operation_reports"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    operation: Mapped[int]
    """Its place in the routing that the job was priced by (production.operations), from 1 on."""
    milestone: Mapped[Milestone]
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    minutes: Mapped[int | None]
    """Really spent on the whole lot; said when the operation is done."""
    shows_minutes: Mapped[bool] = mapped_column(default=False)
    """Whether the customer sees them."""
    note: Mapped[str]

    attachments: Mapped[list[Attachment]] = relationship(
        lazy="raise", secondary="operation_report_attachments", viewonly=True, order_by=Attachment.id
    )

    __table_args__ = (
        UniqueConstraint("job_id", "operation", "milestone"),
        CheckConstraint("operation > 0", name="operation_from_one"),
        CheckConstraint("(milestone = 'finished') = (minutes is not null)", name="finished_has_minutes"),
        CheckConstraint("minutes between 0 and 1000000", name="minutes_sane"),
        CheckConstraint("minutes is not null or not shows_minutes", name="shows_what_is_said"),
        not_longer("note", 2000, least=0),
    )


class OperationReportAttachment(Base):
    """A photo or another file that shows an operation. Append-only."""

    __tablename__ = "operation_report_attachments"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("operation_reports.id"), primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachments.id"), primary_key=True)
