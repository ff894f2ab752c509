"""Where a drawing is narrow: its smallest hole, and the narrowest web between two cuts of one part."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from marketplace.adapters.geometry_kernel.drawings import regions
from marketplace.adapters.geometry_kernel.drawings.chaining import Loop
from marketplace.adapters.geometry_kernel.drawings.regions import Part

ROUND: Final = 1e-6
"""How far 4πA/P² of a circle may stay below 1: a polygon of 100 sides stays 3e-4 below (isoperimetric inequality)."""
MAX_TRIED: Final = 200
FIRST_LOOK_MM: Final = 1.0


@dataclass(frozen=True, slots=True)
class Narrow:
    """A width and a place of it."""

    width_mm: float
    x_mm: float
    y_mm: float


def smallest_hole(parts: list[Part]) -> Narrow | None:
    """The diameter of the smallest hole: of the circle, or of the widest circle that fits in.

    No hole is narrower than 2·area/perimeter (Bonnesen), so that holes are tried from the least of that on.
    """
    holes = sorted((hole for part in parts for hole in part.holes), key=_least)
    best: Narrow | None = None
    for hole in holes[:MAX_TRIED]:
        if best is not None and _least(hole) >= best.width_mm:
            break
        found = _width(hole)
        if best is None or found.width_mm < best.width_mm:
            best = found
    return best


def _least(hole: Loop) -> float:
    return 2 * hole.area_mm2 / hole.length_mm


def _width(hole: Loop) -> Narrow:
    polygon = shapely.polygons(hole.points)
    if 4 * math.pi * hole.area_mm2 / hole.length_mm**2 >= 1 - ROUND:
        middle = polygon.centroid
        return Narrow(hole.length_mm / math.pi, middle.x, middle.y)
    spoke = shapely.maximum_inscribed_circle(polygon)
    x, y = shapely.get_coordinates(spoke)[0]
    return Narrow(2 * float(shapely.length(spoke)), float(x), float(y))


def narrowest_web(parts: list[Part]) -> Narrow | None:
    """The least distance between two loops of one part, and a place midway."""
    found = [web for part in parts if part.holes and (web := _web(part)) is not None]
    return min(found, key=lambda web: web.width_mm, default=None)


def _web(part: Part) -> Narrow | None:
    """Looks ever farther around each loop until one finds another."""
    rings = regions.rings([part.outer, *part.holes])
    low_x, low_y, high_x, high_y = shapely.total_bounds(rings)
    farthest = math.hypot(high_x - low_x, high_y - low_y)
    reach = min(FIRST_LOOK_MM, farthest / 100)
    while True:
        left, right = _near(rings, reach)
        if len(left):
            return _nearest(rings[left], rings[right])
        if reach > farthest:
            return None
        reach *= 4


def _near(rings: npt.NDArray[Any], reach: float) -> npt.NDArray[np.int64]:
    """Pairs of rings within reach, (2, n)."""
    pairs = regions.pairs(rings, rings, "dwithin", reach)
    return pairs[:, pairs[0] < pairs[1]]


def _nearest(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> Narrow:
    shapely.prepare(left)
    distances = shapely.distance(left, right)
    closest = int(np.argmin(distances))
    x, y = shapely.get_coordinates(shapely.shortest_line(left[closest], right[closest])).mean(axis=0)
    return Narrow(float(distances[closest]), float(x), float(y))
