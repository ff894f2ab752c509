from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship, synonym

from marketplace.kernel.database import Base, Identified, named_kind, not_longer
from marketplace.kernel.lifecycle import Lifecycle, Stateful


class PaymentState(StrEnum):
    PENDING = "pending"
    CAPTURED = "captured"
    CANCELLED = "cancelled"
    """Given up before any money came; money that comes all the same makes it captured, and goes back."""


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


class BankPayoutState(StrEnum):
    """How far the provider's own payout to a seller's bank is; it may fail after it was shown as paid."""

    ON_ITS_WAY = "on_its_way"
    PAID = "paid"
    CANCELLED = "cancelled"
    FAILED = "failed"


class FreezeWhy(StrEnum):
    """What stands against money going on to its sellers."""

    DISPUTE = "dispute"
    """The customer's bank has taken money of the order back, or asks about it."""
    RECONCILIATION = "reconciliation"
    """Our books and the provider's differ."""
    DESTINATION_CHANGED = "destination_changed"
    """A seller's money shall go elsewhere: what it holds is only what is sent."""
    STAFF = "staff"


class ReleaseState(StrEnum):
    WAITING = "waiting"
    RELEASED = "released"
    DROPPED = "dropped"
    """All the money of the job went back to the customer meanwhile."""


class EventState(StrEnum):
    RECEIVED = "received"
    HANDLED = "handled"
    QUARANTINED = "quarantined"
    """Of another API version, or about nothing of ours: kept for a person to look at."""


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


class Freeze(Identified, Base):
    """Money of one order, of one organisation, or of everybody stays where it is until this is lifted."""

    __tablename__ = "freezes"

    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("orders.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """Of neither: everything."""
    why: Mapped[FreezeWhy]
    cause: Mapped[str]
    """The thing behind it: a dispute, a report, a change of destination; one cause freezes once."""
    ends_at: Mapped[datetime | None]
    """When it is lifted by itself."""
    lifted_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("num_nonnulls(order_id, organisation_id) <= 1", name="one_scope"),
        Index(
            "ix_freezes_open",
            "order_id",
            "organisation_id",
            "why",
            "cause",
            unique=True,
            postgresql_where="lifted_at is null",
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "ends_at", postgresql_where="lifted_at is null and ends_at is not null"),
        not_longer("cause", 200),
    )


class Release(Base):
    """The money of a job whose goods are accepted and that is not owed to its sellers yet, with the day it will be."""

    __tablename__ = "releases"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[ReleaseState] = mapped_column(default=ReleaseState.WAITING)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(state = 'waiting') = (ended_at is null)", name="ended_is_dated"),
        Index(None, "due_at", postgresql_where="state = 'waiting'"),
    )


class PayoutSchedule(Identified, Base):
    """How many days after acceptance money is owed to an organisation: the newest row counts. Append-only."""

    __tablename__ = "payout_schedules"

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    """Of nobody: everybody who has none of their own."""
    days: Mapped[int]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str]

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        CheckConstraint("days between 0 and 90", name="days_sane"),
        not_longer("reason", 4000),
    )


class ProviderEvent(Base):
    """An event as the provider delivered it, stored once."""

    __tablename__ = "provider_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    api_version: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[EventState] = mapped_column(default=EventState.RECEIVED)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """What became of it, in a word: applied, repeated, stale, unknown."""

    __table_args__ = (
        Index(None, "received_at", postgresql_where="state = 'received'"),
        Index(None, "received_at", "id", postgresql_where="state = 'quarantined'"),
    )


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
