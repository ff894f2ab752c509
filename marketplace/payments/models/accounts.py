"""Sellers' accounts at the provider, and what it paid from there."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, synonym

from marketplace.kernel.database import Base, named_kind
from marketplace.payments.models.operations import Rail


class BankPayoutState(StrEnum):
    """How far the provider's own payout to a seller's bank is; it may fail after it was shown as paid."""

    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    CANCELLED = "cancelled"
    FAILED = "failed"


class PayoutAccount(Base):
    """A seller's account at the provider, and whether money may be sent to it."""

    __tablename__ = "payout_accounts"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    idempotency_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    may_receive: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    rail: Mapped[Rail] = mapped_column(
        named_kind(Rail, "rail"), default=Rail.STRIPE_TRANSFER, server_default=Rail.STRIPE_TRANSFER.value
    )
    """What the organisation has chosen."""
    trouble: Mapped[str | None]
    """Why its bank took no payout of the provider: nothing is sent to the account until its bank details are others."""

    @property
    def is_able(self) -> bool:
        """Whether money may be sent to it."""
        return self.may_receive and self.trouble is None

    id: Mapped[UUID] = synonym("organisation_id")
    """One for each organisation; the audit names it so."""


class BankPayout(Base):
    """Money on the way from a seller's account at the provider to their bank, as the provider last showed it."""

    __tablename__ = "bank_payouts"

    id: Mapped[str] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[BankPayoutState]
    bank_id: Mapped[str]
    """The bank account, as the provider calls it."""
    sent_at: Mapped[datetime]
    arrives_on: Mapped[date]
    failure: Mapped[str | None]
    seen_at: Mapped[datetime]

    __table_args__ = (
        Index(None, "organisation_id", "sent_at", "id"),
        CheckConstraint("amount_minor > 0", name="amount_some"),
        CheckConstraint("(state = 'failed') = (failure is not null)", name="failed_says_why"),
    )
