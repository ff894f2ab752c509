"""How long and wide an outline is: the sides of its smallest rectangle along one of its straight edges."""

from dataclasses import dataclass

import numpy as np

from marketplace.adapters.geometry_kernel.brep.arcs import frame
from marketplace.adapters.geometry_kernel.brep.shapes import Array

MAX_DIRECTIONS = 180


@dataclass(frozen=True, slots=True)
class Rectangle:
    """`middle` lies in the plane through the origin; add what the outline lacks along the normal."""

    length: float
    width: float
    middle: Array


def around(points: Array, sides: Array, normal: Array) -> Rectangle:
    """Of points (n, 3) seen along the normal; `sides` (m, 3) are the directions of straight edges, or none."""
    first, second = frame(normal)
    flat = np.column_stack((points @ first, points @ second))
    turns = _turns(np.arctan2(sides @ second, sides @ first))
    x, y = np.cos(turns), np.sin(turns)
    along, across = np.outer(flat[:, 0], x) + np.outer(flat[:, 1], y), np.outer(flat[:, 1], x) - np.outer(flat[:, 0], y)
    lengths, widths = np.ptp(along, axis=0), np.ptp(across, axis=0)
    best = int(np.argmin(lengths * widths))
    u, v = (float(side[:, best].min() + side[:, best].max()) / 2 for side in (along, across))
    middle = (u * x[best] - v * y[best]) * first + (u * y[best] + v * x[best]) * second
    length, width = sorted((float(lengths[best]), float(widths[best])), reverse=True)
    return Rectangle(length, width, middle)


def _turns(angles: Array) -> Array:
    """Angles to try, each quarter turn once; every degree where nothing is straight."""
    if not len(angles):
        return np.asarray(np.radians(np.arange(90.0)))
    return np.asarray(np.unique(np.round(np.mod(angles, np.pi / 2), 6))[:MAX_DIRECTIONS], dtype=np.float64)
