"""What a lot stands for in kg CO₂e: the material that is bought for it, and the electricity of its machines.

Two lines, each mass or energy times a factor, with a range and the source of every number (carbon.toml). Electricity is
the world's average whoever makes the part, so that where a factory is changes nothing (F1). Sums are whole milligrams.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marketplace.costing.bounds import WHOLE_BPS
from marketplace.costing.values import Node, Routing

FILE: Final = Path(__file__).with_name("carbon.toml")
ANY: Final = "any"
POWDERED: Final = "metal_pbf"
"""The process whose material is atomised powder."""
MG_IN_KG: Final = 1_000_000
MMIN_IN_H: Final = 60_000


@dataclass(frozen=True, slots=True)
class Factor:
    """A figure with the least and the most that it may be, its unit, and the key of its source in carbon.toml."""

    value: float
    low: float
    high: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a footprint: milligrams of CO₂e, between which two they lie, and what they follow from."""

    label: str
    formula: str
    mg: int
    low_mg: int
    high_mg: int
    given: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a lot stands for, and what is counted."""

    parts: tuple[Part, ...]

    @property
    def kg(self) -> float:
        """Of the lot."""
        return sum(part.mg for part in self.parts) / MG_IN_KG

    def as_json(self) -> dict[str, Any]:
        """In kilograms, with the boundary and the legend of sources; the parts add up."""
        cited = {node["source"] for part in self.parts for node in part.given}
        return {
            "kg": self.kg,
            "low_kg": sum(part.low_mg for part in self.parts) / MG_IN_KG,
            "high_kg": sum(part.high_mg for part in self.parts) / MG_IN_KG,
            "boundary": boundary(),
            "parts": [_shown(part) for part in self.parts],
            "sources": {key: text for key, text in sources().items() if key in cited},
        }


def footprint(routing: Routing, *, family: str) -> Footprint:
    """The footprint of a routing's lot; `family` is its material's. The range is that of factors and of the routing."""
    return Footprint((_material(routing, family), _electricity(routing)))


def _material(routing: Routing, family: str) -> Part:
    factor, spread = material_factor(routing.process, family), routing.spread
    mass_mg = routing.quantity * routing.material_mg_each
    given = (
        _variable("pieces", routing.quantity, "pieces", "request"),
        _variable("mass", routing.material_mg_each, "mg", "computed"),
        *_of("material factor", factor),
    )
    return Part(
        label="Material",
        formula="pieces × mass × material factor",
        mg=round(mass_mg * factor.value),
        low_mg=round(mass_mg * factor.low * spread.mass_low_bps / WHOLE_BPS),
        high_mg=round(mass_mg * factor.high * spread.mass_high_bps / WHOLE_BPS),
        given=given,
    )


def _electricity(routing: Routing) -> Part:
    power, grid, spread = power_of(routing.process), table("grid")["world"], routing.spread
    setup = sum(step.setup_mmin for step in routing.operations)
    each = sum(step.machine_mmin_each for step in routing.operations)
    hours = (setup + routing.quantity * each) / MMIN_IN_H
    given = (
        _variable("set-up", setup, "min/1000", "computed"),
        _variable("pieces", routing.quantity, "pieces", "request"),
        _variable("machine time", each, "min/1000", "computed"),
        *_of("power", power),
        *_of("grid factor", grid),
    )
    return Part(
        label="Electricity",
        formula="(set-up + pieces × machine time) × power × grid factor",
        mg=round(hours * power.value * grid.value * MG_IN_KG),
        low_mg=round(hours * power.low * grid.low * spread.time_low_bps / WHOLE_BPS * MG_IN_KG),
        high_mg=round(hours * power.high * grid.high * spread.time_high_bps / WHOLE_BPS * MG_IN_KG),
        given=given,
    )


def material_factor(process: str, family: str) -> Factor:
    """kg CO₂e of a kilogram: of powder where the process takes it, of the family, or of any material."""
    powder = table("powder") if process == POWDERED else {}
    return powder.get(family) or table("material").get(family) or table("material")[ANY]


def power_of(process: str) -> Factor:
    """What a machine of the process draws on average, in kW."""
    return table("power").get(process) or table("power")[ANY]


@cache
def table(name: str) -> Mapping[str, Factor]:
    """One table of carbon.toml; ValueError where a figure names no source or lies outside its range."""
    return MappingProxyType({key: _factor(key, row) for key, row in _file()[name].items()})


def boundary() -> str:
    """What is counted and what is not."""
    text: str = _file()["boundary"]
    return text


def sources() -> Mapping[str, str]:
    """Where the figures come from, by key."""
    legend: Mapping[str, str] = _file()["sources"]
    return legend


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _factor(key: str, row: Mapping[str, Any]) -> Factor:
    found = Factor(**row)
    if found.source not in sources() or not 0 < found.low <= found.value <= found.high:
        raise ValueError(f"the factor {key!r} has no source, or lies outside its own range")
    return found


def _of(label: str, factor: Factor) -> tuple[Node, ...]:
    figures = ((label, factor.value), (f"{label}, low", factor.low), (f"{label}, high", factor.high))
    return tuple(_variable(name, value, factor.unit, factor.source) for name, value in figures)


def _variable(label: str, value: float, unit: str, source: str) -> Node:
    return {"kind": "variable", "label": label, "value": value, "unit": unit, "source": source}


def _shown(part: Part) -> dict[str, Any]:
    return {
        "label": part.label,
        "formula": part.formula,
        "kg": part.mg / MG_IN_KG,
        "low_kg": part.low_mg / MG_IN_KG,
        "high_kg": part.high_mg / MG_IN_KG,
        "given": list(part.given),
    }
