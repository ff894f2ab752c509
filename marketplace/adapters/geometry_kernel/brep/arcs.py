"""Angles around an axis that several faces share."""

from collections.abc import Iterable, Sequence
from math import atan2, cos, sin, tau

import numpy as np

from marketplace.adapters.geometry_kernel.brep.faces import FaceTable
from marketplace.adapters.geometry_kernel.brep.shapes import Array

Span = tuple[float, float]
"""Where an arc starts, from 0 to 2π, and how far it turns."""


def frame(axis: Array) -> tuple[Array, Array]:
    """Two directions square to the axis and to each other, with which it makes a right-handed frame."""
    aside = np.eye(3)[int(np.argmin(np.abs(axis)))]
    first = np.cross(axis, aside)
    first /= np.linalg.norm(first)
    return first, np.cross(axis, first)


def spans(faces: FaceTable, rows: Iterable[int], axis: Array) -> list[Span]:
    """The arcs of faces around an axis that is theirs, one way or the other."""
    first, second = frame(axis)
    return [_span(faces, row, axis, first, second) for row in rows]


def _span(faces: FaceTable, row: int, axis: Array, first: Array, second: Array) -> Span:
    x, y = faces.across[row], faces.along[row]
    low, high = float(faces.bounds[row, 0]), float(faces.bounds[row, 1])
    start = low if np.cross(x, y) @ axis > 0 else high
    way = x * cos(start) + y * sin(start)
    return atan2(float(way @ second), float(way @ first)) % tau, min(high - low, tau)


def joined(arcs: Sequence[Span], slack: float = 1e-3) -> list[Span]:
    """The arcs with those merged that overlap or touch (within `slack` radians), counted once."""
    merged: list[Span] = []
    for start, turn in sorted(arcs):
        if merged and start <= sum(merged[-1]) + slack:
            merged[-1] = (merged[-1][0], max(sum(merged[-1]), start + turn) - merged[-1][0])
        else:
            merged.append((start, turn))
    return _round_the_start(merged, slack)


def _round_the_start(merged: list[Span], slack: float) -> list[Span]:
    """Arcs that pass angle 0 meet those that begin there."""
    while len(merged) > 1 and sum(merged[-1]) + slack >= merged[0][0] + tau:
        start, turn = merged[-1]
        merged = [*merged[1:-1], (start, max(turn, sum(merged[0]) + tau - start))]
    return [(start, min(turn, tau)) for start, turn in merged]
