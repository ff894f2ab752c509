"""The values that costing takes and gives. Floats are geometry only; money, time and mass are integers.

Where a work centre has constants of its own, one routing may stand for many of them: a constant is then a column of
numbers, one for each, and so are the times that follow from it. Formulas are written so that both pass through.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

import numpy as np

from marketplace.costing.errors import FinishNotPriced, MaterialNotPriced, RateCardOutOfRange
from marketplace.geometry.shape import Build, Draft, Drawing, OrientedBox, Reach, Sections, Sheet, Turned, Walls

Node = dict[str, Any]
Number = Any
"""A float, or a column of them (`numpy.ndarray` of float64)."""
Whole = Any
"""A count of minor units, thousandths of a minute, milligrams, …: an int, or a column of them (int64)."""

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
class Figure:
    """A number with its unit and the key of its source in sources.toml."""

    value: Number
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A named figure that explains a time, a mass or an amount."""

    label: str
    value: Number
    unit: str
    source: str

    def as_node(self) -> Node:
        """The variable as a leaf of a price tree, to four decimals; a whole value is shown whole."""
        value = round(float(self.value), 4)
        value = int(value) if value == int(value) else value
        return {"kind": "variable", "label": self.label, "value": value, "unit": self.unit, "source": self.source}


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What costing needs of a measured part: mm, mm², mm³; the box's third side is the height as oriented.

    What was not found, or what the part is not (turned, of sheet), is None; a routing that needs it says so.
    """

    volume_mm3: float
    area_mm2: float
    box_mm: tuple[float, float, float]
    holes: tuple[tuple[float, float], ...] = ()
    """(diameter, depth) of each cylindrical hole."""
    hull_mm3: float | None = None
    oriented_box: OrientedBox | None = None
    walls: Walls | None = None
    builds: tuple[Build, ...] = ()
    sections: Sections | None = None
    draft: Draft | None = None
    reach: Reach | None = None
    turned: Turned | None = None
    sheet: Sheet | None = None
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class Making:
    """What is asked for of a part besides its shape and material: ids of the catalogue, and how many.

    `thickness_mm` is asked for where the file cannot say it, as a flat drawing cannot.
    """

    quantity: int
    tolerance: str = "standard"
    finishes: tuple[str, ...] = ()
    inspection: str = "standard"
    thickness_mm: float | None = None


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """What costing needs of a material: density (kg/m³, which is mg/cm³) and its cutting data by name."""

    id: str
    name: str
    density: Figure
    cutting: Mapping[str, Figure] = field(default_factory=dict)


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
            raise RateCardOutOfRange("A rate card has a standard lead time.", field="tiers")

    def discount_bps(self, quantity: int) -> int:
        """The discount at so many pieces."""
        return max((each.discount_bps for each in self.breaks if quantity >= each.from_pieces), default=0)

    def rates(
        self,
        material: str,
        making: Making,
        *,
        lead_time: LeadTime = LeadTime.STANDARD,
        delivery: DeliveryPrice = NO_DELIVERY,
    ) -> "Rates":
        """The rates of this card that one requirement asks for. Raises MaterialNotPriced, FinishNotPriced."""
        if material not in self.material_minor_per_kg:
            raise MaterialNotPriced("This rate card has no price for the material.", material=material)
        missing = sorted(set(making.finishes) - set(self.finishes))
        if missing:
            raise FinishNotPriced("This rate card has no price for a finish.", finishes=missing)
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


@dataclass(frozen=True, slots=True)
class Charges:
    """What is added to a factory's price whoever makes the part: the platform's fee, a design's royalty, tax."""

    fee_bps: int = 0
    royalty_minor_each: int = 0
    tax_bps: int = 0


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a routing, in whole milliminutes.

    Set-up, tooling (making a mould or fixture) and labour once per lot; machine and labour time per piece.
    """

    name: str
    variables: tuple[Variable, ...]
    setup_mmin: Whole = 0
    machine_mmin_each: Whole = 0
    labour_mmin_each: Whole = 0
    tooling_mmin: Whole = 0
    labour_mmin: Whole = 0
    nodes: tuple[Node, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", nodes_of(self.variables))


def nodes_of(variables: tuple[Variable, ...]) -> tuple[Node, ...]:
    """Variables as leaves of a tree; none where they stand for many work centres: no one tree shows columns."""
    if any(isinstance(variable.value, np.ndarray) for variable in variables):
        return ()
    return tuple(variable.as_node() for variable in variables)


@dataclass(frozen=True, slots=True)
class Spread:
    """How far times and mass may lie from the truth, as factors in basis points: nine of ten parts lie between.

    10,000 is the figure itself. The source says what it was calibrated on.
    """

    time_low_bps: int = 10_000
    time_high_bps: int = 10_000
    mass_low_bps: int = 10_000
    mass_high_bps: int = 10_000
    source: str = "own"


@dataclass(frozen=True, slots=True)
class Routing:
    """The steps that make one lot of a part, the milligrams of material and the mm² of finish that each piece takes."""

    process: str
    material: str
    title: str
    making: Making
    operations: tuple[Operation, ...]
    material_mg_each: Whole
    variables: tuple[Variable, ...]
    """What explains the material."""
    part_mg_each: int = 0
    """The finished piece, which is delivered."""
    area_mm2_each: int = 0
    spread: Spread = Spread()
    doubts: tuple[str, ...] = ()
    """Why a person should look before the price is firm; none: it is."""
    nodes: tuple[Node, ...] = field(init=False, compare=False, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", nodes_of(self.variables))

    @property
    def quantity(self) -> int:
        """Pieces of the lot."""
        return self.making.quantity

    def machine_minutes(self, quantity: int) -> Whole:
        """Whole minutes (rounded up) to hold on the machine for this many pieces, set-up included."""
        setup = sum(operation.setup_mmin for operation in self.operations)
        each = sum(operation.machine_mmin_each for operation in self.operations)
        return -(-(setup + quantity * each) // 1000)

    def total_mmin(self) -> Whole:
        """All time of the lot, machine and labour, in milliminutes."""
        return sum(
            step.setup_mmin
            + step.tooling_mmin
            + step.labour_mmin
            + self.quantity * (step.machine_mmin_each + step.labour_mmin_each)
            for step in self.operations
        )


@dataclass(frozen=True, slots=True)
class Price:
    """A lot priced by one rate card; `unit_minor` is the total per piece, rounded for display only."""

    currency: str
    total_minor: int
    factory_minor: int
    """What the factory gets, delivery included."""
    fee_minor: int
    royalty_minor: int
    tax_minor: int
    unit_minor: int
    tree: Node
