"""The values that costing takes and gives. Floats are geometry only; money, time and mass are integers.

Where a work centre has constants of its own, one routing may stand for many of them: a constant is then a column of
numbers, one for each, and so are the times that follow from it. Formulas are written so that both pass through.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np

from marketplace.geometry.features import Features
from marketplace.geometry.shape import Build, Draft, Drawing, Layers, OrientedBox, Reach, Sections, Sheet, Turned, Walls

Node = dict[str, Any]
Number = Any
"""A float, or a column of them (`numpy.ndarray` of float64)."""
Whole = Any
"""A count of minor units, thousandths of a minute, milligrams, …: an int, or a column of them (int64)."""


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


class Bore(NamedTuple):
    """A round hole as it is made: drilled, tapped if it has a pitch, or opened from another hole's end if it widens it.

    A central one lies about the axis of a turned part.
    """

    diameter_mm: float
    depth_mm: float
    pitch_mm: float = 0.0
    widens: bool = False
    is_central: bool = False


@dataclass(frozen=True, slots=True)
class PartFacts:
    """What costing needs of a measured part: mm, mm², mm³; the box's third side is the height as oriented.

    What was not found, or what the part is not (turned, of sheet), is None; a routing that needs it says so.
    """

    volume_mm3: float
    area_mm2: float
    box_mm: tuple[float, float, float]
    holes: tuple[Bore, ...] = ()
    """Each cylindrical hole, each counterbore and countersink; plain pairs of diameter and depth will do."""
    hull_mm3: float | None = None
    oriented_box: OrientedBox | None = None
    walls: Walls | None = None
    builds: tuple[Build, ...] = ()
    sections: Sections | None = None
    layers: Layers | None = None
    draft: Draft | None = None
    reach: Reach | None = None
    turned: Turned | None = None
    sheet: Sheet | None = None
    drawing: Drawing | None = None
    features: Features | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "holes", tuple(Bore(*hole) for hole in self.holes))


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


Rows = tuple[tuple[float, float], ...]
"""A table of two columns, the first rising."""


@dataclass(frozen=True, slots=True)
class LaserTable:
    """How lasers cut sheet of one sort: by power (kW), rows of thickness (mm) and speed (m/min); seconds to pierce."""

    id: str
    speeds: Mapping[float, Rows]
    pierce: Rows
    source: str
    pierce_source: str

    @property
    def thickest_mm(self) -> float:
        """What the strongest laser of the table still cuts."""
        return max(rows[-1][0] for rows in self.speeds.values())


@dataclass(frozen=True, slots=True)
class MaterialFacts:
    """What costing needs of a material: density (kg/m³, which is mg/cm³) and how it is cut, bent and formed.

    Forming: powder (bulk density, fresh share), metal printing (volume rate, layer height), moulding (temperatures, …).
    """

    id: str
    name: str
    density: Figure
    cutting: Mapping[str, Figure] = field(default_factory=dict)
    forming: Mapping[str, Figure] = field(default_factory=dict)
    laser: LaserTable | None = None


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


TIMES: Final = ("setup_mmin", "machine_mmin_each", "labour_mmin_each", "tooling_mmin", "labour_mmin")
"""The times of an operation, by name."""


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

    def setup_minutes(self) -> Whole:
        """Of the machine's minutes, the whole ones (rounded up) that set it up."""
        return -(-sum(operation.setup_mmin for operation in self.operations) // 1000)

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
    delivery_minor: int
    """Of what the factory gets."""
    unit_minor: int
    tree: Node
