from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified, named_kind, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful
from marketplace.payments.models import Rail


class BatchState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    """Two persons have said yes: our bank is told of it."""
    CALLED_OFF = "called_off"
    CLOSED = "closed"
    """Each of its payments has come to an end."""


class BankPaymentState(StrEnum):
    PLANNED = "planned"
    DROPPED = "dropped"
    """It was not to be paid any more when the batch was approved, or the batch was called off."""
    ORDERED = "ordered"
    CONFIRMED = "confirmed"
    """Our bank shows that it was made, under a reference of its own."""
    RETURNED = "returned"


class Destination(Identified, Base):
    """Where an organisation's money shall go; the newest that was not called off counts."""

    __tablename__ = "payout_destinations"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    rail: Mapped[Rail] = mapped_column(named_kind(Rail, "rail"))
    sealed: Mapped[str | None]
    """Of a bank account: its details, encrypted."""
    shown: Mapped[str]
    """What may be shown of it: enough to know it again, too little to use."""
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    held_until: Mapped[datetime | None]
    """Until then nothing is sent there, and any owner can call it off; empty for the first one."""
    called_off_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    """Since when its bank is known to send money back."""

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        CheckConstraint("(rail = 'manual_bank') = (sealed is not null)", name="bank_has_details"),
        CheckConstraint("called_off_at is null or held_until is not null", name="called_off_while_held"),
        not_longer("shown", 200),
    )


class Batch(Identified, Stateful, Base):
    """Payments of one currency that our bank is told of together."""

    __tablename__ = "payout_batches"
    lifecycle: ClassVar = Lifecycle(
        BatchState.DRAFT,
        {
            BatchState.DRAFT: frozenset({BatchState.APPROVED, BatchState.CALLED_OFF}),
            BatchState.APPROVED: frozenset({BatchState.CLOSED}),
        },
        ways_out={
            BatchState.APPROVED: "two persons have approved it; of each payment say what became of it",
            BatchState.CALLED_OFF: "what was in it waits for another batch",
            BatchState.CLOSED: "all its payments have come to an end",
        },
    )

    currency: Mapped[str]
    state: Mapped[BatchState] = mapped_column(default=BatchState.DRAFT)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


class Approval(Base):
    """A person has said yes to a batch. Append-only."""

    __tablename__ = "batch_approvals"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("payout_batches.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    approved_at: Mapped[datetime] = mapped_column(default=clock.now)


class BankPayment(Identified, Stateful, Base):
    """What we owe a seller out of one payment of an order, to be paid from our bank to theirs."""

    __tablename__ = "bank_payments"
    lifecycle: ClassVar = Lifecycle(
        BankPaymentState.PLANNED,
        {
            BankPaymentState.PLANNED: frozenset({BankPaymentState.ORDERED, BankPaymentState.DROPPED}),
            BankPaymentState.ORDERED: frozenset({BankPaymentState.CONFIRMED, BankPaymentState.RETURNED}),
            BankPaymentState.CONFIRMED: frozenset({BankPaymentState.RETURNED}),
        },
        ways_out={
            BankPaymentState.PLANNED: "two persons have to approve its batch first",
            BankPaymentState.DROPPED: "its batch did not order it, and what is still owed waits for another",
            BankPaymentState.RETURNED: "it is owed again, and waits until the seller names another account",
        },
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("payout_batches.id"), index=True)
    operation_id: Mapped[UUID] = mapped_column(ForeignKey("provider_operations.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    destination_id: Mapped[UUID] = mapped_column(ForeignKey("payout_destinations.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str]
    state: Mapped[BankPaymentState] = mapped_column(default=BankPaymentState.PLANNED)
    bank_reference: Mapped[str | None] = mapped_column(unique=True)
    """Of our bank's statement: no two payments have the same."""
    problem: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_bank_payments_living",
            "operation_id",
            unique=True,
            postgresql_where="state in ('planned', 'ordered', 'confirmed')",
        ),
        Index("ix_bank_payments_operation_id", "operation_id"),
        CheckConstraint("amount_minor > 0", name="amount_some"),
        CheckConstraint("state <> 'confirmed' or bank_reference is not null", name="confirmed_has_evidence"),
        CheckConstraint("state not in ('dropped', 'returned') or problem is not null", name="ended_says_why"),
    )


class PayoutAlert(Identified, Base):
    """A payout that has not come to its end in time, until it has."""

    __tablename__ = "payout_alerts"

    operation_id: Mapped[UUID | None] = mapped_column(ForeignKey("provider_operations.id"))
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("releases.job_id"))
    """Of a job whose release waits."""
    problem: Mapped[str]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(operation_id, job_id) = 1", name="of_one_thing"),
        Index(
            "ix_payout_alerts_open",
            "operation_id",
            "job_id",
            unique=True,
            postgresql_where="ended_at is null",
            postgresql_nulls_not_distinct=True,
        ),
    )
