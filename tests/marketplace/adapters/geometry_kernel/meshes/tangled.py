"""Surfaces that run through themselves, with closed-form answers: bars bent along a line that crosses itself."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh
from tests.marketplace.adapters.geometry_kernel.meshes.solids import mesh, volume

Point = tuple[float, float, float]

EIGHT: Sequence[Point] = ((0, 0, 0), (30, 30, 0), (30, 0, 0), (0, 30, 0))
"""A line closed upon itself that crosses itself at a right angle, in (15, 15); 144.85 mm long."""
EIGHT_MM = 2 * 30 * math.sqrt(2) + 2 * 30
OVER_AND_UNDER: Sequence[Point] = ((0, 0, 0), (30, 30, 0), (30, 0, 20), (0, 30, 20))
"""The same seen from above, but one arm passes 20 mm above the other: a knot that can be made."""
ALPHA: Sequence[Point] = ((0, 0, 0), (40, 0, 0), (40, 30, 0), (20, 30, 0), (20, -20, 0))
"""A line with two ends that crosses itself."""
ALPHA_MM = 40 + 30 + 20 + 50


def bar(
    line: Sequence[Point], *, width: float = 4.0, height: float = 4.0, is_ring: bool = False, cuts: int = 1
) -> Mesh:
    """A bar of rectangular section along a line, upright, mitred at its corners, each stretch cut into so many.

    The volume that its surface encloses, each place as often as it is enclosed, is length × width × height where the
    line is flat: what a mitre takes from one side it gives to the other.
    """
    points = np.asarray(line, dtype=float)
    sides = _mitres(points[:, :2], is_ring=is_ring) * (width / 2)
    ends = np.concatenate([points, points[:1]]) if is_ring else points
    steps = np.arange(cuts)[:, None] / cuts
    along = [a + steps * (b - a) for a, b in pairwise(ends)]
    across = np.concatenate([sides, sides[:1]]) if is_ring else sides
    turns = [a + steps * (b - a) for a, b in pairwise(across)]
    middle, side = np.concatenate(along), np.concatenate(turns)
    if not is_ring:
        middle, side = np.concatenate([middle, points[-1:]]), np.concatenate([side, sides[-1:]])
    beside, above = np.column_stack([side, np.zeros(len(side))]), np.array([0, 0, height / 2])
    corners = (middle + beside - above, middle - beside - above, middle - beside + above, middle + beside + above)
    return _skin(np.stack(corners, axis=1), is_ring=is_ring)


def _mitres(points: np.ndarray, *, is_ring: bool) -> np.ndarray:
    """For each corner the way to its left, as long as makes the bar one wide on both sides of it."""
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    if not is_ring:
        before[0], after[-1] = after[0], before[-1]
    one, other = (way / np.linalg.norm(way, axis=1, keepdims=True) for way in (before, after))
    lefts = np.column_stack([-one[:, 1] - other[:, 1], one[:, 0] + other[:, 0]])
    return lefts * (2 / (lefts**2).sum(axis=1))[:, None]


def _skin(rings: np.ndarray, *, is_ring: bool) -> Mesh:
    count = len(rings)
    number = np.arange(4 * count).reshape(count, 4)
    here, there = (number, np.roll(number, -1, axis=0)) if is_ring else (number[:-1], number[1:])
    triangles = []
    for corner in range(4):
        a, b = here[:, corner], here[:, (corner + 1) % 4]
        c, d = there[:, corner], there[:, (corner + 1) % 4]
        triangles += [np.stack([a, c, b], axis=1), np.stack([b, c, d], axis=1)]
    if not is_ring:
        first, last = number[0], number[-1]
        triangles += [np.array([first[[0, 1, 2]], first[[0, 2, 3]], last[[0, 2, 1]], last[[0, 3, 2]]])]
    solid = mesh(rings.reshape(-1, 3), np.concatenate(triangles))
    return solid if volume(solid) > 0 else mesh(solid.vertices, solid.triangles[:, ::-1])
