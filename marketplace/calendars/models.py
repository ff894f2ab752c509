"""What changes the week of a work centre: closures, overtime, other calendars, breakdowns; and links to its own."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer


class ExceptionKind(StrEnum):
    CLOSURE = "closure"
    OVERTIME = "overtime"


class CalendarException(Identified, Base):
    """Days that are closed, or on which machines run longer than their shifts."""

    __tablename__ = "calendar_exceptions"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    kind: Mapped[ExceptionKind]
    first: Mapped[date]
    last: Mapped[date]
    """Local days, both included."""
    minutes: Mapped[int | None]
    """Of overtime: machine minutes more on each of the days."""
    reason: Mapped[str]
    said_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "work_centre_id", "id"),
        CheckConstraint("first <= last", name="first_before_last"),
        CheckConstraint("(kind = 'overtime') = (minutes is not null) and minutes > 0", name="minutes_of_overtime"),
        not_longer("reason", 300),
    )


class BreakdownSource(StrEnum):
    HAND = "hand"
    SIGNAL = "signal"
    """A machine, or what watches it, said so; another signal ends it."""


class Breakdown(Identified, Base):
    """Machines that cannot run, from an instant until one that is expected, or known once they run again."""

    __tablename__ = "breakdowns"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    source: Mapped[BreakdownSource]
    machine: Mapped[str]
    """Which one, in the factory's words; by signal one at a time."""
    machines: Mapped[int]
    starts_at: Mapped[datetime]
    until: Mapped[datetime]
    """Expected. A breakdown by signal is expected to last one more day as long as no signal ends it."""
    ended_at: Mapped[datetime | None]
    reason: Mapped[str]
    reported_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    @property
    def ends_at(self) -> datetime:
        return self.until if self.ended_at is None else min(self.ended_at, self.until)

    __table_args__ = (
        Index(None, "work_centre_id", "id"),
        Index(
            "uq_breakdowns_signal_open",
            "work_centre_id",
            "machine",
            unique=True,
            postgresql_where="source = 'signal' and ended_at is null",
        ),
        Index("ix_breakdowns_signal_until", "until", postgresql_where="source = 'signal' and ended_at is null"),
        CheckConstraint("machines between 1 and 1000", name="machines_sane"),
        CheckConstraint("starts_at < until", name="starts_before_until"),
        not_longer("machine", 60, least=0),
        not_longer("reason", 300),
    )


class ImportedCalendar(Identified, Base):
    """Another calendar of the factory: what is busy there is closed here."""

    __tablename__ = "imported_calendars"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    name: Mapped[str]
    url: Mapped[str | None]
    """Where it is fetched from, again and again; None: a file that was sent."""
    content: Mapped[str | None]
    """As it was last read: what repeats is unfolded anew as time passes."""
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    """Why the last try gave nothing: a problem's code. What was read before goes on counting."""
    added_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    removed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "work_centre_id", "id"),
        Index(None, "tried_at", postgresql_where="removed_at is null"),
        not_longer("name", 120),
        not_longer("url", 2000),
        CheckConstraint("url is not null or content is not null", name="from_somewhere"),
        CheckConstraint("octet_length(content) <= 1048576", name="content_size"),
    )


class BusySpan(Base):
    """A time that an imported calendar takes."""

    __tablename__ = "busy_spans"

    imported_calendar_id: Mapped[UUID] = mapped_column(
        ForeignKey("imported_calendars.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("starts_at < ends_at", name="starts_before_ends"),)


class CalendarLink(Identified, Base):
    """A secret address under which calendar programs read when a work centre is open and what it works on."""

    __tablename__ = "calendar_links"

    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    revoked_at: Mapped[datetime | None]

    __table_args__ = (Index(None, "work_centre_id", "id"), not_longer("name", 120))
