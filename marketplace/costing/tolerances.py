"""How far sizes may lie from the nominal: general tolerances (ISO 2768-1) and grades for fits (ISO 286-1)."""

import tomllib
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marketplace.costing.errors import SizeHasNoTolerance, ToleranceUnknown

FILE: Final = Path(__file__).with_name("tolerances.toml")
WIDTHS: Final = "grades"
"""The table that states whole zones, not deviations to either side."""


@dataclass(frozen=True, slots=True)
class Range:
    """Nominal sizes over `over_mm` up to and with `to_mm` may lie so far from the nominal, to either side."""

    over_mm: float
    to_mm: float
    deviation_um: float


@dataclass(frozen=True, slots=True)
class ToleranceClass:
    """A class of tolerance; the higher its rank, the tighter."""

    id: str
    rank: int
    name_en: str
    name_zh: str
    standard: str
    ranges: tuple[Range, ...]


@cache
def classes() -> Mapping[str, ToleranceClass]:
    """Every class by its id, from wide to narrow."""
    file = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            name: ToleranceClass(
                id=name,
                rank=rank,
                name_en=row["name_en"],
                name_zh=row["name_zh"],
                standard=row["standard"],
                ranges=_ranges(file["table"], row["table"], row["column"]),
            )
            for rank, (name, row) in enumerate(file["class"].items())
        }
    )


def tolerance(class_id: str) -> ToleranceClass:
    """The class of this id. Raises ToleranceUnknown."""
    if class_id not in classes():
        raise ToleranceUnknown(f"There is no tolerance class {class_id!r}.", known=list(classes()))
    return classes()[class_id]


def tolerance_um(class_id: str, nominal_mm: float) -> float:
    """How far a size of so many millimetres may lie from the nominal, to either side, in micrometres.

    Raises ToleranceUnknown, and SizeHasNoTolerance where the standard has no value for the size.
    """
    wanted = tolerance(class_id)
    at = bisect_left([each.to_mm for each in wanted.ranges], nominal_mm)
    if at == len(wanted.ranges) or nominal_mm < wanted.ranges[0].over_mm or nominal_mm <= 0:
        raise SizeHasNoTolerance(
            f"{wanted.standard} has no tolerance for {nominal_mm:g} mm; state it on the drawing.",
            from_mm=wanted.ranges[0].over_mm,
            to_mm=wanted.ranges[-1].to_mm,
        )
    return wanted.ranges[at].deviation_um


def _ranges(tables: Mapping[str, Any], table: str, column: str) -> tuple[Range, ...]:
    rows, share = tables[table], 0.5 if table == WIDTHS else 1.0
    ends = [float(rows["from"]), *(float(end) for end in rows["to"])]
    return tuple(Range(over, to, value * share) for over, to, value in zip(ends, ends[1:], rows[column], strict=False))
