"""What is expected of a customer, and what came."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class PaymentState(StrEnum):
    PENDING = "pending"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    """Given up before any money came; money that comes all the same makes it captured, and goes back."""


class Payment(Identified, Stateful, Base):
    """The intent to be paid: for an order, written down with it, or for the difference that a change of it makes."""

    __tablename__ = "payments"
    lifecycle: ClassVar = Lifecycle(
        PaymentState.PENDING,
        {
            PaymentState.PENDING: frozenset({PaymentState.CAPTURED, PaymentState.CANCELLED}),
            PaymentState.CANCELLED: frozenset({PaymentState.CAPTURED}),
        },
    )

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[int] = mapped_column(default=1)
    """1 is the order's own; the others are of changes."""
    state: Mapped[PaymentState] = mapped_column(default=PaymentState.PENDING)
    currency: Mapped[str]
    amount_minor: Mapped[int]
    idempotency_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    """Random and stored before the first call, so that one key has one effect."""
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    captured_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    transferred_minor: Mapped[int] = mapped_column(default=0)
    reversed_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    """What of the transfers came back."""
    disputed_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    """What the customer's bank has taken of it in disputes that are not decided: meanwhile nothing is refunded."""
    charged_back_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    """What the customer has got of it in disputes that were lost."""

    __table_args__ = (
        UniqueConstraint("order_id", "number"),
        Index(None, "created_at", postgresql_where="state = 'pending' and number > 1"),
        CheckConstraint("amount_minor > 0", name="amount_some"),
        CheckConstraint("captured_minor between 0 and amount_minor", name="captured_within_amount"),
        CheckConstraint(
            "refunded_minor between 0 and captured_minor and reversed_minor between 0 and transferred_minor "
            "and transferred_minor - reversed_minor <= captured_minor",
            name="out_within_captured",
        ),
        CheckConstraint(
            "disputed_minor >= 0 and charged_back_minor >= 0 and refunded_minor + charged_back_minor <= captured_minor",
            name="back_within_captured",
        ),
        CheckConstraint("(state = 'captured') = (captured_minor > 0)", name="captured_has_money"),
        CheckConstraint("state <> 'captured' or charge_id is not null", name="captured_has_charge"),
    )
