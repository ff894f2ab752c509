"""Finishes that can be asked for: which materials they suit, what they do to sizes, what they usually cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import combinations
from types import MappingProxyType
from typing import Any

from marketplace.capability.catalogue import Material, material_for, materials_of, rows
from marketplace.costing.constants import figure
from marketplace.costing.tolerances import tolerance, tolerance_um
from marketplace.kernel.errors import Rejected

SIDES = 2
"""A size lies between two sides, each of which the finish changes."""


class FinishUnknown(Rejected):
    """The catalogue has no such finish."""

    code = "finish_unknown"


class FinishNotForMaterial(Rejected):
    """This finish is not done on this material, or not on parts of this process."""

    code = "finish_not_for_material"


class FinishesContradict(Rejected):
    """Two finishes of one kind are asked for, of which one would undo or cover the other; `finishes` names them."""

    code = "finishes_contradict"


class FinishKind(StrEnum):
    """What a finish does to a part; in about the order in which they are done."""

    MOULD = "mould"
    """Done to the mould's face instead of the part's."""
    DENSIFYING = "densifying"
    DEBURRING = "deburring"
    GRINDING = "grinding"
    TEXTURE = "texture"
    """How the surface looks and feels: matt, lined or bright."""
    SMOOTHING = "smoothing"
    """By dissolving what stands out."""
    LAYER = "layer"
    """A skin that the metal is turned into or plated with."""
    GROUND = "ground"
    COLOUR = "colour"
    MARKING = "marking"


@dataclass(frozen=True, slots=True)
class Family:
    """Materials that take the same finishes; of the kind metal or plastic."""

    id: str
    name_en: str
    name_zh: str
    kind: str


@dataclass(frozen=True, slots=True)
class Change:
    """How far each side of a part grows, in micrometres; below zero it shrinks."""

    low_um: int
    high_um: int
    source: str


@dataclass(frozen=True, slots=True)
class UsualPrice:
    """What finishers usually ask for small parts, in minor units per `piece`, `m2` or `lot`: a suggestion."""

    currency: str
    low_minor: int
    high_minor: int
    per: str
    source: str


@dataclass(frozen=True, slots=True)
class Finish:
    """A finish, the families or kinds of material that it suits, and the processes if it does not suit all."""

    id: str
    name_en: str
    name_zh: str
    says: str
    kind: FinishKind
    families: tuple[str, ...]
    processes: tuple[str, ...]
    standard: str
    priced_by: tuple[str, ...]
    """Of `lot`, `piece` and `area`: the prices of a rate card that it usually goes by."""
    change: Change
    price: UsualPrice
    lead_days: int

    def suits(self, process_id: str, material: Material) -> bool:
        """Whether it is done on parts of this process and material."""
        family = families()[material.family]
        of_process = not self.processes or process_id in self.processes
        return of_process and (family.id in self.families or family.kind in self.families)


@cache
def families() -> Mapping[str, Family]:
    """Every family of materials by its id."""
    return MappingProxyType({name: Family(id=name, **row) for name, row in rows("families.toml", "family").items()})


@cache
def finishes() -> Mapping[str, Finish]:
    """Every finish by its id."""
    return MappingProxyType({name: _finish(name, row) for name, row in rows("finishes.toml", "finish").items()})


def finish(finish_id: str) -> Finish:
    """The finish of this id. Raises FinishUnknown."""
    if finish_id not in finishes():
        raise FinishUnknown(f"There is no finish {finish_id!r}.", known=sorted(finishes()))
    return finishes()[finish_id]


def finishes_for(process_id: str, material: Material) -> tuple[Finish, ...]:
    """What can be done to parts of this process and material, in the catalogue's order."""
    return tuple(each for each in finishes().values() if each.suits(process_id, material))


def check(process_id: str, material: Material, asked: Iterable[str]) -> None:
    """Raises FinishUnknown, FinishNotForMaterial where one of them is not done on such parts, FinishesContradict."""
    wanted = [finish(each) for each in dict.fromkeys(asked)]
    for each in wanted:
        if not each.suits(process_id, material):
            raise FinishNotForMaterial(
                f"{each.name_en} is not done on {material.name_en} of this process; choose another finish or material.",
                finish=each.id,
                finishes=[other.id for other in finishes_for(process_id, material)],
                materials=[other.id for other in materials_of(process_id) if each.suits(process_id, other)],
            )
    for earlier, later in combinations(wanted, 2):
        if earlier.kind is later.kind:
            raise FinishesContradict(
                f"{earlier.name_en} and {later.name_en} cannot both be had on one part; ask for one of them.",
                kind=later.kind,
                finishes=[earlier.id, later.id],
            )


def check_offered(process_id: str, materials: Iterable[str], offered: Iterable[str]) -> None:
    """Raises FinishUnknown, and FinishNotForMaterial for one that none of a work centre's materials takes."""
    worked = [material_for(process_id, each) for each in materials]
    for each in map(finish, offered):
        if not any(each.suits(process_id, material) for material in worked):
            raise FinishNotForMaterial(
                f"{each.name_en} is done on none of this work centre's materials; leave it out of the card.",
                finish=each.id,
            )


@dataclass(frozen=True, slots=True)
class SizeWarning:
    """A finish that can change a size by more than its tolerance allows; micrometres."""

    finish: str
    says: str
    most_um: int
    allowed_um: float
    source: str


def size_warnings(asked: Iterable[str], tolerance_id: str, nominal_mm: float) -> tuple[SizeWarning, ...]:
    """A warning for each finish that can change a size by more than its tolerance allows.

    Both sides change. Raises FinishUnknown, ToleranceUnknown, SizeHasNoTolerance.
    """
    allowed, name = tolerance_um(tolerance_id, nominal_mm), tolerance(tolerance_id).standard
    found = []
    for each in map(finish, asked):
        most = SIDES * max(abs(each.change.low_um), abs(each.change.high_um))
        if most > allowed:
            says = (
                f"{each.name_en} changes a size by up to {most} µm; {name} allows {allowed:g} µm at {nominal_mm:g} mm. "
                "Say which faces are masked, or finish them afterwards."
            )
            found.append(SizeWarning(each.id, says, most, allowed, each.change.source))
    return tuple(found)


def _finish(finish_id: str, row: Mapping[str, Any]) -> Finish:
    change, price = row["change_um"], row["price"]
    return Finish(
        id=finish_id,
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        says=row["says"],
        kind=FinishKind(row["kind"]),
        families=tuple(row["families"]),
        processes=tuple(row.get("processes", ())),
        standard=row.get("standard", ""),
        priced_by=tuple(row["priced_by"]),
        change=Change(change["low"], change["high"], _sourced(change, "um")),
        price=UsualPrice(price["currency"], price["low"], price["high"], price["per"], _sourced(price, "minor")),
        lead_days=row["lead_days"],
    )


def _sourced(row: Mapping[str, Any], unit: str) -> str:
    return figure({"value": row["low"], "unit": unit, "source": row["source"]}).source
