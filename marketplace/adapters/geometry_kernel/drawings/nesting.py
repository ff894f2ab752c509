"""How flat parts lie on a strip of sheet: for what a job takes of the material.

spyrrow packs irregular outlines into a strip (sparrow: Gardeyn and Wauters, 2025); packing boxes in shelves is the
answer to beat, and the one that is left where a process may start no threads. Holes are not filled with other parts.

spyrrow starts two threads even for one worker, which a confined child may not. So whoever nests does it outside, on
outlines that a child has read and that were checked: a comparison of costs does (tools/compare_costing), no quote does
(docs/decisions/0016-sheet-by-a-closed-form.md).
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
import spyrrow

from marketplace.adapters.geometry_kernel.drawings.outlines import Outlines
from marketplace.geometry.errors import NoGeometry, OutOfRange, TooComplex

MAX_COPIES: Final = 2_000
MAX_CORNERS: Final = 20_000
"""Corners of all outlines; spyrrow's first layout takes seconds with more."""
COARSE_SHARE: Final = 0.25
"""Outlines are simplified outwards by up to this share of the gap."""
TURNS_DEG: Final = (0.0, 90.0, 180.0, 270.0)
"""Across and along the grain of the sheet."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One copy: its part (an index into the outlines' regions), turned about the origin and then moved."""

    region: int
    turn_deg: float
    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Nested:
    """Parts on a strip that begins at x = 0 and is as wide as the sheet: the length that it takes.

    The utilisation is the parts' area without holes over the strip's.
    """

    length_mm: float
    utilisation: float
    placements: tuple[Placement, ...]


def strip(
    outlines: Outlines, copies: int, *, sheet_width_mm: float, gap_mm: float, seconds: int, workers: int = 1
) -> Nested:
    """Lay `copies` of every part on a strip, `gap_mm` from each other and half of that from the strip's edges.

    Takes about `seconds`. Raises NoGeometry without a part, TooComplex for more than we lay, OutOfRange when a part is
    wider than the sheet.
    """
    shapes = _shapes(outlines, copies, gap_mm)
    best = _shelves(shapes, copies, sheet_width_mm)
    packed = _packed(shapes, copies, sheet_width_mm, seconds, workers)
    if packed is not None and packed[0] < best[0]:
        best = packed
    length, placements = best
    return Nested(length, copies * _net_mm2(outlines) / (length * sheet_width_mm), tuple(placements))


def _shapes(outlines: Outlines, copies: int, gap_mm: float) -> list[Any]:
    """The parts' outlines, wider by half of the gap, as shapely polygons."""
    if not outlines.regions or copies < 1:
        raise NoGeometry("There is no closed part to lay on a sheet.")
    if copies * len(outlines.regions) > MAX_COPIES:
        raise TooComplex(f"We lay out at most {MAX_COPIES:,} parts at once.", limit=MAX_COPIES)
    slack = max(gap_mm * COARSE_SHARE / 2, 1e-3)
    shapes = [_widened(shapely.polygons(region.outer), gap_mm / 2, slack) for region in outlines.regions]
    if sum(len(shape.exterior.coords) for shape in shapes) > MAX_CORNERS:
        raise TooComplex("The outlines have too many corners to be laid out. Please simplify them.")
    return shapes


def _widened(shape: Any, by_mm: float, slack_mm: float) -> Any:
    """An outline that keeps its distance with fewer corners: simplified, and wider by what that may cut off."""
    wide = shape.buffer(by_mm + slack_mm, join_style="mitre").simplify(slack_mm)
    return shapely.Polygon(wide.exterior)


def _net_mm2(outlines: Outlines) -> float:
    return math.fsum(shapely.Polygon(region.outer, region.holes).area for region in outlines.regions)


def _packed(
    shapes: list[Any], copies: int, width_mm: float, seconds: int, workers: int
) -> tuple[float, list[Placement]] | None:
    """spyrrow's strip; None where it could not start."""
    items = [
        spyrrow.Item(str(which), list(shape.exterior.coords)[:-1], copies, list(TURNS_DEG))
        for which, shape in enumerate(shapes)
    ]
    config = spyrrow.StripPackingConfig(
        early_termination=True, total_computation_time=max(1, seconds), num_workers=workers, seed=1
    )
    try:
        solution = spyrrow.StripPackingInstance("parts", strip_height=width_mm, items=items).solve(config)
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":  # pyo3's: a thread could not be started, or spyrrow gave up
            raise
        return None
    placed = solution.placed_items
    return solution.width, [Placement(int(item.id), item.rotation % 360, *item.translation) for item in placed]


def _shelves(shapes: list[Any], copies: int, width_mm: float) -> tuple[float, list[Placement]]:
    """Boxes in columns across the strip, the longest first; each part lies with its shorter side along the strip."""
    boxes = [_lying(which, shape, width_mm) for which, shape in enumerate(shapes)]
    boxes = sorted((box for box in boxes for _ in range(copies)), key=lambda box: box.along, reverse=True)
    length, shelf, across = 0.0, 0.0, 0.0
    placements = []
    for box in boxes:
        if across + box.across > width_mm + 1e-9:
            length, shelf, across = length + shelf, 0.0, 0.0
        placements.append(box.at(length, across))
        shelf, across = max(shelf, box.along), across + box.across
    return length + shelf, placements


@dataclass(frozen=True, slots=True)
class _Box:
    region: int
    turn_deg: float
    low: tuple[float, float]
    along: float
    across: float

    def at(self, x: float, y: float) -> Placement:
        """The box with its corner there."""
        return Placement(self.region, self.turn_deg, x - self.low[0], y - self.low[1])


def _lying(which: int, shape: Any, width_mm: float) -> _Box:
    """The part's box with its shorter side along the strip, or the other way where the sheet is too narrow."""
    fitting = [box for box in _turned(which, shape) if box.across <= width_mm + 1e-9]
    if not fitting:
        raise OutOfRange("A part is wider than the sheet.", sheet_width_mm=width_mm)
    return min(fitting, key=lambda box: box.along)


def _turned(which: int, shape: Any) -> Iterator[_Box]:
    points = shapely.get_coordinates(shape)
    for turn, corners in ((0.0, points), (90.0, points[:, ::-1] * (-1, 1))):
        low, size = corners.min(axis=0), np.ptp(corners, axis=0)
        yield _Box(which, turn, (float(low[0]), float(low[1])), float(size[0]), float(size[1]))
