"""People, organisations, memberships and credentials."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, DateTime, ForeignKey, Index, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.actor import Hat, Role
from marketplace.kernel.database import Base, Identified, Versioned, metadata, not_longer


class OrganisationKind(StrEnum):
    COMPANY = "company"
    INDIVIDUAL = "individual"


class User(Identified, Base):
    """A person who can log in."""

    __tablename__ = "users"

    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    is_staff: Mapped[bool] = mapped_column(default=False)
    """Staff moderate listings; made by a one-time command, never over HTTP."""

    __table_args__ = (
        UniqueConstraint("email"),
        CheckConstraint("email = lower(email) and position('@' in email) > 1", name="email_form"),
        not_longer("email", 254),
        not_longer("name", 200),
    )


class Organisation(Identified, Versioned, Base):
    """The legal party: a company, or an individual as an organisation of one."""

    __tablename__ = "organisations"

    name: Mapped[str]
    kind: Mapped[OrganisationKind]
    country: Mapped[str]
    """ISO 3166-1 alpha-2; for tax and payout rails only, never for ranking."""
    hats: Mapped[list[str]] = mapped_column(ARRAY(Text))

    __table_args__ = (
        not_longer("name", 200),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_form"),
        CheckConstraint(
            "hats <@ array[{}]::text[] and cardinality(hats) > 0".format(", ".join(f"'{hat}'" for hat in Hat)),
            name="hats_known",
        ),
    )


class NumberKind(StrEnum):
    """By which number a register knows a business."""

    VAT = "vat"
    REGISTRATION = "registration"


class Verification(Identified, Base):
    """Somebody of the staff has found a business in a register. One that was withdrawn is history."""

    __tablename__ = "business_verifications"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    number_kind: Mapped[NumberKind]
    number: Mapped[str]
    country: Mapped[str]
    """Of the register, ISO 3166-1 alpha-2."""
    verified_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    """Where the number was found, and what shows that it is theirs."""
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    why_withdrawn: Mapped[str | None]

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index(
            "uq_business_verifications_in_force",
            "organisation_id",
            unique=True,
            postgresql_where="withdrawn_at is null",
        ),
        CheckConstraint("number ~ '^[0-9A-Z]([0-9A-Z./ -]{1,28}[0-9A-Z])$'", name="number_form"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_form"),
        CheckConstraint("(withdrawn_at is null) = (why_withdrawn is null)", name="withdrawn_with_reason"),
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn_by_somebody"),
        not_longer("reason", 4000),
        not_longer("why_withdrawn", 4000),
    )


class Member(Base):
    """A person's role in an organisation."""

    __tablename__ = "members"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    role: Mapped[Role]
    joined_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")


class Invitation(Identified, Base):
    """A place in an organisation, kept for whoever holds the code."""

    __tablename__ = "invitations"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    email: Mapped[str]
    role: Mapped[Role]
    code_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class LogIn(Identified, Base):
    """A server-side session: the cookie holds its secret, the row its hash."""

    __tablename__ = "log_ins"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    user_agent: Mapped[str]

    __table_args__ = (Index(None, "expires_at"),)


class ApiToken(Identified, Base):
    """A credential for a program, bound to one organisation and to the person who made it."""

    __tablename__ = "api_tokens"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    prefix: Mapped[str]
    """The part that may be shown again, to tell tokens apart."""
    secret_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (not_longer("name", 100),)


throttles = Table(
    "throttles",
    metadata,
    Column("key", Text, primary_key=True),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Index(None, "next_at"),
    prefixes=["UNLOGGED"],
)
"""Theoretical arrival time per key (generic cell rate algorithm, ITU-T I.371); losing it in a crash harms nobody."""
