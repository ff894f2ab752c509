"""Where a surface runs through itself: edges that go through triangles which they do not belong to.

Of two triangles that cross, an edge of one goes through the other, so a ray along every edge finds all: n log n.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole
from marketplace.adapters.geometry_kernel.meshes.rays import CLEARANCE, NOTHING, Rays

Flags = npt.NDArray[np.bool_]

MAX_MET: Final = 8
"""So many triangles are found along one edge, the nearest first."""
_SHORTEST: Final = 4.0
"""In clearances: an edge that is shorter is as good as a point."""


def crossed(mesh: Mesh, beam: Rays, *, hair_mm: float) -> Flags:
    """For each triangle whether another runs through it; what only touches, within a hair, does not."""
    is_crossed = np.zeros(len(mesh.triangles), dtype=bool)
    struck = [np.empty((0, 2), dtype=np.int32)]
    for edges, triangles in _meetings(mesh, beam):
        is_through = _parts(mesh, triangles, edges, hair_mm)
        is_crossed[triangles[is_through]] = True
        struck.append(edges[is_through])
    is_crossed |= _has_edge(mesh.triangles, np.concatenate(struck))
    return is_crossed


def _parts(mesh: Mesh, triangles: npt.NDArray[Any], edges: Whole, hair_mm: float) -> Flags:
    """Whether the ends of each edge lie on both sides of its triangle's plane, in double precision."""
    ways = mesh.vertices[edges] - mesh.vertices[mesh.triangles[triangles, 0]][:, None]
    heights = np.einsum("ijk,ik->ij", ways, mesh.normals[triangles])
    parts: Flags = (heights.min(axis=1) < -hair_mm) & (heights.max(axis=1) > hair_mm)
    return parts


def _meetings(mesh: Mesh, beam: Rays) -> Iterator[tuple[Whole, npt.NDArray[Any]]]:
    """Edges as pairs of vertices, and the triangle that each meets; an edge comes as often as it meets one."""
    clear = CLEARANCE * mesh.size
    ends = _edges(mesh.triangles)
    starts, ways, lengths = _lines(mesh, ends)
    is_long = lengths > _SHORTEST * clear
    ends, starts, ways, lengths = ends[is_long], starts[is_long], ways[is_long], lengths[is_long]
    passed = np.full(len(ends), clear)
    for _ in range(MAX_MET):
        met, distances = beam.first(starts + passed[:, None] * ways, ways)
        passed = passed + distances
        is_met = (met != NOTHING) & (passed < lengths - clear)
        if not is_met.any():
            return
        ends, starts, ways, lengths = ends[is_met], starts[is_met], ways[is_met], lengths[is_met]
        met, passed = met[is_met], passed[is_met] + clear
        corners = mesh.triangles[met]
        is_other = ((corners != ends[:, :1]) & (corners != ends[:, 1:])).all(axis=1)
        yield ends[is_other], met[is_other]


def _edges(triangles: Whole) -> Whole:
    """Each edge of a closed surface once: it is there in both directions."""
    starts, ends = triangles.ravel(), np.roll(triangles, -1, axis=1).ravel()
    is_rising = starts < ends
    return np.stack([starts[is_rising], ends[is_rising]], axis=1)


def _lines(mesh: Mesh, ends: Whole) -> tuple[Floats, Floats, Floats]:
    starts = mesh.vertices[ends[:, 0]]
    ways = mesh.vertices[ends[:, 1]] - starts
    lengths = np.linalg.norm(ways, axis=1)
    ways /= np.where(lengths > 0, lengths, 1)[:, None]
    return starts, ways, lengths


def _has_edge(triangles: Whole, edges: Whole) -> Flags:
    """Which triangles have one of the edges."""
    if len(edges) == 0:
        return np.zeros(len(triangles), dtype=bool)
    count = int(triangles.max()) + 1
    starts, ends = triangles.astype(np.int64), np.roll(triangles, -1, axis=1).astype(np.int64)
    keys = np.minimum(starts, ends) * count + np.maximum(starts, ends)
    wanted = edges.min(axis=1).astype(np.int64) * count + edges.max(axis=1)
    is_wanted: Flags = np.isin(keys, wanted)
    has_edge: Flags = is_wanted[:, 0] | is_wanted[:, 1] | is_wanted[:, 2]
    return has_edge
