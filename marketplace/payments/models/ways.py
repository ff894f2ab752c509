"""Ways to pay beside the card, and the net terms of businesses."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class Method(StrEnum):
    """How a customer pays."""

    CARD = "card"
    """In their own browser, with the provider's script."""
    CHECKOUT = "checkout"
    """On a page of the provider."""
    INVOICE = "invoice"
    """By bank transfer, to an account that is made up for this payment alone."""
    ALIPAY = "alipay"
    WECHAT_PAY = "wechat_pay"


class WayState(StrEnum):
    """How far a way to pay has come; only the provider says so."""

    OPENING = "opening"
    REQUIRES_ACTION = "requires_action"
    """The customer has something to do."""
    PROCESSING = "processing"
    """The customer has done it, and a bank takes its time."""
    PARTIALLY_FUNDED = "partially_funded"
    """A part of the money was transferred."""
    FAILED = "failed"
    """Nothing came; the customer may try again, this way or another."""
    PAID = "paid"
    ENDED = "ended"
    """Closed before anything was paid: by the customer's choice, by time, or with the order."""


LIVING_WAYS: Final = (
    WayState.OPENING,
    WayState.REQUIRES_ACTION,
    WayState.PROCESSING,
    WayState.PARTIALLY_FUNDED,
)
"""What may still become money by itself."""

_LIVING: Final = "method <> 'card' and state in ('opening', 'requires_action', 'processing', 'partially_funded')"


class WayToPay(Identified, Stateful, Base):
    """One try to pay: of a card only where there is something to tell of it, of any other method from its choice on."""

    __tablename__ = "payment_ways"
    called: ClassVar = "way to pay"
    lifecycle: ClassVar = Lifecycle(
        WayState.OPENING,
        {
            WayState.OPENING: frozenset(WayState) - {WayState.OPENING},
            WayState.REQUIRES_ACTION: frozenset(WayState) - {WayState.OPENING, WayState.REQUIRES_ACTION},
            WayState.PROCESSING: frozenset(WayState) - {WayState.OPENING, WayState.PROCESSING},
            WayState.PARTIALLY_FUNDED: frozenset({WayState.REQUIRES_ACTION, WayState.PAID, WayState.ENDED}),
            WayState.FAILED: frozenset({WayState.REQUIRES_ACTION, WayState.PROCESSING, WayState.PAID, WayState.ENDED}),
            WayState.ENDED: frozenset({WayState.PAID}),
        },
    )

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    number: Mapped[int]
    method: Mapped[Method]
    state: Mapped[WayState] = mapped_column(default=WayState.OPENING)
    idempotency_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    due_by: Mapped[datetime]
    """Until when the provider takes money this way, unless the order's own time is over before."""
    return_url: Mapped[str]
    """Where the customer comes back to from a page of the provider."""
    was_due_by: Mapped[datetime | None]
    """The order's time to pay before this way lengthened it; it comes back when the way fails or is left."""
    terms_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_terms.id"))
    """The net terms that gave it its time."""
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    """The provider's session, invoice or intent."""
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    customer_id: Mapped[str | None] = mapped_column(unique=True)
    """Of an invoice: whom the provider keeps transferred money for."""
    url: Mapped[str | None]
    """Where the customer goes on."""
    instructions: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Of an invoice: where to transfer the money, and with which words."""
    funded_minor: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None]
    """Why the last try brought nothing, for the customer to read."""

    __table_args__ = (
        UniqueConstraint("payment_id", "number"),
        Index(None, "payment_id", unique=True, postgresql_where=_LIVING),
        Index(None, "due_by", postgresql_where=_LIVING),
        Index(None, "terms_id", postgresql_where="terms_id is not null"),
        CheckConstraint("funded_minor >= 0", name="funded_not_negative"),
        CheckConstraint("method = 'invoice' or terms_id is null and customer_id is null", name="invoice_alone"),
        CheckConstraint("state in ('opening', 'failed', 'ended') or provider_id is not null", name="open_is_known"),
    )


class Terms(Identified, Base):
    """Net terms of a verified business: so many days to pay an invoice, for so much at once. Nobody lends it money.

    Nothing is made before the money is there: the days end with the first day on which held minutes are worked.
    """

    __tablename__ = "payment_terms"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    verification_id: Mapped[UUID] = mapped_column(ForeignKey("business_verifications.id"), index=True)
    net_days: Mapped[int]
    granted_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    why_ended: Mapped[str | None]

    limits: Mapped[list["TermsLimit"]] = relationship(lazy="raise", order_by="TermsLimit.currency")

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        Index("uq_payment_terms_in_force", "organisation_id", unique=True, postgresql_where="ended_at is null"),
        CheckConstraint("net_days between 1 and 60", name="net_days_few"),
        CheckConstraint("(ended_at is null) = (why_ended is null)", name="ended_with_reason"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
        not_longer("reason", 4000),
        not_longer("why_ended", 4000),
    )


class TermsLimit(Base):
    """What of one currency may be unpaid at once under net terms. Append-only."""

    __tablename__ = "payment_terms_limits"

    terms_id: Mapped[UUID] = mapped_column(ForeignKey("payment_terms.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(primary_key=True)
    amount_minor: Mapped[int]

    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount_some"),)
