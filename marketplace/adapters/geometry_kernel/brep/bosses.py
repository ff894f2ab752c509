"""Bosses: cylinders all the way round that stand on a plane of the part and end in the open."""

import numpy as np

from marketplace.adapters.geometry_kernel.brep.adjacency import Curve, Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Surface
from marketplace.adapters.geometry_kernel.brep.shapes import Array, direction, place, rounded
from marketplace.adapters.geometry_kernel.brep.stretches import TOUCHING_MM, Stretch, end_of, stretches
from marketplace.geometry.features import Boss

SQUARE = 1e-3
"""How far from 1 the cosine between a plane's normal and the boss's axis may be."""


def bosses(faces: FaceTable, edges: Edges) -> tuple[Boss, ...]:
    """Every boss, smallest face number first. A shaft's steps are no bosses: they stand on rings of their own axis."""
    found = (_boss(faces, edges, stretch) for stretch in stretches(faces, edges, hollow=False) if stretch.is_cylinder)
    return tuple(sorted((boss for boss in found if boss is not None), key=lambda boss: boss.faces))


def _boss(faces: FaceTable, edges: Edges, stretch: Stretch) -> Boss | None:
    closing = [end_of(faces, edges, stretch, high=high).closing for high in (False, True)]
    if bool(closing[0]) == bool(closing[1]):
        return None
    is_upward = bool(closing[0])
    way = stretch.axis if is_upward else -stretch.axis
    base = _base(faces, edges, closing[0] or closing[1], way)
    if base is None or _is_shoulder(faces, edges, base, stretch):
        return None
    foot, top = faces.place[base] @ stretch.axis, stretch.high if is_upward else stretch.low
    return Boss(
        rounded(2 * stretch.radius),
        rounded(abs(top - foot)),
        direction(way),
        place(stretch.at((foot + top) / 2)),
        stretch.faces[:64],
    )


def _base(faces: FaceTable, edges: Edges, closing: tuple[int, ...], way: Array) -> int | None:
    """The plane it stands on, at once or through a fillet."""
    behind = [
        int(face)
        for fillet in closing
        if faces.surface[fillet] == Surface.TORUS
        for face in edges.beyond(edges.of(fillet), fillet)
    ]
    for face in (*closing, *behind):
        if faces.surface[face] == Surface.PLANE and faces.axis[face] @ way > 1 - SQUARE:
            return face
    return None


def _is_shoulder(faces: FaceTable, edges: Edges, base: int, stretch: Stretch) -> bool:
    """Whether the plane is a ring about the same axis, as on a turned part: its rim is a coaxial convex circle."""
    rim = edges.of(base)
    rim = rim[edges.is_outer[rim, edges.side(rim, base)]]
    falls_away = (edges.meeting[rim] != Meeting.CONCAVE) & ~faces.is_hollow[edges.beyond(rim, base)]
    rim = rim[(edges.curve[rim] == Curve.CIRCLE) & falls_away]
    away = edges.points[rim] - stretch.foot
    away = away - (away @ stretch.axis)[..., None] * stretch.axis
    radii = np.linalg.norm(away, axis=2)
    is_coaxial = np.ptp(radii, axis=1) < TOUCHING_MM
    return bool((is_coaxial & (radii.mean(axis=1) > stretch.radius + TOUCHING_MM)).any())
