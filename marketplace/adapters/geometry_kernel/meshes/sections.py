"""Cuts across the part at even heights, all at once."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole
from marketplace.geometry.figures import Direction
from marketplace.geometry.shape import Sections

MOST_SECTIONS: Final = 100
_MOST_CUTS: Final = 400_000
"""Triangles times the sections they cross; where there were more, sections lie farther apart."""
_AT_ONCE: Final = 200_000
"""Cuts computed together, so that memory stays bounded."""

Indices = npt.NDArray[np.int64]


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
        spans = _spans(heights[mesh.triangles], heights.min() + step / 2, step, count)
        if spans.total <= _MOST_CUTS or count == 1:
            break
        count = max(1, int(count * _MOST_CUTS / spans.total))
    areas, perimeters = _cut(placed, mesh.triangles, spans, count)
    return Sections(up, step, tuple(np.maximum(areas, 0).tolist()), tuple(perimeters.tolist()))


@dataclass(frozen=True, slots=True)
class _Spans:
    """Which sections each triangle crosses: a number of them from a first one on."""

    levels: Floats
    """Heights of the sections."""
    first: Indices
    counts: Indices

    @property
    def total(self) -> int:
        return int(self.counts.sum())


def _seen_from(mesh: Mesh, up: Direction) -> Floats:
    """The vertices about the middle of the box, with the third coordinate along `up`."""
    third = np.asarray(up) / np.linalg.norm(up)
    first = np.cross(np.eye(3)[np.abs(third).argmin()], third)
    first /= np.linalg.norm(first)
    frame = np.stack([first, np.cross(third, first), third])
    placed: Floats = (mesh.vertices - (mesh.low + mesh.high) / 2) @ frame.T
    return placed


def _spans(heights: Floats, lowest: float, step: float, count: int) -> _Spans:
    levels: Floats = lowest + step * np.arange(count, dtype=np.float64)
    one, two, three = heights.T
    first = np.searchsorted(levels, np.minimum(np.minimum(one, two), three))
    return _Spans(levels, first, np.searchsorted(levels, np.maximum(np.maximum(one, two), three)) - first)


def _cut(vertices: Floats, triangles: Whole, spans: _Spans, count: int) -> tuple[Floats, Floats]:
    """Areas and perimeters of all sections, a bounded number of cuts at a time."""
    areas, perimeters = np.zeros(count), np.zeros(count)
    crossing = np.flatnonzero(spans.counts)
    ends = np.cumsum(spans.counts[crossing])
    start = 0
    while start < len(crossing):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _AT_ONCE)))
        counts = spans.counts[crossing[start:stop]]
        triangle = np.repeat(crossing[start:stop], counts)
        nth = np.arange(len(triangle)) - np.repeat(np.cumsum(counts) - counts, counts)
        level = spans.first[triangle] + nth
        begins, finishes = _segments(vertices[triangles[triangle]], spans.levels[level])
        areas += np.bincount(level, begins[:, 0] * finishes[:, 1] - finishes[:, 0] * begins[:, 1], count) / 2
        perimeters += np.bincount(level, np.hypot(*(finishes - begins).T), count)
        start = stop
    return areas, perimeters


def _segments(corners: Floats, levels: Floats) -> tuple[Floats, Floats]:
    """Where each triangle is cut: from the edge that goes down through the level to the edge that goes up.

    With corners counter-clockwise seen from outside, the part lies on the left of that way, seen from above.
    """
    above = corners[:, :, 2] - levels[:, None]
    is_above = above > 0
    is_next_above = is_above[:, [1, 2, 0]]
    rows = np.arange(len(corners))
    ends = []
    for edge in ((is_above & ~is_next_above).argmax(axis=1), (~is_above & is_next_above).argmax(axis=1)):
        following = (edge + 1) % 3
        here, there = above[rows, edge], above[rows, following]
        start, stop = corners[rows, edge, :2], corners[rows, following, :2]
        ends.append(start + (here / (here - there))[:, None] * (stop - start))
    return ends[0], ends[1]
