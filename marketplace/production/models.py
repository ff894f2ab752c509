from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import Organisation
from marketplace.attachments.models import Attachment
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.orders.models import Job
from marketplace.production.states import FIRST_ARTICLE, SUBCONTRACT, FirstArticleState, SubcontractState


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
    subcontract_id: Mapped[UUID | None] = mapped_column(ForeignKey("subcontracts.id"), unique=True)
    """Who did it, where that was not the factory itself; said when the operation is done."""

    attachments: Mapped[list[Attachment]] = relationship(
        lazy="raise", secondary="operation_report_attachments", viewonly=True, order_by=Attachment.id
    )

    __table_args__ = (
        UniqueConstraint("job_id", "operation", "milestone"),
        CheckConstraint("operation > 0", name="operation_from_one"),
        CheckConstraint("(milestone = 'finished') = (minutes is not null)", name="finished_has_minutes"),
        CheckConstraint("minutes between 0 and 1000000", name="minutes_sane"),
        CheckConstraint("minutes is not null or not shows_minutes", name="shows_what_is_said"),
        CheckConstraint("minutes is not null or subcontract_id is null", name="elsewhere_when_done"),
        not_longer("note", 2000, least=0),
    )


class OperationReportAttachment(Base):
    """A photo or another file that shows an operation. Append-only."""

    __tablename__ = "operation_report_attachments"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("operation_reports.id"), primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachments.id"), primary_key=True)


class FirstArticle(Identified, Stateful, Base):
    """One piece of a job, inspected and handed over before the others are made: the customer releases it or not."""

    __tablename__ = "first_articles"
    lifecycle: ClassVar = FIRST_ARTICLE

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    number: Mapped[int]
    state: Mapped[FirstArticleState] = mapped_column(default=FirstArticleState.HANDED_OVER)
    record_id: Mapped[UUID] = mapped_column(ForeignKey("inspection_records.id"), unique=True)
    """The signed record of its inspection."""
    last_entry: Mapped[int]
    """The last entry of the inspection that the record covers."""
    piece: Mapped[int]
    """Which one, as the record counts pieces."""
    is_conforming: Mapped[bool]
    """Whether all that was measured passes; of one that does not conform the customer is asked for a concession."""
    note: Mapped[str]
    handed_over_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    answer_by: Mapped[datetime]
    """Then the customer is reminded; nothing is ever released by itself."""
    remind_at: Mapped[datetime | None]
    """When the customer is reminded next; None: there is nothing to answer any more."""
    reminders: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str | None]
    """Why the customer rejected it, or with what remark it was released."""
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    answered_at: Mapped[datetime | None]
    had_left: Mapped[bool] = mapped_column(default=False)
    """Whether the piece had left the factory when it was rejected: one more is then made and shipped."""

    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index("uq_first_articles_job_id_open", "job_id", unique=True, postgresql_where="state = 'handed_over'"),
        Index(None, "remind_at", postgresql_where="remind_at is not null"),
        CheckConstraint("number > 0 and piece > 0 and reminders >= 0", name="numbers_sane"),
        CheckConstraint("(state = 'handed_over') = (remind_at is not null)", name="reminds_while_open"),
        CheckConstraint(
            "(state in ('released', 'rejected')) = (answered_by is not null) "
            "and (answered_by is null) = (answered_at is null) and (answered_by is null) = (answer is null)",
            name="answered_whole",
        ),
        CheckConstraint("state <> 'rejected' or answer <> ''", name="rejected_with_reason"),
        CheckConstraint("state = 'rejected' or not had_left", name="had_left_when_rejected"),
        not_longer("note", 2000, least=0),
        not_longer("answer", 2000, least=0),
    )


class Subcontract(Identified, Stateful, Base):
    """One operation of a job that another organisation is to do, if the customer agrees."""

    __tablename__ = "subcontracts"
    lifecycle: ClassVar = SUBCONTRACT

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    number: Mapped[int]
    operation: Mapped[int]
    """Its place in the routing that the job was priced by (production.operations), from 1 on."""
    operation_name: Mapped[str]
    factory_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    """The factory of the job, which gives the operation away."""
    subcontractor_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """A factory of this marketplace; None: a company outside, by its name."""
    company: Mapped[str]
    """What it is called, and for one outside where it is, as the factory says."""
    what: Mapped[str]
    """What is done there and why; the customer reads it, and so does the subcontractor."""
    needed_by: Mapped[date | None]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    state: Mapped[SubcontractState] = mapped_column(default=SubcontractState.PROPOSED)
    shares_file: Mapped[bool] = mapped_column(default=False)
    """Whether the customer's consent includes the file of the part."""
    answer: Mapped[str | None]
    """Why the customer refused, or why the subcontractor does not do it."""
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    job: Mapped[Job] = relationship(lazy="raise")
    factory: Mapped[Organisation] = relationship(lazy="raise", foreign_keys="Subcontract.factory_id")

    __table_args__ = (
        UniqueConstraint("job_id", "number"),
        Index(
            "uq_subcontracts_job_id_operation_open",
            "job_id",
            "operation",
            unique=True,
            postgresql_where="state in ('proposed', 'agreed')",
        ),
        Index(None, "subcontractor_id", "id", postgresql_where="subcontractor_id is not null"),
        CheckConstraint("number > 0 and operation > 0", name="numbers_from_one"),
        CheckConstraint(
            "(agreed_at is null) = (agreed_by is null) and (agreed_at is not null or not shares_file) "
            "and (agreed_at is not null or state not in ('agreed', 'declined', 'done')) "
            "and (agreed_at is null or state not in ('proposed', 'refused'))",
            name="agreed_whole",
        ),
        CheckConstraint("(answer is not null) = (state in ('refused', 'declined'))", name="no_with_reason"),
        not_longer("company", 200),
        not_longer("what", 2000),
        not_longer("answer", 2000),
    )
