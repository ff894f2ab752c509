"""Openings right through: walls all around and no floor. Round ones are holes.

An opening shows in a plane as a loop of convex edges around nothing; the walls behind it stand square to that plane.
"""

from collections import defaultdict
from collections.abc import Iterator, Set

import numpy as np

from marketplace.adapters.geometry_kernel.brep import walled
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.shapes import Array, direction, place, rounded
from marketplace.adapters.geometry_kernel.brep.walled import Walled
from marketplace.geometry.features import Pocket


def openings(faces: FaceTable, edges: Edges, holes: Set[int], pockets: Set[int]) -> Iterator[Pocket]:
    """Every opening that is neither a hole nor the top of a pocket, whose faces are given."""
    known: set[frozenset[int]] = set()
    for face, loop in _loops(faces, edges):
        walls = frozenset(int(wall) for wall in edges.beyond(loop, face))
        if walls in known or walls <= holes or not pockets.isdisjoint(walls):
            continue
        hollow = Walled(faces.axis[face], walls, loop)
        if _is_through(faces, edges, hollow):
            known.add(walls)
            yield _opening(faces, edges, hollow)


def _loops(faces: FaceTable, edges: Edges) -> Iterator[tuple[int, Integers]]:
    """Loops of convex edges around openings in planes."""
    rows, sides = np.nonzero(~edges.is_outer & faces.on(Surface.PLANE)[edges.faces])
    loops: dict[int, list[int]] = defaultdict(list)
    for row, side in zip(rows.tolist(), sides.tolist(), strict=True):
        loops[int(edges.wires[row, side])].append(row)
    for wire, rows_of in loops.items():
        loop = np.array(rows_of, dtype=np.int64)
        if (edges.meeting[loop] == Meeting.CONVEX).all():
            side = int(edges.wires[loop[0], 1] == wire)
            yield int(edges.faces[loop[0], side]), loop


def _is_through(faces: FaceTable, edges: Edges, hollow: Walled) -> bool:
    """Whether all walls are upright and nothing joins them at the bottom."""
    if not all(walled.is_upright(faces, wall, hollow.axis) for wall in hollow.walls):
        return False
    found = edges.of_all(hollow.walls)
    lying = np.setdiff1d(found, walled.upright_edges(edges, found, hollow.axis))
    return bool((edges.meeting[lying] == Meeting.CONVEX).all())


def _opening(faces: FaceTable, edges: Edges, hollow: Walled) -> Pocket:
    size = walled.rectangle(faces, edges, hollow)
    low, high = _reach(edges, hollow.walls, hollow.axis)
    radius = walled.corner_radius(faces, edges, hollow)
    return Pocket(
        depth_mm=rounded(high - low),
        width_mm=rounded(size.width),
        length_mm=rounded(size.length),
        radius_mm=None if radius is None else rounded(radius),
        is_through=True,
        axis=direction(hollow.axis),
        at_mm=place(size.middle + (low + high) / 2 * hollow.axis),
        faces=tuple(sorted(hollow.walls))[:64],
    )


def _reach(edges: Edges, walls: Set[int], axis: Array) -> tuple[float, float]:
    along = edges.points[edges.of_all(walls)] @ axis
    return float(along.min()), float(along.max())
