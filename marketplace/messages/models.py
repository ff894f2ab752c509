from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.accounts.models import User
from marketplace.attachments.models import Attachment, Side
from marketplace.kernel.database import Base, Identified, not_longer


class Message(Identified, Base):
    """What somebody said in a conversation. Append-only."""

    __tablename__ = "messages"

    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id"))
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    """With the staff."""
    invitation_id: Mapped[UUID | None] = mapped_column(ForeignKey("rfq_invitations.id"))
    side: Mapped[Side]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """Empty: the staff."""
    written_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]

    author: Mapped[User] = relationship(lazy="raise")
    attachments: Mapped[list[Attachment]] = relationship(
        lazy="raise", secondary="message_attachments", viewonly=True, order_by=Attachment.id
    )

    __table_args__ = (
        Index(None, "job_id", "id", postgresql_where="job_id is not null"),
        Index(None, "order_id", "id", postgresql_where="order_id is not null"),
        Index(None, "invitation_id", "id", postgresql_where="invitation_id is not null"),
        not_longer("text", 4000),
        CheckConstraint("num_nonnulls(job_id, order_id, invitation_id) = 1", name="in_one_thread"),
        CheckConstraint("(side = 'staff') = (organisation_id is null)", name="staff_is_nobody"),
        CheckConstraint("(side = 'staff') <= (order_id is not null)", name="staff_talks_on_orders"),
        CheckConstraint("(side = 'factory') <= (order_id is null)", name="factories_talk_elsewhere"),
    )


class MessageAttachment(Base):
    """A file that a message points to. Append-only."""

    __tablename__ = "message_attachments"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    attachment_id: Mapped[UUID] = mapped_column(ForeignKey("attachments.id"), primary_key=True)


class MessageMark(Base):
    """Until when a person has read a conversation."""

    __tablename__ = "message_marks"

    thread_id: Mapped[UUID] = mapped_column(primary_key=True)
    """Of the job, the order, or the invitation."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    side: Mapped[Side]
    read_until: Mapped[datetime]


class QuestionEnd(StrEnum):
    """How a question on a job ended."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class JobQuestion(Identified, Base):
    """What a factory must know of its customer to go on; the clock of the job stands until it does. Append-only."""

    __tablename__ = "job_questions"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]

    closing: Mapped["JobQuestionClosing | None"] = relationship(lazy="raise", viewonly=True)

    @property
    def state(self) -> str:
        return "open" if self.closing is None else self.closing.end.value

    @property
    def answer(self) -> str | None:
        return None if self.closing is None else self.closing.answer

    @property
    def closed_at(self) -> datetime | None:
        return None if self.closing is None else self.closing.closed_at

    __table_args__ = (Index(None, "job_id", "id"), not_longer("text", 2000))


class JobQuestionClosing(Base):
    """A question was answered by the customer, or taken back by the factory. Append-only."""

    __tablename__ = "job_question_closings"

    question_id: Mapped[UUID] = mapped_column(ForeignKey("job_questions.id"), primary_key=True)
    end: Mapped[QuestionEnd]
    answer: Mapped[str | None]
    closed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    closed_at: Mapped[datetime]

    __table_args__ = (
        not_longer("answer", 4000),
        CheckConstraint("(\"end\" = 'answered') = (answer is not null)", name="answered_has_answer"),
    )


class ClockStop(Identified, Base):
    """The clock of a job stands since then; what the factory was held to at that moment. Append-only."""

    __tablename__ = "clock_stops"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    question_id: Mapped[UUID | None] = mapped_column(ForeignKey("job_questions.id"), unique=True)
    """Which stopped it; None: a first article that waits to be released did."""
    answer_by: Mapped[datetime | None]
    ships_on: Mapped[date]

    start: Mapped["ClockStart | None"] = relationship(lazy="raise", viewonly=True)

    @property
    def restarted_at(self) -> datetime | None:
        return None if self.start is None else self.start.restarted_at

    @property
    def then_answer_by(self) -> datetime | None:
        return None if self.start is None else self.start.answer_by

    @property
    def then_ships_on(self) -> date | None:
        return None if self.start is None else self.start.ships_on

    __table_args__ = (Index(None, "job_id", "id"),)


class ClockStart(Base):
    """The clock runs again; what the factory is held to from then on. Append-only."""

    __tablename__ = "clock_starts"

    stop_id: Mapped[UUID] = mapped_column(ForeignKey("clock_stops.id"), primary_key=True)
    restarted_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    ships_on: Mapped[date]
