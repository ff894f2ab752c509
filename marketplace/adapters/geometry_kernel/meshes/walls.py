"""How thick the walls of a part are, by rays from its surface inwards."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, sampled
from marketplace.adapters.geometry_kernel.meshes.rays import CLEARANCE, NOTHING, Rays, most_rays
from marketplace.geometry.figures import Place
from marketplace.geometry.shape import Walls

_SAMPLES: Final = 20_000
_OPPOSES: Final = 0.5
"""The least cosine between a ray and the outward normal where it leaves: a wall's two sides face apart within 60°."""
_ANSWERED: Final = 0.02
"""The least share of rays that must find an opposite side."""
_EDGE_TAPER: Final = 1 / 3
"""A wall that thins faster than 1 in 3 (18°) to nothing is an edge of the part, not a wall."""
_MEETS: Final = 0.9
"""How near to where two sides would meet a ray between them must get for the sides to meet there indeed."""

_THINNEST: Final = 0.005
_THIN: Final = 0.05

_ASKED: Final = 2_000
"""So many rays are asked how thick the part is across them, the shortest, the longest and evenly between."""


@dataclass(frozen=True, slots=True)
class _Crossings:
    """Places where a ray ran from the surface through the part to an opposite side."""

    starts: Floats
    inwards: Floats
    """The rays' directions."""
    exits: Floats
    """Outward normals where the rays leave."""
    thicknesses: Floats


def walls(mesh: Mesh, rays: Rays) -> Walls | None:
    """Thickness along the normal at 20,000 places spread evenly over the surface (fewer in a heap of triangles), in mm.

    Not counted is where the ray leaves through a side that does not face away from where it came in, and where both
    sides run together in a sharp edge: there the thickness becomes nothing, but it is no wall. None where fewer than 1
    in 50 rays find an opposite side. The mesh must be closed.
    """
    count = min(_SAMPLES, most_rays(mesh) // 2)
    crossings = _crossings(mesh, rays, count)
    kept = ~_at_edges(crossings, mesh, rays)
    if kept.sum() < _ANSWERED * count:
        return None
    starts, thicknesses = crossings.starts[kept], crossings.thicknesses[kept]
    order = np.argsort(thicknesses, kind="stable")
    thinnest, thin, typical = (order[int(share * (len(order) - 1))] for share in (_THINNEST, _THIN, 0.5))
    return Walls(
        thinnest_mm=float(thicknesses[thinnest]),
        thin_mm=float(thicknesses[thin]),
        typical_mm=float(thicknesses[typical]),
        thickest_mm=_thickest(starts[order], crossings.inwards[kept][order], thicknesses[order], rays),
        at_mm=_place(starts[thinnest]),
    )


def _thickest(starts: Floats, inwards: Floats, thicknesses: Floats, rays: Rays) -> float:
    """The greatest thickness, from places in the order of theirs.

    A ray from the edge of a sheet runs along the sheet. So the thickness at the middle of a ray is the shortest way
    through that middle: along the ray, or across it in one of four directions.
    """
    asked = np.unique(np.linspace(0, len(starts) - 1, _ASKED).astype(int))
    lengths, ways = thicknesses[asked], inwards[asked]
    middles = starts[asked] + lengths[:, None] / 2 * ways
    for across in _across(ways):
        there, back = (rays.first(middles, side * across)[1] for side in (1.0, -1.0))
        lengths = np.minimum(lengths, there + back)
    return float(lengths.max())


def _across(ways: Floats) -> list[Floats]:
    """Four directions square to each way, 45° apart."""
    other = np.eye(3)[np.abs(ways).argmin(axis=1)]
    first = np.cross(ways, other)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(ways, first)
    return [first, second, (first + second) * np.sqrt(0.5), (first - second) * np.sqrt(0.5)]


def _crossings(mesh: Mesh, rays: Rays, count: int) -> _Crossings:
    samples = sampled(mesh, count)
    inwards = -mesh.normals[samples.triangle_of]
    off = CLEARANCE * mesh.size
    met, distances = rays.first(samples.points + off * inwards, inwards)
    exits = mesh.normals[met]
    does_oppose = (met != NOTHING) & (np.einsum("ij,ij->i", exits, inwards) > _OPPOSES)
    return _Crossings(
        samples.points[does_oppose], inwards[does_oppose], exits[does_oppose], distances[does_oppose] + off
    )


def _at_edges(crossings: _Crossings, mesh: Mesh, rays: Rays) -> npt.NDArray[np.bool_]:
    """Where the two sides of a wall are planes that meet in a sharp edge of the part.

    In the section square to that edge the wall is a triangle: its thickness falls by tan(taper) for each mm towards
    the edge. A ray from the middle of the wall to the edge runs inside all the way if the sides do meet there.
    """
    cosines = np.einsum("ij,ij->i", crossings.exits, crossings.inwards)
    leans = crossings.exits - cosines[:, None] * crossings.inwards
    tapers = np.linalg.norm(leans, axis=1) / cosines
    fast = np.flatnonzero(tapers > _EDGE_TAPER)
    half = crossings.thicknesses[fast, None] / 2
    middles = crossings.starts[fast] + half * crossings.inwards[fast]
    ahead = leans[fast] / (cosines * tapers)[fast, None] * (2 * half / tapers[fast, None])
    ways = ahead - half * crossings.inwards[fast]
    lengths = np.linalg.norm(ways, axis=1)
    _, distances = rays.first(middles, ways / lengths[:, None])
    is_edge = np.zeros(len(tapers), dtype=bool)
    is_edge[fast] = distances > _MEETS * lengths - CLEARANCE * mesh.size
    return is_edge


def _place(point: Floats) -> Place:
    x, y, z = (float(coordinate) for coordinate in point)
    return x, y, z
