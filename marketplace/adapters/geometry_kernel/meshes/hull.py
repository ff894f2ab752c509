"""The convex hull of a part, by Qhull over those vertices that can be its corners.

Qhull alone takes eleven seconds for a million points on a sphere, all of which are corners. So vertices inside a rough
hull are left out, which changes nothing; and of more than `MOST_CANDIDATES` that remain, only those are kept that
reach farthest in one of as many directions. A hull of those lies inside the true one: on a sphere, the worst of all
forms, its volume is 0.25 % less than that of the ball.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull, QhullError

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats

MOST_CANDIDATES: Final = 2_500
_ROUGH: Final = 60
"""Directions for the rough hull."""
_CELLS: Final = 80
"""Cells along each edge of a cube of directions, for thinning out more vertices than can be tried in all of them."""
_MANY: Final = 6 * _CELLS**2
_AT_ONCE: Final = 2_000_000
"""Products computed together, so that memory stays bounded."""

_CLEARLY: Final = 1e-5
"""In shares of the box's half: single precision cannot say of a point nearer to a plane on which side it is."""

Singles = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]


class Flat(Exception):
    """The points lie in a plane, on a line or in one place: they have no hull with room in it."""


@dataclass(frozen=True, slots=True)
class Hull:
    """Corners (n, 3), and for each triangle its outward normal, its area, and what lies beyond its three edges."""

    corners: Floats
    volume_mm3: float
    triangles: npt.NDArray[np.int32]
    neighbours: npt.NDArray[np.int32]
    """For each triangle those opposite to its first, second and third corner."""
    normals: Floats
    areas: Floats


def hull(points: Floats) -> Hull:
    """The convex hull of points in space.

    Raises Flat where they do not span any room.
    """
    try:
        found = ConvexHull(_candidates(points))
    except (QhullError, ValueError):
        raise Flat from None
    corners = found.points[found.simplices]
    crosses = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    used, numbers = np.unique(found.simplices, return_inverse=True)
    return Hull(
        corners=found.points[used],
        volume_mm3=float(found.volume),
        triangles=numbers.reshape(-1, 3).astype(np.int32),
        neighbours=found.neighbors,
        normals=found.equations[:, :3],
        areas=np.linalg.norm(crosses, axis=1) / 2,
    )


def spread_directions(count: int) -> Floats:
    """Unit vectors spread evenly over the sphere along a spiral, after the six axis directions.

    The golden spiral: Á. González, "Measurement of areas on a sphere using Fibonacci and latitude–longitude lattices",
    Mathematical Geosciences 42, 2010.
    """
    nth = np.arange(count)
    heights = 1 - (2 * nth + 1) / count
    turns = nth * np.pi * (3 - np.sqrt(5))
    radii = np.sqrt(1 - heights**2)
    spiral = np.stack([radii * np.cos(turns), radii * np.sin(turns), heights], axis=1)
    return np.concatenate([np.eye(3), -np.eye(3), spiral])


def farthest(points: Singles, directions: Floats) -> Indices:
    """The distinct points that reach farthest in any of the directions, by number."""
    ways = directions.astype(np.float32)
    best, at = np.full(len(ways), -np.inf), np.zeros(len(ways), dtype=np.int64)
    rows = max(1, _AT_ONCE // len(ways))
    for start in range(0, len(points), rows):
        reaches = ways @ points[start : start + rows].T
        here = reaches.argmax(axis=1)
        reach = reaches[np.arange(len(ways)), here]
        is_farther = reach > best
        best[is_farther], at[is_farther] = reach[is_farther], start + here[is_farther]
    return np.unique(at)


def evened(points: Floats) -> Singles:
    """The points as they lie in a box of two by two by two along their own main axes, in single precision.

    A thin plate or a rod is then seen from all sides alike, however it is turned; corners of a hull stay its corners.
    """
    middle = points.mean(axis=0)
    _, axes = np.linalg.eigh((points - middle).T @ (points - middle))
    turned = (points - middle) @ axes
    low, high = turned.min(axis=0), turned.max(axis=0)
    halves = np.where(high > low, (high - low) / 2, 1.0)
    even: Singles = ((turned - (low + high) / 2) / halves).astype(np.float32)
    return even


def _candidates(points: Floats) -> Floats:
    """Those points that can be corners of the hull, at most about `MOST_CANDIDATES` of them."""
    if len(points) <= MOST_CANDIDATES:
        return points
    even = evened(points)
    is_outside = _outside_rough_hull(even)
    points, even = points[is_outside], even[is_outside]
    if len(points) > _MANY:
        few = _thinned(even)
        points, even = points[few], even[few]
    if len(points) <= MOST_CANDIDATES:
        return points
    return points[farthest(even, spread_directions(MOST_CANDIDATES))]


def _outside_rough_hull(even: Singles) -> npt.NDArray[np.bool_]:
    """Which points are not clearly inside a hull of few corners."""
    try:
        rough = ConvexHull(even[farthest(even, spread_directions(_ROUGH))])
    except QhullError:
        return np.ones(len(even), dtype=bool)
    planes = np.unique(rough.equations.astype(np.float32), axis=0)
    is_outside = np.zeros(len(even), dtype=bool)
    rows = max(1, _AT_ONCE // len(planes))
    for start in range(0, len(even), rows):
        heights = planes[:, :3] @ even[start : start + rows].T
        heights += planes[:, 3:]
        is_outside[start : start + rows] = heights.max(axis=0) > -_CLEARLY
    return is_outside


def _thinned(even: Singles) -> Indices:
    """The point farthest from the middle in each cell of directions, and those farthest in the rough directions."""
    sizes = np.abs(even)
    axis = sizes.argmax(axis=1)
    rows = np.arange(len(even))
    longest = np.maximum(sizes[rows, axis], np.finfo(np.float32).tiny)
    cells = (2 * axis + (even[rows, axis] > 0)) * _CELLS**2
    for turn, step in ((1, _CELLS), (2, 1)):
        share = even[rows, (axis + turn) % 3] / longest
        cells += np.minimum(((share + 1) * (_CELLS / 2)).astype(np.int64), _CELLS - 1) * step
    lengths = np.einsum("ij,ij->i", even, even)
    most = np.zeros(_MANY, dtype=np.float32)
    np.maximum.at(most, cells, lengths)
    winner = np.full(_MANY, -1)
    is_farthest = lengths == most[cells]
    winner[cells[is_farthest]] = rows[is_farthest]
    return np.union1d(winner[winner >= 0], farthest(even, spread_directions(_ROUGH)))
