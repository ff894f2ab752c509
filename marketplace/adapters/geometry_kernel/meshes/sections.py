"""Cuts across the part at even heights, all at once."""

from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.cuts import Spans, cuts, spans
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole
from marketplace.geometry.figures import Direction
from marketplace.geometry.shape import Sections

MOST_SECTIONS: Final = 100
_MOST_CUTS: Final = 400_000
"""Triangles times the sections they cross; where there were more, sections lie farther apart."""


def sections(mesh: Mesh, up: Direction, *, count: int = MOST_SECTIONS) -> Sections:
    """Area in mm² and perimeter in mm of `count` cuts square to `up`, from low to high, each in the middle of its step.

    Each triangle is cut at all heights between its lowest and its highest corner; the cuts of a closed mesh form
    contours with the part on their left, whose areas are line integrals (Green's theorem), holes counting negative.
    A corner exactly at a cut counts as below it, so that contours stay closed. Exact for prisms along `up`.

    Raises ValueError for a mesh without height, or a count outside 1 to 100.
    """
    if not 1 <= count <= MOST_SECTIONS:
        raise ValueError(f"{count} sections: between 1 and {MOST_SECTIONS} are cut")
    placed = _seen_from(mesh, up)
    heights = placed[:, 2]
    height = float(np.ptp(heights))
    if height <= 0:
        raise ValueError("a mesh without height has no sections")
    while True:
        step = height / count
        levels = heights.min() + step / 2 + step * np.arange(count, dtype=np.float64)
        crossed = spans(heights[mesh.triangles], levels)
        if crossed.total <= _MOST_CUTS or count == 1:
            break
        count = max(1, int(count * _MOST_CUTS / crossed.total))
    areas, perimeters = _added(placed, mesh.triangles, crossed, count)
    return Sections(up, step, tuple(np.maximum(areas, 0).tolist()), tuple(perimeters.tolist()))


def _seen_from(mesh: Mesh, up: Direction) -> Floats:
    """The vertices about the middle of the box, with the third coordinate along `up`."""
    third = np.asarray(up) / np.linalg.norm(up)
    first = np.cross(np.eye(3)[np.abs(third).argmin()], third)
    first /= np.linalg.norm(first)
    frame = np.stack([first, np.cross(third, first), third])
    placed: Floats = (mesh.vertices - (mesh.low + mesh.high) / 2) @ frame.T
    return placed


def _added(vertices: Floats, triangles: Whole, crossed: Spans, count: int) -> tuple[Floats, Floats]:
    """Areas and perimeters of all sections."""
    areas, perimeters = np.zeros(count), np.zeros(count)
    for cut in cuts(vertices, triangles, crossed):
        begins, finishes = cut.begins, cut.finishes
        areas += np.bincount(cut.level, begins[:, 0] * finishes[:, 1] - finishes[:, 0] * begins[:, 1], count) / 2
        perimeters += np.bincount(cut.level, np.hypot(*(finishes - begins).T), count)
    return areas, perimeters
