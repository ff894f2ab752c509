from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.costing.tree import filled
from marketplace.costing.values import Node
from marketplace.kernel.database import Base, Identified
from marketplace.kernel.lifecycle import Lifecycle, Stateful
from marketplace.kernel.money import round_half_even


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
    rank_by: Mapped[RankBy]
    number: Mapped[int]
    """1 for a first quote, one more for each that supersedes another."""
    supersedes_id: Mapped[UUID | None] = mapped_column(ForeignKey("quotes.id"), unique=True)
    state: Mapped[QuoteState] = mapped_column(default=QuoteState.OPEN)
    expires_at: Mapped[datetime]
    eligible: Mapped[int]
    """How many live listings could make it; the best of them are the offers."""
    findings: Mapped[list[Any]] = mapped_column(JSONB)
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What explains the times in every offer's breakdown, kept once (costing.tree.explanation), and their `shape`."""

    offers: Mapped[list["Offer"]] = relationship(lazy="raise", order_by="Offer.position")

    __table_args__ = (
        Index(None, "organisation_id", "id"),
        CheckConstraint("quantity between 1 and 1000000", name="quantity_sane"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency_form"),
    )


class Offer(Identified, Base):
    """One listing's priced and dated answer. Append-only."""

    __tablename__ = "offers"

    quote_id: Mapped[UUID] = mapped_column(ForeignKey("quotes.id"))
    position: Mapped[int]
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    factory_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    rate_card_id: Mapped[UUID] = mapped_column(ForeignKey("rate_cards.id"))
    total_minor: Mapped[int]
    factory_minor: Mapped[int]
    fee_minor: Mapped[int]
    machine_min: Mapped[int]
    """Minutes of the work centre that the order will hold."""
    finish_by: Mapped[date]
    """The last local day on which those minutes may lie for the ship date to hold."""
    ships_on: Mapped[date]
    figures: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """The numbers of its price tree (costing.tree.figures); the words are those of every offer of its quote."""

    def belongs_to(self, quote: Quote) -> None:
        """Take over what its quote knows for all offers.

        Not the quote itself: the two would hold each other, with fifty price trees, until the collector comes.
        """
        self.currency, self.quantity, self.shape = quote.currency, quote.quantity, quote.explanation["shape"]

    @cached_property
    def breakdown(self) -> Node:
        """The compact price tree."""
        return filled(self.shape, self.figures)

    @property
    def unit_minor(self) -> int:
        """The total per piece, rounded for display."""
        return round_half_even(self.total_minor, self.quantity)

    __table_args__ = (
        UniqueConstraint("quote_id", "position"),
        CheckConstraint("total_minor > 0 and total_minor = factory_minor + fee_minor", name="parts_add_up"),
        CheckConstraint("machine_min > 0", name="minutes_some"),
        CheckConstraint("ships_on >= finish_by", name="ships_after_finish"),
    )
