"""What a press brake asks of a bent sheet: how short its flanges are, and how close holes come to a bend."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import degrees
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep.folds import Fold, Folded
from marketplace.adapters.geometry_kernel.brep.outlines import Outline
from marketplace.adapters.geometry_kernel.brep.shapes import Array, rounded
from marketplace.geometry.bending import setback
from marketplace.geometry.features import Hole
from marketplace.geometry.figures import Place

Found = tuple[float, Array]
"""A length and the place where it is found."""

PARALLEL: Final = 1e-3
"""The sine of the angle between two directions that are taken for one."""


def shortest_flange(part: Folded, outlines: dict[int, Outline]) -> tuple[float, Place] | None:
    """From the mould line of a bend to the far end of the flat beside it, or to the mould line of the next bend."""
    folds_of = _folds_of(part)
    lengths = (_flange(part, fold, flat, folds_of[flat], outlines[flat]) for fold, flat in _beside(part, outlines))
    return _least(lengths)


def _flange(part: Folded, fold: Fold, flat: int, others: Sequence[Fold], outline: Outline) -> Found:
    normal = part.flats[flat].normal
    begins, way = fold.beginning(normal)
    reach = float(((outline.outer - begins) @ way).max())
    ends = (_setback(other, part) for other in others if _lies_across(other, normal, begins + way * reach, fold))
    middle = begins + fold.axis * (fold.low + fold.high) / 2 + way * reach / 2
    return reach + _setback(fold, part) + max(ends, default=0.0), middle


def _lies_across(other: Fold, normal: Array, far_end: Array, fold: Fold) -> bool:
    """Whether another bend, along this one, begins where the flat ends."""
    begins, way = other.beginning(normal)
    is_along = float(np.linalg.norm(np.cross(other.axis, fold.axis))) < PARALLEL
    return is_along and other is not fold and abs(float((begins - far_end) @ way)) < PARALLEL * other.radius


def _setback(fold: Fold, part: Folded) -> float:
    return setback(degrees(fold.angle), fold.inner, part.thickness_mm)


def nearest_hole(part: Folded, outlines: dict[int, Outline], holes: Iterable[Hole]) -> tuple[float, Place] | None:
    """The least distance from an opening's edge to the beginning of a bend of its flat; 0 where it cuts into one."""
    openings = [_gap(fold, part.flats[flat].normal, outlines[flat]) for fold, flat in _beside(part, outlines)]
    return _least([*filter(None, openings), *_cut_into(part, outlines, holes)])


def _gap(fold: Fold, normal: Array, outline: Outline) -> Found | None:
    """From the points of openings, and from circles, to the line where the bend begins."""
    points, radii = np.concatenate((outline.inner, outline.centres)), outline.radii
    if not len(points):
        return None
    begins, _ = fold.beginning(normal)
    along = np.clip((points - begins) @ fold.axis, fold.low, fold.high)
    away = points - (begins + np.outer(along, fold.axis))
    distances = np.linalg.norm(away, axis=1)
    gaps = distances - np.concatenate((np.zeros(len(outline.inner)), radii))
    best = int(np.argmin(gaps))
    return max(0.0, float(gaps[best])), points[best] - away[best] * (
        1 - max(0.0, gaps[best]) / max(distances[best], 1e-300)
    )


def _cut_into(part: Folded, outlines: dict[int, Outline], holes: Iterable[Hole]) -> Iterator[Found]:
    """Round holes that are square to a flat and run into the bend beside it: they border no opening of the flat."""
    holes = list(holes)
    if not holes:
        return
    axes, middles = np.array([hole.axis for hole in holes]), np.array([hole.at_mm for hole in holes])
    radii = np.array([hole.diameter_mm / 2 for hole in holes])
    for fold, flat in _beside(part, outlines):
        normal = part.flats[flat].normal
        begins, way = fold.beginning(normal)
        offset = middles - begins
        is_square = np.linalg.norm(np.cross(axes, normal), axis=1) < PARALLEL
        is_here = np.abs(offset @ normal + part.thickness_mm / 2) < part.thickness_mm
        is_on_it = (np.abs(offset @ way) < radii) & (offset @ fold.axis > fold.low) & (offset @ fold.axis < fold.high)
        yield from ((0.0, middle) for middle in middles[is_square & is_here & is_on_it])


def _beside(part: Folded, outlines: dict[int, Outline]) -> Iterator[tuple[Fold, int]]:
    """Each fold with each flat beside it."""
    return ((part.folds[fold], flat) for fold, flat in part.hinges if flat in outlines)


def _folds_of(part: Folded) -> dict[int, list[Fold]]:
    folds = defaultdict[int, list[Fold]](list)
    for fold, flat in part.hinges:
        folds[flat].append(part.folds[fold])
    return folds


def _least(found: Iterable[Found]) -> tuple[float, Place] | None:
    least = min(found, key=lambda one: one[0], default=None)
    if least is None:
        return None
    x, y, z = map(rounded, least[1])
    return rounded(least[0]), (x, y, z)
