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
    corners = vertices[triangles.ravel()].T.copy()
    start = 0
    while start < len(crossing):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + AT_ONCE)))
        counts = crossed.counts[crossing[start:stop]]
        triangle = np.repeat(crossing[start:stop], counts)
        nth = np.arange(len(triangle)) - np.repeat(np.cumsum(counts) - counts, counts)
        level = crossed.first[triangle] + nth
        yield Cuts(triangle, level, *_segments(corners, triangle, crossed.levels[level]))
        start = stop


_NEXT: Final = np.array([1, 2, 0])
_DOWN, _UP = np.array([[0, 0, 1, 1, 2, 0, 2, 0], [0, 2, 0, 2, 1, 1, 0, 0]])
"""By which corners are above (1, 2 and 4 added): the edge that leaves what is above, and the edge that comes back."""


def _segments(corners: Floats, triangle: Indices, levels: Floats) -> tuple[Floats, Floats, Indices, Indices]:
    """Where triangles are cut: from the edge that goes down through the level to the edge that goes up.

    `corners` are those of all triangles, one after another, as x, y and height. With corners counter-clockwise seen
    from outside, the part lies on the left of that way, seen from above.
    """
    first = 3 * triangle
    heights = corners[2]
    above = (heights[first] > levels) + 2 * (heights[first + 1] > levels) + 4 * (heights[first + 2] > levels)
    down, up = _DOWN[above], _UP[above]
    begins = _crossing(corners, first + down, first + _NEXT[down], levels)
    finishes = _crossing(corners, first + _NEXT[up], first + up, levels)
    return begins, finishes, down, up


def _crossing(corners: Floats, start: Indices, stop: Indices, levels: Floats) -> Floats:
    """Where edges cross the level, reckoned from the end above: two triangles with an edge in common find one point."""
    x, y, heights = corners
    here, there = heights[start] - levels, heights[stop] - levels
    share = here / (here - there)
    crossing = np.empty((len(start), 2))
    for axis, along in enumerate((x, y)):
        begin = along[start]
        crossing[:, axis] = begin + share * (along[stop] - begin)
    return crossing
