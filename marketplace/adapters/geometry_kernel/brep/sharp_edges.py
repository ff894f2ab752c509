"""Inner edges that no round tool can cut.

A flat end mill makes a sharp inner edge where its end lies on one side of the edge and its flank on the other: along
the normal of a plane at the edge, if nothing of the part is in the way from there. An edge is sharp here if both ways
are blocked, as between two walls of a pocket. Circles where a plane meets its own round wall are turned or drilled.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.shapes import place, rounded
from marketplace.adapters.geometry_kernel.brep.sight import Sight
from marketplace.geometry.features import SharpEdges

OFF_EDGE_MM: Final = 0.01
"""How far from the edge, into the air, a tool is looked for."""

MAX_LOOKED_AT: Final = 1_000
"""Edges of a part that are looked at, the longest first: so time does not grow with engraved text."""

SQUARE: Final = 0.01


def sharp_edges(faces: FaceTable, edges: Edges, solids: Sequence[Sequence[int]]) -> SharpEdges | None:
    """Count and length of sharp inner edges, and the middle of the longest; `solids` are the faces of each solid."""
    candidates = _candidates(faces, edges)
    solid_of = _solid_of(len(faces), solids)
    sights: dict[int, Sight] = {}
    sharp = []
    for edge in candidates.tolist():
        solid = int(solid_of[edges.faces[edge, 0]])
        if solid not in sights:
            sights[solid] = Sight(faces, solids[solid])
        if _is_sharp(faces, edges, edge, sights[solid]):
            sharp.append(edge)
    if not sharp:
        return None
    return SharpEdges(
        count=len(sharp), length_mm=rounded(float(edges.length[sharp].sum())), at_mm=place(edges.middle[sharp[0]])
    )


def _candidates(faces: FaceTable, edges: Edges) -> Integers:
    """Concave edges of a plane with a plane, cylinder or cone, from long to short."""
    first, second = edges.faces[:, 0], edges.faces[:, 1]
    planes, ruled = faces.on(Surface.PLANE), faces.on(Surface.PLANE, Surface.CYLINDER, Surface.CONE)
    has_plane = (planes[first] & ruled[second]) | (ruled[first] & planes[second])
    is_turned = ~(planes[first] & planes[second]) & (
        np.abs((faces.axis[first] * faces.axis[second]).sum(axis=1)) > 1 - SQUARE
    )
    rows = np.flatnonzero((edges.meeting == Meeting.CONCAVE) & has_plane & ~is_turned)
    return np.asarray(rows[np.argsort(-edges.length[rows], kind="stable")][:MAX_LOOKED_AT])


def _solid_of(count: int, solids: Sequence[Sequence[int]]) -> Integers:
    found = np.zeros(count, dtype=np.int64)
    for number, faces in reversed(list(enumerate(solids))):
        found[list(faces)] = number
    return found


def _is_sharp(faces: FaceTable, edges: Edges, edge: int, sight: Sight) -> bool:
    normals = edges.normals[edge]
    origin = edges.middle[edge] + OFF_EDGE_MM * normals.sum(axis=0)
    ways = [normals[side] for side in (0, 1) if faces.surface[edges.faces[edge, side]] == Surface.PLANE]
    return all(sight.is_blocked(origin, way) for way in ways)
