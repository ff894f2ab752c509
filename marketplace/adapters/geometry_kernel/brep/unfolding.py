"""A bent sheet laid flat: each flat is carried into the plane of the first, a bend allowance further at every fold."""

from collections import defaultdict, deque
from dataclasses import dataclass
from math import degrees
from typing import Final

import numpy as np
import shapely

from marketplace.adapters.geometry_kernel.brep import arcs
from marketplace.adapters.geometry_kernel.brep.folds import Flat, Fold, Folded
from marketplace.adapters.geometry_kernel.brep.shapes import Array, rounded
from marketplace.geometry.bending import bend_allowance

DIRECTIONS: Final = 64
"""How many sides of the outline, the longest, a smallest rectangle is tried along."""

MEETS_AGAIN: Final = 0.02
"""Share of the thickness by which a ring of flats may miss itself laid flat. A closed section misses by far more."""


@dataclass(frozen=True, slots=True)
class Place:
    """How a flat lies in the plane: `turn` (2, 3) times places in space, plus `shift`."""

    turn: Array
    shift: Array

    def of(self, points: Array) -> Array:
        """(n, 2) points of the flat, laid flat."""
        return points @ self.turn.T + self.shift


def laid_flat(part: Folded, first: int) -> dict[int, Place] | None:
    """Where each flat comes to lie that folds join to the first; None where a closed section cannot be laid flat."""
    by_flat, by_fold = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for fold, flat in part.hinges:
        by_flat[flat].append(fold)
        by_fold[fold].append(flat)
    places = {first: _first_place(part.flats[first])}
    queue = deque([first])
    while queue:
        here = queue.popleft()
        for fold in by_flat[here]:
            for there in by_fold[fold]:
                if there == here:
                    continue
                place = _beyond(places[here], part, part.folds[fold], here, there)
                if there not in places:
                    places[there] = place
                    queue.append(there)
                elif not _is_same(place, places[there], part.folds[fold], part.thickness_mm):
                    return None
    return places


def _first_place(flat: Flat) -> Place:
    return Place(np.array(arcs.frame(flat.normal)), np.zeros(2))


def _beyond(place: Place, part: Folded, fold: Fold, here: int, there: int) -> Place:
    """The place of a flat beyond a fold; a flat on the same side of it, cut off from the first, lies in one plane."""
    normal_here, normal_there = part.flats[here].normal, part.flats[there].normal
    if normal_here @ normal_there > 1 - 1e-6 and fold.beginning(normal_here)[1] @ fold.beginning(normal_there)[1] > 0:
        return place
    from_here, way_here = fold.beginning(normal_here)
    from_there, way_there = fold.beginning(normal_there)
    along, on = place.turn @ fold.axis, -(place.turn @ way_here)
    turn = np.outer(along, fold.axis) + np.outer(on, way_there)
    begins = place.of(from_here[None])[0] + on * _allowance(fold, part.thickness_mm)
    return Place(turn, begins - turn @ from_there)


def _allowance(fold: Fold, thickness: float) -> float:
    return bend_allowance(degrees(fold.angle), fold.inner, thickness)


def _is_same(one: Place, other: Place, fold: Fold, thickness: float) -> bool:
    ends = fold.foot + np.outer((fold.low, fold.high), fold.axis)
    return bool(np.abs(one.of(ends) - other.of(ends)).max() <= MEETS_AGAIN * thickness)


def fold_corners(part: Folded, places: dict[int, Place]) -> Array:
    """(n, 2) the corners of the folds, laid flat."""
    corners = [np.empty((0, 2))]
    for number, flat in part.hinges:
        fold = part.folds[number]
        begins, way = fold.beginning(part.flats[flat].normal)
        ends = places[flat].of(begins + np.outer((fold.low, fold.high), fold.axis))
        corners += [ends, ends - places[flat].turn @ way * _allowance(fold, part.thickness_mm)]
    return np.concatenate(corners)


def smallest_rectangle(points: Array) -> tuple[float, float]:
    """Long and short side of the smallest rectangle around points that lies along a side of their convex outline."""
    outline = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)))
    sides = np.diff(outline, axis=0)
    lengths = np.linalg.norm(sides, axis=1)
    longest = np.argsort(-lengths)[:DIRECTIONS]
    along = sides[longest] / np.maximum(lengths[longest], 1e-300)[:, None]
    across = np.column_stack((-along[:, 1], along[:, 0]))
    spans = np.stack([np.ptp(outline @ ways.T, axis=0) for ways in (along, across)])
    best = spans[:, int(np.argmin(spans.prod(axis=0)))]
    return rounded(best.max()), rounded(best.min())


def rolled_out(part: Folded) -> tuple[float, float] | None:
    """Long and short side of a strip that is one bend without flats; None for more bends than one."""
    if len(part.folds) != 1:
        return None
    sides = (_allowance(part.folds[0], part.thickness_mm), part.folds[0].high - part.folds[0].low)
    return rounded(max(sides)), rounded(min(sides))
