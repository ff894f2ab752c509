from datetime import datetime
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
