from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.notifications import kinds


class Notice(Identified, Base):
    """Something that an organisation's members are told. Only `mail_due_at` is ever written again."""

    __tablename__ = "notices"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kind: Mapped[str]
    """Of `kinds.NoticeKind`; not checked here, so that a new kind needs no migration."""
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    text: Mapped[str]
    mail_due_at: Mapped[datetime | None] = mapped_column(default=clock.now)
    """When its mails are to be sent, or tried again; empty once all are sent or given up."""

    @property
    def title(self) -> str:
        return kinds.title(self.kind)

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(None, "mail_due_at", postgresql_where="mail_due_at is not null"),
        CheckConstraint("kind ~ '^[a-z0-9_]{1,40}$'", name="kind_form"),
        not_longer("text", 2000, least=0),
    )


class NoticeRead(Base):
    """A person has read a notice."""

    __tablename__ = "notice_reads"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(default=clock.now)


class NoticeMail(Base):
    """A notice was mailed to a person, or the mail server would not have it."""

    __tablename__ = "notice_mails"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)
    problem: Mapped[str | None] = mapped_column(default=None)


class NoticeSettings(Base):
    """How a person wants to be told; without a row they get mails."""

    __tablename__ = "notice_settings"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    wants_mail: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
