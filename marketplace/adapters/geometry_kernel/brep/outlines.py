"""The outlines of flats as points, with circles followed closely."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep import axes
from marketplace.adapters.geometry_kernel.brep.adjacency import SAMPLES, Curve, Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import Integers, Truths
from marketplace.adapters.geometry_kernel.brep.shapes import Array
from marketplace.adapters.geometry_kernel.brep.skins import joined

ARC_STEPS: Final = 128
"""Chords along an arc: those of a half circle stay within 1e-4 of its radius."""

SAME_PLACE_MM: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Outline:
    """Points of a flat's outer border and of its openings; openings that are full circles by centre and radius."""

    outer: Array
    inner: Array
    centres: Array
    radii: Array


def outline(edges: Edges, rows: Integers) -> Outline:
    """The outline of the faces of one flat. An opening from which a tab is bent belongs to the outer border."""
    bordering = edges.of_all(rows)
    bordering = bordering[np.isin(edges.faces[bordering], rows).sum(axis=1) == 1]
    is_opening = _are_openings(edges, bordering)
    outer, inner = bordering[~is_opening], bordering[is_opening]
    ends = edges.points[inner][:, [0, -1]]
    is_ring = (edges.curve[inner] == Curve.CIRCLE) & (np.ptp(ends, axis=1).max(axis=1) < SAME_PLACE_MM)
    centres, radii = _circles(edges.points[inner[is_ring]])
    return Outline(_points(edges, outer), _points(edges, inner[~is_ring]), centres, radii)


def _are_openings(edges: Edges, bordering: Integers) -> Truths:
    """Which borders belong to no bend and not to the largest ring of them."""
    rings = _rings(edges, bordering)
    points = edges.points[bordering]
    count = int(rings.max()) + 1 if len(rings) else 0
    low, high = np.full((count, 3), np.inf), np.full((count, 3), -np.inf)
    np.minimum.at(low, rings, points.min(axis=1))
    np.maximum.at(high, rings, points.max(axis=1))
    is_opening = np.ones(count, dtype=bool)
    is_opening[np.argmax(np.linalg.norm(high - low, axis=1)) if count else []] = False
    is_opening[rings[edges.meeting[bordering] == Meeting.SMOOTH]] = False
    return np.asarray(is_opening[rings])


def _rings(edges: Edges, bordering: Integers) -> Integers:
    """The ring that each border belongs to: borders that meet end to end are of one ring."""
    ends = edges.points[bordering][:, [0, -1]].reshape(-1, 3)
    corners = axes.groups(axes.steps(ends / SAME_PLACE_MM)).reshape(-1, 2)
    joints = joined(int(corners.max()) + 1 if len(corners) else 0, corners)
    return axes.groups(joints[corners[:, 0]][:, None].astype(np.float64))


def _points(edges: Edges, rows: Integers) -> Array:
    is_arc = edges.curve[rows] == Curve.CIRCLE
    straight = edges.points[rows[~is_arc]].reshape(-1, 3)
    return np.concatenate((straight, _followed(edges.points[rows[is_arc]])))


def _circles(points: Array) -> tuple[Array, Array]:
    """Centres and radii of circles through points at even steps along them."""
    start, step, end = points[:, 0], points[:, 1], points[:, SAMPLES // 2 - 1]
    a, b = step - start, end - start
    normal = np.cross(a, b)
    squares = [(vector * vector).sum(axis=1)[:, None] for vector in (a, b, normal)]
    to_centre = np.cross(squares[0] * b - squares[1] * a, normal) / (2 * np.maximum(squares[2], 1e-300))
    return start + to_centre, np.linalg.norm(to_centre, axis=1)


def _followed(points: Array) -> Array:
    """Many points along arcs of which SAMPLES are given."""
    centres, radii = _circles(points)
    x = (points[:, 0] - centres) / np.maximum(radii, 1e-300)[:, None]
    step = (points[:, 1] - centres) / np.maximum(radii, 1e-300)[:, None]
    cosine = (x * step).sum(axis=1)
    y = step - cosine[:, None] * x
    y /= np.maximum(np.linalg.norm(y, axis=1), 1e-300)[:, None]
    turns = np.linspace(0, SAMPLES - 1, ARC_STEPS + 1)[None] * np.arccos(np.clip(cosine, -1, 1))[:, None]
    ways = np.cos(turns)[..., None] * x[:, None] + np.sin(turns)[..., None] * y[:, None]
    return np.asarray(centres[:, None] + radii[:, None, None] * ways).reshape(-1, 3)
