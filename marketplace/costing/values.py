"""The values that costing takes and gives. Floats are geometry only; money, time and mass are integers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.costing.errors import RateCardOutOfRange

Node = dict[str, Any]

LARGEST_RATE: Final = 1_000_000_000
"""Minor units per hour; see `bounds` for why."""
LARGEST_MATERIAL_PRICE: Final = 100_000_000
"""Minor units per kilogram."""
LARGEST_MINIMUM: Final = 1_000_000_000_000
"""Minor units of a minimum order."""
LARGEST_MARGIN_BPS: Final = 9_000


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit and the key of its source in sources.toml."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A named figure that explains a time, a mass or an amount."""

    label: str
    value: float
    unit: str
    source: str

    def as_node(self) -> Node:
        """The variable as a leaf of a price tree, to four decimals; a whole value is shown whole."""
        value = round(self.value, 4)
        value = int(value) if value == int(value) else value
        return {"kind": "variable", "label": self.label, "value": value, "unit": self.unit, "source": self.source}


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What costing needs of a measured part: mm, mm², mm³; the box's third side is the height as oriented."""

    volume_mm3: float
    area_mm2: float
    box_mm: tuple[float, float, float]
    holes: tuple[tuple[float, float], ...] = ()
    """(diameter, depth) of each cylindrical hole."""


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """What costing needs of a material: density (kg/m³, which is mg/cm³) and its cutting data by name."""

    id: str
    name: str
    density: Figure
    cutting: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RateCard:
    """One work centre's prices: minor units of the currency, basis points of the price.

    Raises RateCardOutOfRange for anything negative, not whole, or beyond the bounds above.
    """

    currency: str
    machine_rate_minor_per_h: int
    labour_rate_minor_per_h: int
    material_minor_per_kg: Mapping[str, int]
    minimum_order_minor: int = 0
    margin_bps: int = 0

    def __post_init__(self) -> None:
        _within("machine_rate_minor_per_h", self.machine_rate_minor_per_h, LARGEST_RATE)
        _within("labour_rate_minor_per_h", self.labour_rate_minor_per_h, LARGEST_RATE)
        _within("minimum_order_minor", self.minimum_order_minor, LARGEST_MINIMUM)
        _within("margin_bps", self.margin_bps, LARGEST_MARGIN_BPS)
        for price in self.material_minor_per_kg.values():
            _within("material_minor_per_kg", price, LARGEST_MATERIAL_PRICE)


def _within(name: str, value: int, largest: int) -> None:
    if type(value) is not int or not 0 <= value <= largest:
        raise RateCardOutOfRange(f"{name} is a whole number from 0 to {largest:,}.", field=name, largest=largest)


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a routing: set-up once per lot, machine and labour time per piece, in whole milliminutes."""

    name: str
    variables: tuple[Variable, ...]
    setup_mmin: int = 0
    machine_mmin_each: int = 0
    labour_mmin_each: int = 0
    nodes: tuple[Node, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(variable.as_node() for variable in self.variables))


@dataclass(frozen=True, slots=True)
class Routing:
    """The steps that make one lot of a part, and the milligrams of material each piece takes."""

    process: str
    material: str
    title: str
    quantity: int
    operations: tuple[Operation, ...]
    material_mg_each: int
    variables: tuple[Variable, ...]
    """What explains the material."""
    nodes: tuple[Node, ...] = field(init=False, compare=False, repr=False)
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(variable.as_node() for variable in self.variables))

    def machine_minutes(self, quantity: int) -> int:
        """Whole minutes (rounded up) to hold on the machine for this many pieces, set-up included."""
        setup = sum(operation.setup_mmin for operation in self.operations)
        each = sum(operation.machine_mmin_each for operation in self.operations)
        return -(-(setup + quantity * each) // 1000)

    def total_mmin(self) -> int:
        """All time of the lot, machine and labour, in milliminutes."""
        return sum(
            step.setup_mmin + self.quantity * (step.machine_mmin_each + step.labour_mmin_each)
            for step in self.operations
        )


@dataclass(frozen=True, slots=True)
class Price:
    """A lot priced by one rate card; `unit_minor` is the total per piece, rounded for display only."""

    currency: str
    total_minor: int
    factory_minor: int
    fee_minor: int
    unit_minor: int
    tree: Node
