"""The catalogue: the processes and materials that can be asked for, read once from the folder catalogue/.

Names in English and Chinese, standard codes, density, price range and cutting data, each with the key of its source
(`costing.constants.sources`).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marketplace.costing.constants import figure, sources
from marketplace.costing.values import Figure, LaserTable, MaterialFacts, Rows
from marketplace.kernel.errors import Rejected

FOLDER: Final = Path(__file__).parent / "catalogue"
CUTTING: Final = (
    "removal_rate",
    "cutting_speed",
    "feed_per_tooth",
    "drill_speed",
    "turning_speed",
    "bend_thickness",
    "bend_radius",
    "k_factor",
)


class ProcessUnknown(Rejected):
    """The catalogue has no such process."""

    code = "process_unknown"


class MaterialUnknown(Rejected):
    """The catalogue has no such material."""

    code = "material_unknown"


class MaterialNotForProcess(Rejected):
    """This process does not work this material."""

    code = "material_not_for_process"


@dataclass(frozen=True, slots=True)
class Process:
    """A way of making parts, with its name in both languages and the standard that defines it."""

    id: str
    name_en: str
    name_zh: str
    standard: str


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What a kilogram usually costs a factory, in minor units of the currency; a suggestion, never a price."""

    currency: str
    low_minor_per_kg: int
    high_minor_per_kg: int
    source: str


@dataclass(frozen=True, slots=True)
class Material:
    """A material, the processes that work it, its codes by standard body, and what costing needs of it."""

    id: str
    name_en: str
    name_zh: str
    processes: tuple[str, ...]
    family: str
    """What its finishes go by: aluminium, polyamide, …"""
    codes: Mapping[str, str]
    density: Figure
    price: PriceRange
    facts: MaterialFacts

    @property
    def figures(self) -> Mapping[str, Figure]:
        """How it is cut and how it is formed, by name."""
        return {**self.facts.cutting, **self.facts.forming}

    @property
    def thickest_mm(self) -> Mapping[str, float]:
        """The thickest sheet of it that each process works, for those that work sheet."""
        laser, bent = self.facts.laser, self.facts.cutting.get("bend_thickness")
        limits = {"laser_cutting": laser and laser.thickest_mm, "bending": bent and float(bent.value)}
        return {name: limit for name, limit in limits.items() if limit and name in self.processes}

    @property
    def laser(self) -> str | None:
        """The table by which lasers cut sheet of it; None where they do not."""
        return self.facts.laser.id if self.facts.laser else None


@cache
def processes() -> Mapping[str, Process]:
    """Every process by its id."""
    return MappingProxyType({name: Process(id=name, **row) for name, row in rows("processes.toml", "process").items()})


@cache
def materials() -> Mapping[str, Material]:
    """Every material by its id."""
    return MappingProxyType({name: _material(name, row) for name, row in rows("materials.toml", "material").items()})


@cache
def lasers() -> Mapping[str, LaserTable]:
    """How lasers cut each sort of sheet, by its id."""
    return MappingProxyType({name: _laser(name, row) for name, row in rows("lasers.toml", "laser").items()})


def process(process_id: str) -> Process:
    """The process of this id. Raises ProcessUnknown."""
    if process_id not in processes():
        raise ProcessUnknown(f"There is no process {process_id!r}.", known=sorted(processes()))
    return processes()[process_id]


def material(material_id: str) -> Material:
    """The material of this id. Raises MaterialUnknown."""
    if material_id not in materials():
        raise MaterialUnknown(f"There is no material {material_id!r}.", known=sorted(materials()))
    return materials()[material_id]


def material_for(process_id: str, material_id: str) -> Material:
    """The material, if the process works it. Raises ProcessUnknown, MaterialUnknown, MaterialNotForProcess."""
    way, found = process(process_id), material(material_id)
    if process_id not in found.processes:
        raise MaterialNotForProcess(
            f"{way.name_en} does not work {found.name_en}; choose a material of the process.",
            materials=[each.id for each in materials_of(process_id)],
        )
    return found


def materials_of(process_id: str) -> tuple[Material, ...]:
    """The materials that a process works, in the catalogue's order. Raises ProcessUnknown."""
    known = process(process_id).id
    return tuple(material for material in materials().values() if known in material.processes)


def pairs() -> tuple[tuple[Process, Material], ...]:
    """Every process with each material that it works, in the catalogue's order."""
    return tuple((way, material) for way in processes().values() for material in materials_of(way.id))


def rows(file: str, table: str) -> Mapping[str, Mapping[str, Any]]:
    """The rows of a table of the catalogue's files, as they stand."""
    found: dict[str, dict[str, Any]] = tomllib.loads((FOLDER / file).read_text(encoding="utf-8"))[table]
    return found


def _material(material_id: str, row: Mapping[str, Any]) -> Material:
    density = figure(row["density"])
    cutting = MappingProxyType({name: figure(row[name]) for name in CUTTING if name in row})
    forming = MappingProxyType({name: figure(each) for name, each in row.get("forming", {}).items()})
    return Material(
        id=material_id,
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        processes=tuple(row["processes"]),
        family=row["family"],
        codes=MappingProxyType(row["codes"]),
        density=density,
        price=_price(row["price"]),
        facts=MaterialFacts(
            id=material_id,
            name=row["name_en"],
            density=density,
            cutting=cutting,
            forming=forming,
            laser=lasers()[row["laser"]] if "laser" in row else None,
        ),
    )


def _laser(table_id: str, row: Mapping[str, Any]) -> LaserTable:
    if not {row["source"], row["pierce_source"]} <= sources().keys():
        raise ValueError(f"no source named {row['source']!r} or {row['pierce_source']!r} in sources.toml")
    return LaserTable(
        id=table_id,
        speeds=MappingProxyType({float(power): _pairs(rows) for power, rows in row["speeds"].items()}),
        pierce=_pairs(row["pierce"]),
        source=row["source"],
        pierce_source=row["pierce_source"],
    )


def _pairs(rows: list[list[float]]) -> Rows:
    return tuple((float(first), float(second)) for first, second in rows)


def _price(row: Mapping[str, Any]) -> PriceRange:
    source = figure({"value": row["low"], "unit": "minor/kg", "source": row["source"]}).source
    return PriceRange(row["currency"], low_minor_per_kg=row["low"], high_minor_per_kg=row["high"], source=source)
