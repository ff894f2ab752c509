"""Triangles cut at many heights at once: which cross which height, and the segment that each crossing leaves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole

AT_ONCE: Final = 200_000
"""Cuts computed together, so that memory stays bounded."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spans:
    """Which heights each triangle crosses: a number of them from a first one on."""

    levels: Floats
    first: Indices
    counts: Indices

    @property
    def total(self) -> int:
        """How many cuts there are in all."""
        return int(self.counts.sum())


@dataclass(frozen=True, slots=True)
class Cuts:
    """Segments with the part on their left, seen from above; where begins and finishes are on a triangle's edges."""

    triangle: Indices
    level: Indices
    begins: Floats
    finishes: Floats
    begins_on: Indices
    """The edge, from this corner of the triangle to the next, on which a segment begins."""
    finishes_on: Indices


def spans(heights: Floats, levels: Floats) -> Spans:
    """The rising `levels` between the lowest and the highest of each row's three corner heights.

    A corner exactly at a level counts as below it, so that the contours of a closed mesh stay closed.
    """
    one, two, three = heights.T
    first = np.searchsorted(levels, np.minimum(np.minimum(one, two), three))
    return Spans(levels, first, np.searchsorted(levels, np.maximum(np.maximum(one, two), three)) - first)


def cuts(vertices: Floats, triangles: Whole, crossed: Spans) -> Iterator[Cuts]:
    """All cuts, a bounded number at a time."""
    crossing = np.flatnonzero(crossed.counts)
    ends = np.cumsum(crossed.counts[crossing])
    start = 0
    while start < len(crossing):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + AT_ONCE)))
        counts = crossed.counts[crossing[start:stop]]
        triangle = np.repeat(crossing[start:stop], counts)
        nth = np.arange(len(triangle)) - np.repeat(np.cumsum(counts) - counts, counts)
        level = crossed.first[triangle] + nth
        yield Cuts(triangle, level, *_segments(vertices[triangles[triangle]], crossed.levels[level]))
        start = stop


def _segments(corners: Floats, levels: Floats) -> tuple[Floats, Floats, Indices, Indices]:
    """Where each triangle is cut: from the edge that goes down through the level to the edge that goes up.

    With corners counter-clockwise seen from outside, the part lies on the left of that way, seen from above.
    """
    above = corners[:, :, 2] - levels[:, None]
    is_above = above > 0
    is_next_above = is_above[:, [1, 2, 0]]
    rows = np.arange(len(corners))
    down = (is_above & ~is_next_above).argmax(axis=1)
    up = (~is_above & is_next_above).argmax(axis=1)
    begins, finishes = (_crossing(corners, above, rows, edge) for edge in (down, up))
    return begins, finishes, down, up


def _crossing(corners: Floats, above: Floats, rows: Indices, edge: Indices) -> Floats:
    following = (edge + 1) % 3
    here, there = above[rows, edge], above[rows, following]
    start, stop = corners[rows, edge, :2], corners[rows, following, :2]
    crossing: Floats = start + (here / (here - there))[:, None] * (stop - start)
    return crossing
