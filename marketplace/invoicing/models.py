from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.taxes.values import Supply


class DocumentKind(StrEnum):
    INVOICE = "invoice"
    """A factory's to its customer."""
    CREDIT_NOTE = "credit_note"
    COMMISSION_INVOICE = "commission_invoice"
    """The platform's to a factory, for its fee."""
    COMMISSION_CREDIT_NOTE = "commission_credit_note"


CREDITS: Final = frozenset({DocumentKind.CREDIT_NOTE, DocumentKind.COMMISSION_CREDIT_NOTE})
"""What takes an invoice back, in whole or in part."""


class Series(Identified, Base):
    """The numbers of one issuer's documents of one kind; whoever takes the next one holds the row."""

    __tablename__ = "document_series"

    issuer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """None: the platform."""
    kind: Mapped[DocumentKind]
    prefix: Mapped[str]
    """Of the issuer's name as it was when the series began."""
    last_number: Mapped[int]

    __table_args__ = (
        UniqueConstraint("issuer_id", "kind", postgresql_nulls_not_distinct=True),
        CheckConstraint("last_number > 0", name="number_some"),
        not_longer("prefix", 20),
    )


class Document(Identified, Base):
    """An invoice or a credit note as it was issued. Append-only.

    It is of the shares of its job with numbers beyond one and up to another; amounts of a credit note are more than
    nothing too, and are what is taken back.
    """

    __tablename__ = "documents"

    kind: Mapped[DocumentKind]
    supply: Mapped[Supply]
    issuer_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """None: the platform."""
    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    prefix: Mapped[str]
    number: Mapped[int]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"))
    shares_after: Mapped[int]
    shares_upto: Mapped[int]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))
    """The first invoice of what is credited."""
    currency: Mapped[str]
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    facts: Mapped[dict[str, Any]]
    """All that is printed, as it was on the day (invoicing.facts)."""

    __table_args__ = (
        UniqueConstraint("issuer_id", "kind", "number", postgresql_nulls_not_distinct=True),
        UniqueConstraint("job_id", "supply", "shares_after"),
        Index(None, "issuer_id", "id"),
        Index(None, "recipient_id", "id"),
        CheckConstraint("total_minor > 0 and net_minor + tax_minor = total_minor", name="adds_up"),
        CheckConstraint("0 <= shares_after and shares_after < shares_upto", name="of_something"),
        CheckConstraint(
            "(kind in ('commission_invoice', 'commission_credit_note')) = (supply = 'services')"
            " and (supply = 'services') = (issuer_id is null)",
            name="issued_by_who_supplies",
        ),
        CheckConstraint(
            "(kind in ('credit_note', 'commission_credit_note')) = (corrects_id is not null)",
            name="credit_notes_correct",
        ),
    )

    @property
    def written_number(self) -> str:
        """As it is printed: prefix and number."""
        return written_number(self.prefix, self.number)


def written_number(prefix: str, number: int) -> str:
    """A number of a series as it is printed."""
    return f"{prefix}-{number:06d}"
