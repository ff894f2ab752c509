"""What pockets with a floor and openings without one share: the walls around, how far they rise, their corners."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from marketplace.adapters.geometry_kernel.brep import rectangles
from marketplace.adapters.geometry_kernel.brep.adjacency import Curve, Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.fillets import UPRIGHT
from marketplace.adapters.geometry_kernel.brep.rectangles import Rectangle
from marketplace.adapters.geometry_kernel.brep.shapes import Array, direction
from marketplace.adapters.geometry_kernel.brep.stretches import FULL_CIRCLE


@dataclass(frozen=True, slots=True)
class Walled:
    """A hollow: its axis points out of it."""

    axis: Array
    walls: frozenset[int]
    outline: Integers
    """Edges that show its length and width."""


class Tops:
    """How high faces reach, each asked once: a wall may stand around many pockets."""

    def __init__(self, edges: Edges) -> None:
        self._edges = edges
        self._known: dict[tuple[int, tuple[float, ...]], float] = {}

    def of(self, face: int, axis: Array) -> float:
        """The highest point of a face's border along an axis."""
        key = (face, direction(axis))
        if key not in self._known:
            self._known[key] = float((self._edges.points[self._edges.of(face)] @ axis).max())
        return self._known[key]


def upright_edges(edges: Edges, found: Integers, axis: Array) -> Integers:
    """Those of the edges that run straight along the axis."""
    ways = edges.points[found, -1] - edges.points[found, 0]
    lengths = np.maximum(np.linalg.norm(ways, axis=1), 1e-300)
    is_upright = (edges.curve[found] == Curve.LINE) & (np.abs(ways @ axis) > (1 - UPRIGHT) * lengths)
    return np.asarray(found[is_upright])


def is_upright(faces: FaceTable, face: int, axis: Array) -> bool:
    """Whether a plane or cylinder stands along the axis."""
    cosine = abs(float(faces.axis[face] @ axis))
    if faces.surface[face] == Surface.PLANE:
        return cosine < UPRIGHT
    return bool(faces.surface[face] == Surface.CYLINDER) and cosine > 1 - UPRIGHT


def corner_radius(faces: FaceTable, edges: Edges, hollow: Walled) -> float | None:
    """The smallest upright inner corner; 0 where two walls meet sharp, None where there is no corner."""
    corners = upright_edges(edges, edges.of_all(hollow.walls), hollow.axis)
    corners = corners[edges.meeting[corners] == Meeting.CONCAVE]
    if np.isin(edges.faces[corners], list(hollow.walls)).all(axis=1).any():
        return 0.0
    radii = [float(faces.radius[wall]) for wall in _rounded_walls(faces, hollow.walls, hollow.axis)]
    return min(radii, default=None)


def _rounded_walls(faces: FaceTable, walls: Iterable[int], axis: Array) -> list[int]:
    return [
        wall
        for wall in walls
        if faces.surface[wall] == Surface.CYLINDER and faces.is_hollow[wall] and is_upright(faces, wall, axis)
    ]


def rectangle(faces: FaceTable, edges: Edges, hollow: Walled) -> Rectangle:
    """Length and width; a hollow whose wall is one full cylinder is as wide as that."""
    points = edges.points[hollow.outline].reshape(-1, 3)
    straight = hollow.outline[edges.curve[hollow.outline] == Curve.LINE]
    sides = edges.points[straight, -1] - edges.points[straight, 0]
    found = rectangles.around(points, sides, hollow.axis)
    round_ = [wall for wall in _rounded_walls(faces, hollow.walls, hollow.axis) if faces.turn[wall] >= FULL_CIRCLE]
    if round_:
        diameter = 2 * max(float(faces.radius[wall]) for wall in round_)
        return Rectangle(max(found.length, diameter), max(found.width, diameter), found.middle)
    return found
