"""Loops sorted into parts and holes: a loop inside an odd number of others is a hole, inside an even number a part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from marketplace.adapters.geometry_kernel.drawings.chaining import Loop
from marketplace.adapters.geometry_kernel.drawings.outlines import FOLLOWED_MM
from marketplace.geometry.errors import TooComplex

Whole = npt.NDArray[np.int64]

MAX_PAIRS: Final = 5_000_000
AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its outer loop and the holes directly in it."""

    outer: Loop
    holes: tuple[Loop, ...]

    @property
    def net_mm2(self) -> float:
        """Area without holes."""
        return self.outer.area_mm2 - sum(hole.area_mm2 for hole in self.holes)

    @property
    def hull_mm2(self) -> float:
        """Area of the convex outline; that of the part itself where it is convex, so that round parts are exact."""
        drawn = shapely.polygons(self.outer.points)
        hull = float(drawn.convex_hull.area)
        slack = FOLLOWED_MM * self.outer.length_mm * 1e-3
        return self.outer.area_mm2 if hull - float(drawn.area) <= slack else max(hull, self.outer.area_mm2)


@dataclass(frozen=True, slots=True)
class Sorted:
    """Parts, and loops that cross themselves or each other and so bound none."""

    parts: list[Part]
    crossing: list[Loop]


def sorted_(loops: list[Loop]) -> Sorted:
    """The loops as parts; raises TooComplex when they lie too deep in each other."""
    if not loops:
        return Sorted([], [])
    polygons = shapely.polygons(rings(loops))
    is_sound = shapely.is_valid(polygons)
    is_sound[np.flatnonzero(is_sound)[_crossed(polygons[is_sound])]] = False
    sound = [loop for loop, is_fine in zip(loops, is_sound, strict=True) if is_fine]
    crossing = [loop for loop, is_fine in zip(loops, is_sound, strict=True) if not is_fine]
    return Sorted(_parts(sound, polygons[is_sound]), crossing)


def rings(loops: Sequence[Loop]) -> npt.NDArray[Any]:
    """The loops as shapely rings."""
    counts = [len(loop.points) for loop in loops]
    made: npt.NDArray[Any] = shapely.linearrings(
        np.concatenate([loop.points for loop in loops]), indices=np.repeat(np.arange(len(loops)), counts)
    )
    return made


def _crossed(polygons: npt.NDArray[Any]) -> Whole:
    """Polygons that share area with another without lying in it; slivers where followed curves touch do not count."""
    outlines = shapely.get_exterior_ring(polygons)
    left, right = pairs(outlines, outlines, "intersects")
    left, right = left[left < right], right[left < right]
    slack = 2 * FOLLOWED_MM * np.minimum(shapely.length(polygons[left]), shapely.length(polygons[right]))
    shared = shapely.area(shapely.intersection(polygons[left], polygons[right]))
    smaller = np.minimum(shapely.area(polygons[left]), shapely.area(polygons[right]))
    is_crossed = (shared > np.minimum(slack, smaller / 10)) & (smaller - shared > np.minimum(slack, smaller / 10))
    return np.unique(np.concatenate([left[is_crossed], right[is_crossed]]))


def pairs(trees: npt.NDArray[Any], queries: npt.NDArray[Any], predicate: str, distance: float | None = None) -> Whole:
    """Indices (query, tree) that satisfy the predicate, (2, n); raises TooComplex when they are far too many."""
    tree = shapely.STRtree(trees)
    found, seen = [np.empty((2, 0), dtype=np.int64)], 0
    for start in range(0, len(queries), AT_ONCE):
        some = tree.query(queries[start : start + AT_ONCE], predicate=predicate, distance=distance)
        some[0] += start
        seen += some.shape[1]
        if seen > MAX_PAIRS:
            raise TooComplex("Too many loops of the drawing lie in each other. Please export the part alone.")
        found.append(some)
    return np.concatenate(found, axis=1)


def _parts(loops: list[Loop], polygons: npt.NDArray[Any]) -> list[Part]:
    areas = np.array([loop.area_mm2 for loop in loops])
    outer, inner = pairs(shapely.point_on_surface(polygons), polygons, "contains")
    is_around = areas[outer] > areas[inner]
    outer, inner = outer[is_around], inner[is_around]
    depths = np.bincount(inner, minlength=len(loops))
    order = np.lexsort((-areas[outer], inner))
    parent_of = np.full(len(loops), -1)
    parent_of[inner[order]] = outer[order]  # the smallest around comes last and stays
    holes: dict[int, list[Loop]] = {int(which): [] for which in np.flatnonzero(depths % 2 == 0)}
    for which in np.flatnonzero(depths % 2):
        holes[int(parent_of[which])].append(loops[which])
    return [Part(loops[which], tuple(inside)) for which, inside in holes.items()]
