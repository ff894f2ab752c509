"""Sheet as it is cut: the blank of a flat drawing or of a bent part, and how much sheet it takes."""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from marketplace.costing.errors import PartTooLarge, ShapeNotForProcess, ThicknessContradictsFile, ThicknessNotGiven
from marketplace.costing.steps import Constants, shown
from marketplace.costing.values import Making, MaterialFacts, Number, PartFacts, Variable
from marketplace.geometry import bending
from marketplace.geometry.shape import Sheet

SAME_THICKNESS: Final = 0.01
"""Share of the file's thickness by which the one asked for may differ: files are drawn in inches, too."""


@dataclass(frozen=True, slots=True)
class Blank:
    """What a laser cuts: mm and mm². The rectangle and the convex outline around it are None where not known."""

    thickness_mm: float
    cut_mm: float
    pierces: int
    net_mm2: float
    box_mm: tuple[float, float] | None
    hull_mm2: float | None


def thickened(facts: PartFacts, making: Making) -> PartFacts:
    """A flat drawing as a sheet of the thickness asked for. Raises ThicknessNotGiven."""
    drawing = facts.drawing
    assert drawing is not None
    if making.thickness_mm is None:
        raise ThicknessNotGiven(
            "A flat drawing does not say how thick the sheet is; name it in `thickness_um` (3 mm: 3000)."
        )
    return replace(
        facts,
        volume_mm3=drawing.net_mm2 * making.thickness_mm,
        area_mm2=2 * drawing.net_mm2 + drawing.cut_mm * making.thickness_mm,
        box_mm=(facts.box_mm[0], facts.box_mm[1], making.thickness_mm),
    )


def check_thickness(sheet: Sheet, asked_mm: float) -> None:
    """Raises ThicknessContradictsFile unless the thickness asked for is the sheet's, to the hundredth part."""
    if abs(asked_mm - sheet.thickness_mm) > SAME_THICKNESS * sheet.thickness_mm:
        raise ThicknessContradictsFile(
            f"The file says {sheet.thickness_mm:.2f} mm, and {asked_mm:.2f} mm are asked for: leave the thickness out, "
            "or upload the part as thick as you want it.",
            file_um=round(sheet.thickness_mm * 1000),
        )


def blank(facts: PartFacts, material: MaterialFacts) -> Blank:
    """The blank of the part: drawn, or laid flat at the material's K factor. Raises ShapeNotForProcess."""
    if facts.drawing is not None:
        drawing = facts.drawing
        long, short = sorted(facts.box_mm[:2], reverse=True)
        return Blank(facts.box_mm[2], drawing.cut_mm, drawing.pierces, drawing.net_mm2, (long, short), drawing.hull_mm2)
    sheet = facts.sheet
    if sheet is None or min(sheet.thickness_mm, sheet.flat_mm2) <= 0:
        raise ShapeNotForProcess(
            "The part was not recognised as one sheet of even thickness. Upload it as STEP (a mesh will not do) or, "
            "to have it cut flat, as DXF; or choose milling."
        )
    k = material.cutting["k_factor"].value if "k_factor" in material.cutting else bending.MIDDLE
    net = bending.flat_area(sheet.flat_mm2, sheet.bends, thickness_mm=sheet.thickness_mm, k=k)
    return Blank(sheet.thickness_mm, sheet.cut_mm, sheet.pierces, max(net, sheet.flat_mm2 / 2), sheet.flat_box_mm, None)


def check_size(found: Blank, *, length_mm: float, width_mm: float) -> None:
    """Raises PartTooLarge for a blank that lies on no usual sheet."""
    if found.box_mm is not None and (found.box_mm[0] > length_mm or found.box_mm[1] > width_mm):
        raise PartTooLarge(
            f"Laid flat the part is {found.box_mm[0]:.0f} × {found.box_mm[1]:.0f} mm; sheets are {length_mm:.0f} × "
            f"{width_mm:.0f} mm. Check the units of the file.",
            largest_side_mm=length_mm,
        )


def utilisation(found: Blank, k: Constants) -> Number:
    """Which share of the sheet becomes parts: how well the outline fills its hull, or its rectangle, within bounds.

    Our own closed form. Against spyrrow on 17 shapes: see `nesting_measured` in sources.toml and tools/compare_costing;
    by the rectangle alone it takes too much sheet for round and angular parts.
    """
    around = found.hull_mm2 or (math.prod(found.box_mm) if found.box_mm else 0.0)
    if around <= 0:
        return k["nesting_usual"].value
    return np.clip(k["nesting_share"].value * found.net_mm2 / around, k["nesting_worst"].value, k["nesting_best"].value)


def gross_mm2(found: Blank, k: Constants) -> Number:
    """The sheet that a piece takes: (net area + half the gap all around) ÷ utilisation; the same for any number.

    Around is the rectangle's, or a square's of the same area where the rectangle is not known.
    """
    around = 2 * sum(found.box_mm) if found.box_mm else 4 * math.sqrt(found.net_mm2)
    return (found.net_mm2 + around * k["part_gap"].value / 2) / utilisation(found, k)


def variables(found: Blank, k: Constants) -> tuple[Variable, ...]:
    """What explains the sheet that a piece takes."""
    around = (
        (Variable("area of the convex outline", found.hull_mm2, "mm2", "measured"),)
        if found.hull_mm2
        else tuple(
            Variable(f"blank {side}", mm, "mm", "measured") for side, mm in zip("xy", found.box_mm or (), strict=False)
        )
    )
    return (
        Variable("thickness", found.thickness_mm, "mm", "measured"),
        Variable("net area", found.net_mm2, "mm2", "measured"),
        *around,
        Variable("utilisation", utilisation(found, k), "ratio", "computed"),
        *shown(("part_gap", "nesting_share", "nesting_worst", "nesting_best", "nesting_usual"), k),
    )
