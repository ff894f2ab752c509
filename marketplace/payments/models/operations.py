"""What we owe the provider, or our bank, to do."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, named_kind


class OperationKind(StrEnum):
    TRANSFER = "transfer"
    REFUND = "refund"
    REVERSAL = "reversal"
    """A seller's transfer, or a part of it, comes back: they bear their share of a refund."""
    CANCEL_INTENT = "cancel_intent"
    END_WAY = "end_way"
    """Another way to pay than a card is closed at the provider: nothing can be paid there any more."""
    RETURN_FUNDS = "return_funds"
    """What a customer transferred beyond what was due, or too late, goes back. It never was in our balance."""


class OperationState(StrEnum):
    READY = "ready"
    DONE = "done"
    FAILED = "failed"
    """The provider said no for good: a person decides what follows."""
    CANCELLED = "cancelled"
    """It was never asked for, and never will be: a refund came first."""
    DEBT = "debt"
    """The seller owes it: what they have at the provider does not cover it, so that their later payouts carry it."""
    SET_OFF = "set_off"
    """A debt that later payouts have carried in full; a refund in whose place a lost dispute has paid the customer."""


class Rail(StrEnum):
    """By which way money gets to a seller."""

    STRIPE_TRANSFER = "stripe_transfer"
    """To their account at the provider, which pays it out to their bank."""
    MANUAL_BANK = "manual_bank"
    """From our own bank to theirs, in batches that two people approve: where the provider does not reach."""


class Operation(Identified, Base):
    """Something we owe the provider to ask for; committed with the change that justifies it."""

    __tablename__ = "provider_operations"

    kind: Mapped[OperationKind]
    reason: Mapped[str] = mapped_column(unique=True)
    """What it is for, once: transfer:JOB:PARTY:PAYMENT, refund:JOB:WHY:PAYMENT, reversal:REFUND:PARTY:TRANSFER."""
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    party_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    transfer_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider_operations.id"), index=True)
    """Of a reversal: what comes back. A debt without one was set off against an earlier debt, or came back by bank."""
    rail: Mapped[Rail | None] = mapped_column(named_kind(Rail, "rail"))
    """Of a transfer: the way that it was given to; empty while nobody was asked, so that it never takes two."""
    way_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_ways.id"))
    """Which way to pay is ended, or gave more than was due."""
    amount_minor: Mapped[int]
    set_off_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    """Of a debt: what later payouts have carried."""
    currency: Mapped[str]
    idempotency_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    state: Mapped[OperationState] = mapped_column(default=OperationState.READY)
    attempts: Mapped[int] = mapped_column(default=0)
    first_sent_at: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    problem: Mapped[str | None]
    """What the provider last answered, where it was not a yes."""

    __table_args__ = (
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("rail is null or kind = 'transfer'", name="rail_of_transfer"),
        CheckConstraint("(state = 'done') = (provider_id is not null)", name="done_has_evidence"),
        Index(None, "state", postgresql_where="state = 'ready'"),
        CheckConstraint(
            "set_off_minor between 0 and amount_minor and (set_off_minor = 0 or state in ('debt', 'set_off')) "
            "and (state <> 'set_off' or set_off_minor = amount_minor)",
            name="set_off_of_debt",
        ),
        Index(None, "id", postgresql_where="state = 'failed'"),
        Index(None, "way_id", postgresql_where="way_id is not null"),
        CheckConstraint("(way_id is not null) = (kind in ('end_way', 'return_funds'))", name="way_of_its_kind"),
        Index(None, "party_id", "currency", "id", postgresql_where="state = 'debt'"),
    )
