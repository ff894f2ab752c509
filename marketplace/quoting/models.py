from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.costing.rates import LeadTime
from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified
from marketplace.kernel.lifecycle import Lifecycle, Stateful
from marketplace.quoting.frozen import FrozenOffer


class QuoteState(StrEnum):
    OPEN = "open"
    TAKEN = "taken"
    SUPERSEDED = "superseded"


class RankBy(StrEnum):
    """The closed list of what a customer may rank offers by."""

    PRICE = "price"
    DATE = "date"


class Quote(Identified, Stateful, Base):
    """A requirement, and the offers that answered it."""

    __tablename__ = "quotes"
    lifecycle: ClassVar = Lifecycle(
        QuoteState.OPEN, {QuoteState.OPEN: frozenset({QuoteState.TAKEN, QuoteState.SUPERSEDED})}
    )

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    revision_id: Mapped[UUID] = mapped_column(ForeignKey("revisions.id"))
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    process: Mapped[str]
    material: Mapped[str]
    quantity: Mapped[int]
    currency: Mapped[str]
    tolerance: Mapped[str] = mapped_column(default="standard")
    finishes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    inspection: Mapped[str] = mapped_column(default="standard")
    thickness_um: Mapped[int | None]
    """Of the sheet, where the file cannot say it."""
    lead_time: Mapped[LeadTime] = mapped_column(default=LeadTime.STANDARD)
    deliver_to: Mapped[str | None]
    """A country (ISO 3166-1 alpha-2); None: the customer fetches the goods."""
    certificates: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    is_controlled: Mapped[bool] = mapped_column(default=False)
    rank_by: Mapped[RankBy]
    number: Mapped[int]
    """1 for a first quote, one more for each that supersedes another."""
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"), unique=True)
    state: Mapped[QuoteState] = mapped_column(default=QuoteState.OPEN)
    expires_at: Mapped[datetime]
    eligible: Mapped[int]
    """How many live listings could make it; the best of them are the offers."""
    left_out: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """How many live listings of the process could not, by reason; one may lack several things."""
    facets: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    """What the eligible listings are like: counts of all of them, not only of the offers."""
    doubts: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    """Why a person should look first: with any, the offers are indicative and cannot be ordered."""
    carbon: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    indicative: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What the lot usually costs, where no listing answered (capability.usual_rates)."""
    findings: Mapped[list[Any]] = mapped_column(JSONB)
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What explains the times in every offer's breakdown, kept once (costing.tree.explanation), and their `shape`."""

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        CheckConstraint("quantity between 1 and 1000000", name="quantity_sane"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
        CheckConstraint("deliver_to ~ '^[A-Z]{2}$'", name="country_form"),
        CheckConstraint("thickness_um between 1 and 1000000", name="thickness_sane"),
    )

    def answered_by(self, offers: Sequence[FrozenOffer]) -> None:
        """Remember the offers that were read with it, best first."""
        self.offers = offers

    @property
    def is_expired(self) -> bool:
        """Whether its time has passed, ordered from or not; its state does not change by that."""
        return clock.now() > self.expires_at

    @property
    def is_of_bid(self) -> bool:
        """Whether an accepted bid was frozen as it."""
        return any(each.bid_id is not None for each in self.offers)

    @property
    def is_firm(self) -> bool:
        """Whether its offers can be ordered as they are."""
        return not self.doubts

    @property
    def thickness_mm(self) -> float | None:
        """Of the sheet, in millimetres."""
        return None if self.thickness_um is None else self.thickness_um / 1000


class Offer(Identified, Base):
    """One listing's priced and dated answer, by its rate card or by an accepted bid. Append-only."""

    __tablename__ = "offers"

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"))
    position: Mapped[int]
    listing_id: Mapped[UUID]
    work_centre_id: Mapped[UUID]
    factory_id: Mapped[UUID]
    rate_card_id: Mapped[UUID | None] = mapped_column(ForeignKey("rate_cards.id"))
    """By which it was computed; a bid is the factory's own reckoning, and has none."""
    bid_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("bids.id"))
    slot_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("spare_slots.id"))
    """Whose minutes it takes, at that slot's discount."""
    total_minor: Mapped[int]
    factory_minor: Mapped[int]
    """What the factory gets, delivery included."""
    fee_minor: Mapped[int]
    royalty_minor: Mapped[int] = mapped_column(default=0)
    tax_minor: Mapped[int] = mapped_column(default=0)
    delivery_minor: Mapped[int] = mapped_column(default=0)
    tax: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """What was decided of the tax and why (taxes.values.Decision), and of that on the platform's fee, under `fee`.

    None: neither the factory nor the platform is registered for it.
    """
    fee_tax_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    """What the platform's invoice to the factory adds to its fee; the factory pays it out of its part."""
    low_minor: Mapped[int | None]
    """Nine times in ten a person's own calculation lies between these two; None before intervals were kept."""
    high_minor: Mapped[int | None]
    machine_min: Mapped[int]
    """Minutes of the work centre that the order will hold."""
    setup_min: Mapped[int] = mapped_column(server_default="0")
    """Of these, the set-up."""
    chain: Mapped[list[Any] | None] = mapped_column(JSONB(none_as_null=True))
    """All operations in their order (capacity.scheduling.Step), where others follow elsewhere in the house; an order
    holds the minutes of each."""
    starts_after: Mapped[date | None]
    """Work begins after this local day; None: from the next day on."""
    finish_by: Mapped[date]
    """The last local day on which those minutes may lie for the ship date to hold."""
    ships_on: Mapped[date]
    figures: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The numbers of its price tree (costing.tree.figures); the words are those of every offer of its quote."""
    explanation: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """In place of its quote's, where the work centre has constants of its own."""

    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        ForeignKeyConstraint(
            ["listing_id", "work_centre_id", "factory_id"],
            ["listings.id", "listings.work_centre_id", "listings.organisation_id"],
        ),
        Index("uq_offers_bid_id", "bid_id", unique=True, postgresql_where="bid_id is not null"),
        CheckConstraint(
            "total_minor > 0 and total_minor = factory_minor + fee_minor + royalty_minor + tax_minor",
            name="parts_add_up",
        ),
        CheckConstraint("tax_minor >= 0 and fee_tax_minor between 0 and factory_minor", name="tax_sane"),
        CheckConstraint("total_minor between low_minor and high_minor", name="within_interval"),
        CheckConstraint("num_nonnulls(rate_card_id, bid_id) = 1", name="computed_or_bid"),
        CheckConstraint("machine_min > 0", name="minutes_some"),
        CheckConstraint("ships_on >= finish_by", name="ships_after_finish"),
    )
