from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.disputes.states import DISPUTE, INQUIRIES, DisputeState
from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.payments.models import Payment


class Dispute(Identified, Stateful, Base):
    """The bank of an order's customer takes a payment back, or a part of it, or asks about it."""

    __tablename__ = "disputes"
    lifecycle: ClassVar = DISPUTE

    provider_id: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    reason: Mapped[str]
    """The provider's word for what the customer says, such as product_not_received."""
    state: Mapped[DisputeState] = mapped_column()
    currency: Mapped[str]
    amount_minor: Mapped[int]
    taken_minor: Mapped[int] = mapped_column(default=0)
    """What the bank has taken of it and not given back."""
    borne_minor: Mapped[int] = mapped_column(default=0)
    """What of it the parties and the customer's own refunds have borne, once it was lost."""
    answer_by: Mapped[datetime | None]
    """Until when the bank hears us."""
    looked_at: Mapped[datetime]
    """When the provider last showed it."""
    reminded_at: Mapped[datetime | None]
    """When the staff was last reminded of its time to answer."""
    idempotency_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    """Under which the loss is accepted."""
    given_up_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    given_up_reason: Mapped[str | None]

    payment: Mapped[Payment] = relationship(lazy="raise")
    evidence: Mapped[list["Evidence"]] = relationship(lazy="raise", order_by="Evidence.number")

    @property
    def order_id(self) -> UUID:
        return self.payment.order_id

    @property
    def is_inquiry(self) -> bool:
        return self.state in INQUIRIES

    __table_args__ = (
        Index(None, "looked_at", postgresql_where="state not in ('won', 'lost', 'closed')"),
        CheckConstraint("amount_minor > 0", name="amount_some"),
        CheckConstraint("borne_minor = 0 or state = 'lost'", name="borne_when_lost"),
        CheckConstraint("(given_up_by is null) = (given_up_reason is null)", name="given_up_with_reason"),
        not_longer("given_up_reason", 4000),
    )


class Evidence(Identified, Base):
    """An answer to a dispute: a document made of the order's own record, and the same in the bank's fields.

    Frozen when it is made; what is written later is that it was sent.
    """

    __tablename__ = "dispute_evidence"

    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"))
    number: Mapped[int]
    to_inquiry: Mapped[bool]
    """It answers the bank's question, not yet the dispute that may follow."""
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    statement: Mapped[str]
    """What the staff says to it, in front of the record."""
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The bank's fields in words: what was sold, to whom, where it went."""
    sha256: Mapped[str]
    """Of the document, which lies in the file store."""
    size_bytes: Mapped[int]
    upload_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    submit_key: Mapped[UUID] = mapped_column(default=uuid4, unique=True)
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[datetime | None]
    """When it was first on its way to the provider: from then on no other is."""
    file_id: Mapped[str | None]
    """What the provider calls the document."""
    submitted_at: Mapped[datetime | None]
    """When the provider has taken it."""

    __table_args__ = (
        UniqueConstraint("dispute_id", "number"),
        Index(None, "dispute_id", "to_inquiry", unique=True, postgresql_where="sent_at is not null"),
        Index(None, "sha256"),
        CheckConstraint("(sent_at is null) = (sent_by is null)", name="sent_by_somebody"),
        CheckConstraint("submitted_at is null or sent_at is not null", name="submitted_was_sent"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_form"),
        CheckConstraint("size_bytes between 1 and 5000000", name="size_within_limit"),
        not_longer("statement", 4000, least=0),
    )
