"""In which units a file may have been drawn: what each would make of it, what we would guess, when to doubt. Pure.

Nothing here scales a part: the customer chooses, and sees with each choice how large the part becomes.
"""

import math
from dataclasses import dataclass
from typing import Final

from marketplace.geometry.figures import Sides
from marketplace.geometry.values import FileKind, Units

SMALLEST_MM: Final = 1.0
LARGEST_MM: Final = 2_000.0
"""The longest side of nearly every part that is ordered lies between; what is beyond is more likely in other units.

Ours: below a millimetre no process we offer holds its tolerances; two metres is a long bed of a laser or a mill.
"""
USUAL_MM: Final = 60.0
"""The longest side of a part of the hand: between two units that both could be we take the nearer, by ratio."""
SMALL_MM: Final = 10.0
"""A part shorter than this as millimetres is a hand's size as inches: as likely, so we ask."""


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """One answer to “in which units?”, and how large the part then is."""

    units: Units
    box_mm: Sides
    is_plausible: bool


def choices(kind: FileKind, declared: Units | None, box_mm: Sides) -> tuple[UnitChoice, ...]:
    """What each unit makes of a part that measures `box_mm` now: by its declared unit, or as if drawn in millimetres.

    A STEP file is drawn in what it declares: its writer states units for every length, and they are right.
    """
    now = (declared or Units.MM).millimetres
    offered = (declared or Units.MM,) if kind is FileKind.STEP else tuple(Units)
    return tuple(_choice(units, box_mm, float(units.millimetres / now)) for units in offered)


def suggested(kind: FileKind, declared: Units | None, box_mm: Sides) -> Units | None:
    """The likeliest unit: the declared one where it is plausible, else millimetres, else the nearest to a usual size.

    Most files without units are drawn in millimetres; that is why they come before a unit that fits better. None where
    no unit is plausible.
    """
    plausible = {choice.units: choice for choice in choices(kind, declared, box_mm) if choice.is_plausible}
    if kind is FileKind.STEP:
        return declared or Units.MM
    for units in (declared, Units.MM):
        if units in plausible:
            return units
    if not plausible:
        return None
    return min(plausible, key=lambda units: abs(math.log(max(plausible[units].box_mm) / USUAL_MM)))


def is_doubtful(kind: FileKind, declared: Units | None, box_mm: Sides) -> bool:
    """Whether to ask with a warning: the declared or usual unit makes an unlikely size, or another fits as well."""
    if kind is FileKind.STEP:
        return False
    if declared is not None:
        return suggested(kind, declared, box_mm) is not declared
    return suggested(kind, None, box_mm) is not Units.MM or max(box_mm) < SMALL_MM


def _choice(units: Units, box_mm: Sides, factor: float) -> UnitChoice:
    x, y, z = (side * factor for side in box_mm)
    return UnitChoice(units, (x, y, z), SMALLEST_MM <= max(x, y, z) <= LARGEST_MM)
