"""How much sheet pieces take: our closed form beside what spyrrow makes of a lot of them in a few seconds."""

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import shapely

from marketplace.adapters.geometry_kernel.drawings import nesting
from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines, Region
from marketplace.costing import sheets
from marketplace.costing.constants import constants
from marketplace.costing.sheets import Blank
from tools.compare_costing.examples import Example

Corners = Sequence[tuple[float, float]]
SHEET_MM: Final = 1500.0
GAP_MM: Final = 3.2


def disc(radius: float, corners: int = 48) -> Corners:
    """A circle, or a regular polygon."""
    return [
        (radius * math.cos(math.tau * i / corners), radius * math.sin(math.tau * i / corners)) for i in range(corners)
    ]


SHAPES: Final[dict[str, tuple[Corners, ...]]] = {
    "plate 160 × 100": ([(0, 0), (160, 0), (160, 100), (0, 100)],),
    "strip 400 × 60": ([(0, 0), (400, 0), (400, 60), (0, 60)],),
    "panel 640 × 410": ([(0, 0), (640, 0), (640, 410), (0, 410)],),
    "disc ⌀120": (disc(60),),
    "disc ⌀40": (disc(20),),
    "ring ⌀120/80": (disc(60), disc(40)),
    "L 200, arms 50": ([(0, 0), (200, 0), (200, 50), (50, 50), (50, 200), (0, 200)],),
    "L 200, arms 25": ([(0, 0), (200, 0), (200, 25), (25, 25), (25, 200), (0, 200)],),
    "U 200 × 150": ([(0, 0), (200, 0), (200, 150), (160, 150), (160, 40), (40, 40), (40, 150), (0, 150)],),
    "T 200 × 180": ([(0, 0), (200, 0), (200, 40), (120, 40), (120, 180), (80, 180), (80, 40), (0, 40)],),
    "triangle 200 × 140": ([(0, 0), (200, 0), (0, 140)],),
    "gusset 180 × 160": ([(0, 0), (180, 0), (180, 40), (60, 160), (0, 160)],),
    "hexagon ⌀140": (disc(70, 6),),
}
"""Outlines, each with its holes behind it, mm."""


def nests(seconds: int, names: Sequence[str] = tuple(SHAPES)) -> Iterator[Example]:
    """Each shape as many times as fill a sheet or so; takes so many seconds for each."""
    for name in names:
        outer, *holes = (np.array([*corners, corners[0]], dtype=np.float64) for corners in SHAPES[name])
        part = shapely.Polygon(outer, holes)
        low_x, low_y, high_x, high_y = part.bounds
        long, short = sorted((high_x - low_x, high_y - low_y), reverse=True)
        copies = max(8, min(60, int(2.2e6 / (long * short))))
        nested = nesting.strip(
            Outlines((Region(outer, tuple(holes)),)), copies, sheet_width_mm=SHEET_MM, gap_mm=GAP_MM, seconds=seconds
        )
        blank = Blank(2.0, part.length, 1 + len(holes), part.area, (long, short), part.convex_hull.area)
        yield Example(
            "laser_cutting",
            f"sheet for each of {copies}: {name}",
            "cm²",
            part.area / nested.utilisation / 100,
            float(sheets.gross_mm2(blank, constants("laser_cutting"))) / 100,
            0.30,
            f"spyrrow, {seconds} s a lot, on a strip {SHEET_MM:g} mm wide",
            "a closed form does not see how outlines fit into each other",
        )
