"""Rate cards: a work centre's prices, and what one requirement asks of them. Whole minor units throughout."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from marketplace.costing.errors import (
    FinishNotPriced,
    LeadTimeNotOffered,
    MaterialNotPriced,
    NotDelivered,
    RateCardOutOfRange,
)
from marketplace.costing.values import Making, Whole

LARGEST_RATE: Final = 1_000_000_000
"""Minor units per hour, or per piece of a finish; see `bounds` for why."""
LARGEST_MATERIAL_PRICE: Final = 100_000_000
"""Minor units per kilogram."""
LARGEST_AREA_PRICE: Final = 40_000_000
"""Minor units per square metre of a finish."""
LARGEST_MINIMUM: Final = 1_000_000_000_000
"""Minor units of a minimum order, or of the least a lot of a finish or a delivery costs."""
LARGEST_MARGIN_BPS: Final = 9_000
LARGEST_DISCOUNT_BPS: Final = 5_000
LARGEST_SURCHARGE_BPS: Final = 10_000
LARGEST_WAIT_DAYS: Final = 365
MOST_BREAKS: Final = 8


def _within(name: str, value: int, largest: int, smallest: int = 0) -> None:
    if type(value) is not int or not smallest <= value <= largest:
        raise RateCardOutOfRange(
            f"{name} is a whole number from {smallest:,} to {largest:,}.", field=name, largest=largest
        )


class LeadTime(StrEnum):
    """How soon the work begins: what a customer pays more or less for."""

    EXPRESS = "express"
    STANDARD = "standard"
    ECONOMY = "economy"


@dataclass(frozen=True, slots=True)
class FinishPrice:
    """What a finish costs: each piece, each square metre, and at least so much for the pieces of a lot."""

    lot_minor: int = 0
    piece_minor: int = 0
    area_minor_per_m2: int = 0

    def __post_init__(self) -> None:
        _within("lot_minor", self.lot_minor, LARGEST_MINIMUM)
        _within("piece_minor", self.piece_minor, LARGEST_RATE)
        _within("area_minor_per_m2", self.area_minor_per_m2, LARGEST_AREA_PRICE)


@dataclass(frozen=True, slots=True)
class Break:
    """From so many pieces of a lot on, a discount on what making them costs."""

    from_pieces: int
    discount_bps: int

    def __post_init__(self) -> None:
        _within("from_pieces", self.from_pieces, 1_000_000, smallest=2)
        _within("discount_bps", self.discount_bps, LARGEST_DISCOUNT_BPS)


@dataclass(frozen=True, slots=True)
class Tier:
    """A lead time: work begins after so many days of waiting, for so much more or less of the price."""

    wait_days: int = 0
    change_bps: int = 0

    def __post_init__(self) -> None:
        _within("wait_days", self.wait_days, LARGEST_WAIT_DAYS)
        _within("change_bps", self.change_bps, LARGEST_SURCHARGE_BPS, smallest=-LARGEST_DISCOUNT_BPS)


@dataclass(frozen=True, slots=True)
class DeliveryPrice:
    """What bringing a lot to one country costs: so much for the lot, and for each kilogram."""

    base_minor: int = 0
    minor_per_kg: int = 0

    def __post_init__(self) -> None:
        _within("base_minor", self.base_minor, LARGEST_MINIMUM)
        _within("minor_per_kg", self.minor_per_kg, LARGEST_MATERIAL_PRICE)


NO_DELIVERY: Final = DeliveryPrice()
"""The customer fetches the goods, or pays the carrier."""
EVERYWHERE_ELSE: Final = "*"
"""Stands for every country that a card does not name."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a work centre will not make, whatever its machines could: fewer, more, heavier, thinner."""

    fewest: int = 1
    most: int = 1_000_000
    heaviest_g: int | None = None
    thinnest_wall_um: int | None = None

    def __post_init__(self) -> None:
        _within("fewest", self.fewest, 1_000_000, smallest=1)
        _within("most", self.most, 1_000_000, smallest=1)
        if self.most < self.fewest:
            raise RateCardOutOfRange(
                f"A card that takes lots of {self.fewest:,} pieces at the fewest and {self.most:,} at the most takes "
                "none: let `most` be no less than `fewest`.",
                field="limits",
                fewest=self.fewest,
                most=self.most,
            )
        if self.heaviest_g is not None:
            _within("heaviest_g", self.heaviest_g, 50_000_000, smallest=1)
        if self.thinnest_wall_um is not None:
            _within("thinnest_wall_um", self.thinnest_wall_um, 1_000_000, smallest=1)


@dataclass(frozen=True, slots=True)
class RateCard:
    """One work centre's prices: minor units of the currency, basis points of the price.

    A set-up or tooling rate that is left out is the labour rate. Raises RateCardOutOfRange for anything negative, not
    whole, or beyond the bounds above, and for breaks that are not in order.
    """

    currency: str
    machine_rate_minor_per_h: int
    labour_rate_minor_per_h: int
    material_minor_per_kg: Mapping[str, int]
    minimum_order_minor: int = 0
    margin_bps: int = 0
    setup_rate_minor_per_h: int | None = None
    tooling_rate_minor_per_h: int | None = None
    finishes: Mapping[str, FinishPrice] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    """By rising number of pieces, each with a larger discount than the one before."""
    tiers: Mapping[LeadTime, Tier] = field(default_factory=lambda: {LeadTime.STANDARD: Tier()})
    """The lead times on offer."""
    delivery: Mapping[str, DeliveryPrice] = field(default_factory=dict)
    """By country; under EVERYWHERE_ELSE for all others. Where there is neither, it does not deliver."""
    limits: Limits = Limits()

    def __post_init__(self) -> None:
        for name in ("setup_rate_minor_per_h", "tooling_rate_minor_per_h"):
            if getattr(self, name) is None:
                object.__setattr__(self, name, self.labour_rate_minor_per_h)
            _within(name, getattr(self, name), LARGEST_RATE)
        _within("machine_rate_minor_per_h", self.machine_rate_minor_per_h, LARGEST_RATE)
        _within("labour_rate_minor_per_h", self.labour_rate_minor_per_h, LARGEST_RATE)
        _within("minimum_order_minor", self.minimum_order_minor, LARGEST_MINIMUM)
        _within("margin_bps", self.margin_bps, LARGEST_MARGIN_BPS)
        for price in self.material_minor_per_kg.values():
            _within("material_minor_per_kg", price, LARGEST_MATERIAL_PRICE)
        _check_breaks(self.breaks)
        if LeadTime.STANDARD not in self.tiers:
            raise RateCardOutOfRange("Add a standard lead time to `tiers`: it is what customers get.", field="tiers")

    def discount_bps(self, quantity: int) -> int:
        """The discount at so many pieces."""
        return max((each.discount_bps for each in self.breaks if quantity >= each.from_pieces), default=0)

    def delivery_to(self, country: str | None) -> DeliveryPrice:
        """What bringing goods to a country costs; nothing if nobody asks. Raises NotDelivered."""
        if country is None:
            return NO_DELIVERY
        price = self.delivery.get(country) or self.delivery.get(EVERYWHERE_ELSE)
        if price is None:
            raise NotDelivered("This factory does not deliver there.", delivered=sorted(self.delivery))
        return price

    def rates(
        self,
        material: str,
        making: Making,
        *,
        lead_time: LeadTime = LeadTime.STANDARD,
        deliver_to: str | None = None,
    ) -> "Rates":
        """The rates of this card that one requirement asks for.

        Raises MaterialNotPriced, FinishNotPriced, NotDelivered, LeadTimeNotOffered.
        """
        if material not in self.material_minor_per_kg:
            raise MaterialNotPriced("This rate card has no price for the material.", material=material)
        missing = sorted(set(making.finishes) - set(self.finishes))
        if missing:
            raise FinishNotPriced("This rate card has no price for a finish.", finishes=missing)
        if lead_time not in self.tiers:
            raise LeadTimeNotOffered("This rate card has no such lead time.", offered=sorted(self.tiers))
        delivery = self.delivery_to(deliver_to)
        assert self.setup_rate_minor_per_h is not None
        assert self.tooling_rate_minor_per_h is not None
        return Rates(
            currency=self.currency,
            machine=self.machine_rate_minor_per_h,
            labour=self.labour_rate_minor_per_h,
            setup=self.setup_rate_minor_per_h,
            tooling=self.tooling_rate_minor_per_h,
            material=self.material_minor_per_kg[material],
            finishes=tuple(FinishRates.of(self.finishes[each]) for each in making.finishes),
            discount_bps=self.discount_bps(making.quantity),
            margin_bps=self.margin_bps,
            lead_bps=self.tiers[lead_time].change_bps,
            minimum=self.minimum_order_minor,
            delivery_base=delivery.base_minor,
            delivery_per_kg=delivery.minor_per_kg,
        )


def _check_breaks(breaks: tuple[Break, ...]) -> None:
    rising = all(
        earlier.from_pieces < later.from_pieces and earlier.discount_bps < later.discount_bps
        for earlier, later in pairwise(breaks)
    )
    if len(breaks) > MOST_BREAKS or not rising:
        raise RateCardOutOfRange(
            f"Name at most {MOST_BREAKS} quantity breaks, each with more pieces and a larger discount than the last.",
            field="breaks",
            largest=MOST_BREAKS,
        )


@dataclass(frozen=True, slots=True)
class FinishRates:
    """A finish's prices by one card, or by many as columns; minor units per lot, piece and square metre."""

    lot: Whole
    piece: Whole
    area: Whole

    @classmethod
    def of(cls, price: FinishPrice) -> "FinishRates":
        """Those of one card."""
        return cls(price.lot_minor, price.piece_minor, price.area_minor_per_m2)


@dataclass(frozen=True, slots=True)
class Rates:
    """What one requirement asks of a rate card, resolved to numbers; or of many cards, each number a column.

    Minor units per hour (machine, labour, setup, tooling), per kilogram (material), basis points, and minor units.
    `finishes` stand in the order of the requirement's.
    """

    currency: str
    machine: Whole
    labour: Whole
    setup: Whole
    tooling: Whole
    material: Whole
    finishes: tuple[FinishRates, ...] = ()
    discount_bps: Whole = 0
    margin_bps: Whole = 0
    lead_bps: Whole = 0
    minimum: Whole = 0
    delivery_base: Whole = 0
    delivery_per_kg: Whole = 0
    spare_bps: int = 0
    """Off the factory's price, where the lot is made in a slot of spare capacity; never a column."""


@dataclass(frozen=True, slots=True)
class Charges:
    """What is added to a factory's price: the platform's fee, a design's royalty, tax; or to many, as columns."""

    fee_bps: Whole = 0
    royalty_minor_each: int = 0
    tax_bps: Whole = 0
    platform_number: tuple[str, str] | None = None
    """Country and number under which the platform itself is registered for tax, if it is."""
