from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer


class TaxRegistration(Identified, Base):
    """A number under which an organisation is registered for tax in a country, from a day until a day.

    Its number never changes: who gets another ends this one and enters that.
    """

    __tablename__ = "tax_registrations"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    country: Mapped[str]
    number: Mapped[str]
    """Plain, with the letters of its country where it has some; its check digits are right (taxes.numbers)."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    """The last day on which it is in force."""
    registered_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    seen_in_vies_on: Mapped[date | None]
    """When a member of the staff has seen it in VIES; the marketplace itself does not ask there."""
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        Index(None, "organisation_id", "country"),
        Index(
            "uq_tax_registrations_in_force",
            "organisation_id",
            "country",
            unique=True,
            postgresql_where="valid_until is null",
        ),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_form"),
        not_longer("number", 30),
        CheckConstraint("valid_until >= valid_from", name="days_in_order"),
        CheckConstraint("(seen_in_vies_on is null) = (seen_by is null)", name="seen_by_somebody"),
    )


class TaxRate(Identified, Base):
    """A country's standard rates that an admin has decided, from a day on, in place of the data file's. Append-only."""

    __tablename__ = "tax_rates"

    country: Mapped[str]
    goods_bps: Mapped[int]
    services_bps: Mapped[int]
    valid_from: Mapped[date]
    reason: Mapped[str]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_form"),
        CheckConstraint("goods_bps between 0 and 5000 and services_bps between 0 and 5000", name="rates_sane"),
        CheckConstraint("valid_from >= (created_at at time zone 'UTC')::date", name="not_of_the_past"),
        not_longer("reason", 4000, least=10),
    )
