"""Offers as they are read: values, for nothing of a frozen offer ever changes, and a quote has up to fifty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from marketplace.costing import tree
from marketplace.costing.values import Node
from marketplace.kernel.money import round_half_even
from marketplace.taxes.rules import UNTAXED as NOT_REGISTERED

UNTAXED: Final[Mapping[str, Any]] = NOT_REGISTERED.as_json()
"""How a sale is taxed that nothing was decided of: its seller is not registered for tax."""


@dataclass(slots=True)
class FrozenOffer:
    """A row of `quoting.models.Offer`, which says what each of its columns is, and what it shares with its quote.

    The template is that of its tree (`costing.tree.template`); `because` says why it stands behind the one before it.
    """

    id: UUID
    created_at: datetime
    quote_id: UUID
    position: int
    listing_id: UUID
    work_centre_id: UUID
    factory_id: UUID
    rate_card_id: UUID | None
    bid_id: UUID | None
    slot_id: UUID | None
    total_minor: int
    factory_minor: int
    fee_minor: int
    royalty_minor: int
    tax_minor: int
    delivery_minor: int
    tax: Mapping[str, Any] | None
    fee_tax_minor: int
    low_minor: int | None
    high_minor: int | None
    machine_min: int
    setup_min: int
    chain: list[Any] | None
    starts_after: date | None
    finish_by: date
    ships_on: date
    figures: list[int]
    explanation: dict[str, Any] | None
    currency: str
    quantity: int
    explained_by: Mapping[str, Any]
    template: bytes
    because: str = ""

    @property
    def breakdown(self) -> Node:
        """The compact price tree."""
        return tree.filled(self.explained_by["shape"], self.figures)

    @property
    def breakdown_json(self) -> bytes:
        """The same as JSON, written without making the tree."""
        return self.template % tuple(self.figures)

    @property
    def explained_breakdown(self) -> Node:
        """The price tree in full: with what explains its times, and the sources."""
        return tree.explain(self.breakdown, self.explained_by)

    @property
    def net_minor(self) -> int:
        """Before tax: what it is ranked by."""
        return self.total_minor - self.tax_minor

    @property
    def taxed(self) -> Mapping[str, Any]:
        """How it is taxed, and why."""
        return UNTAXED if self.tax is None else self.tax

    @property
    def unit_minor(self) -> int:
        """The total per piece, rounded for display."""
        return round_half_even(self.total_minor, self.quantity)
