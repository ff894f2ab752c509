from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified


class AccountKind(StrEnum):
    STRIPE = "stripe"
    """What Stripe holds for the platform; equals the sum of its balance transactions."""
    STRIPE_FEES = "stripe_fees"
    HELD = "held"
    """Of one order: paid by the customer, owed to nobody yet."""
    PAYABLE = "payable"
    """Of one order and party: released to the party, not yet transferred. The wrong sign is a debt."""
    PLATFORM_FEE = "platform_fee"
    TAX = "tax"
    """The platform's own, on its fee: kept for its state. Sellers' tax is payable to them with their part."""
    REFUND_CLEARING = "refund_clearing"
    MANUAL_CLEARING = "manual_clearing"
    """Of one order and party: our bank was told to pay it, and has not shown that it did."""
    BANK = "bank"
    """The platform's own account at its bank: what was paid from there, less what was brought there."""
    DISPUTE = "dispute"
    """Of one order: taken by the customer's bank, and not yet given back or borne by anybody."""


class Account(Identified, Base):
    """A place where money of one currency rests, for one order and party where that matters."""

    __tablename__ = "ledger_accounts"

    kind: Mapped[AccountKind]
    order_id: Mapped[UUID | None]
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    currency: Mapped[str]

    __table_args__ = (UniqueConstraint("kind", "order_id", "party_id", "currency", postgresql_nulls_not_distinct=True),)


class Journal(Identified, Base):
    """A balanced movement of money. Append-only."""

    __tablename__ = "journals"

    kind: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    """Stripe's balance-transaction id for money at Stripe, our own move's id otherwise."""
    order_id: Mapped[UUID | None] = mapped_column(index=True)

    postings: Mapped[list["Posting"]] = relationship(lazy="raise")

    __table_args__ = (Index(None, "created_at", postgresql_using="brin"),)


class Posting(Base):
    """One line of a journal: debit is positive, credit negative. Append-only."""

    __tablename__ = "postings"

    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journals.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"), index=True)
    currency: Mapped[str]
    amount_minor: Mapped[int]

    __table_args__ = (CheckConstraint("amount_minor <> 0", name="amount_some"),)
