"""How a part is printed: overhangs, the room for supports, and which way up is best.

A face that leans more than 45° from upright needs support: each layer then lies for less than half of a layer's height
on the one below (design guides of Parts on Demand, "Self-Supporting Angle"; printpal and printit4me, "45° rule").
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Samples, sampled
from marketplace.adapters.geometry_kernel.meshes.rays import CLEARANCE, NOTHING, Rays, most_rays
from marketplace.geometry.figures import Direction
from marketplace.geometry.shape import Build

AS_DRAWN: Final[Direction] = (0.0, 0.0, 1.0)

_STEEPEST: Final = math.sin(math.radians(45)) + 1e-4
"""The sine of the lean above which a face is an overhang; 0.008° more than 45°, for files round their coordinates."""
_PLATE_MM: Final = 0.05
_PLATE_SHARE: Final = 1e-3
"""What lies within 0.05 mm of the plate lies on it; on a part under 50 mm, within a thousandth of its size."""
_SAMPLES: Final = 4_000
"""Rays under the overhangs of a build that is reported."""
_SAMPLES_TO_CHOOSE: Final = 6_000
"""Places over the whole surface by which directions are compared."""
_MOST_DIRECTIONS: Final = 26
_FLAT_SHARE: Final = 0.01
"""A flat face that is worth standing on has this share of the surface."""
_SUPPORT_STEP: Final = 0.01
_FOOTPRINT_STEP: Final = 0.02


def builds(mesh: Mesh, rays: Rays) -> tuple[Build, ...]:
    """The part printed as drawn, with +z up; then the best way up found, if that is another.

    Tried are the six axis directions and standing on the largest flat faces, 26 in all. The best needs the least room
    for supports, since they cost material, time and finish; among equals (within 1 % of the part's box) it has the
    larger footprint, since it holds to the plate (within 2 % of the surface); among those it is the lower, since it has
    fewer layers; and then the one tried first, as drawn before all.
    """
    most = most_rays(mesh)
    samples = sampled(mesh, min(_SAMPLES_TO_CHOOSE, most // 8))
    ups = _directions(mesh, samples)
    scores = [_score(mesh, rays, samples, up) for up in ups]
    best = ups[min(range(len(ups)), key=scores.__getitem__)]
    return tuple(_build(mesh, rays, up, min(_SAMPLES, most // 4)) for up in dict.fromkeys((AS_DRAWN, best)))


def _directions(mesh: Mesh, samples: Samples) -> list[Direction]:
    """Distinct ways up, as drawn first: along the axes, and away from the largest flat faces."""
    normals = mesh.normals[samples.triangle_of]
    _, first, counts = np.unique(np.rint(normals * 1e3), axis=0, return_index=True, return_counts=True)
    largest = np.argsort(-counts, kind="stable")
    flat = largest[counts[largest] >= _FLAT_SHARE * len(normals)]
    tried = np.concatenate([np.eye(3)[::-1], -np.eye(3), -normals[first[flat]]])
    distinct: list[Floats] = []
    for up in tried:
        if up.any() and all(up @ other < 1 - 1e-6 for other in distinct) and len(distinct) < _MOST_DIRECTIONS:
            distinct.append(up)
    return [_direction(up) for up in distinct]


def _score(mesh: Mesh, rays: Rays, samples: Samples, up: Direction) -> tuple[int, int, float]:
    """How good a way up is, judged by samples: the less, the better."""
    heights = _Heights.of(mesh, up)
    above = heights.above(samples.points, up)
    normals = mesh.normals[samples.triangle_of]
    leans = -normals @ up
    is_over = (leans > _STEEPEST) & (above > heights.plate)
    is_down = (leans > 0) & (above <= heights.plate)
    room = samples.area_each * _room_below(rays, samples.points[is_over], normals[is_over], up, heights, mesh.size)
    size = mesh.size or 1.0  # a part without size has nothing else either
    box = float(np.prod(np.maximum((mesh.high - mesh.low) / size, 1e-6)))
    footprint = float(leans[is_down].sum()) / len(leans)
    return (
        round(room / size**3 / box / _SUPPORT_STEP),
        -round(footprint / _FOOTPRINT_STEP),
        round(heights.height / size, 6),
    )


def _build(mesh: Mesh, rays: Rays, up: Direction, count: int) -> Build:
    heights = _Heights.of(mesh, up)
    leans = -mesh.normals @ up
    is_down = np.flatnonzero(leans > 0)
    corners = heights.of_vertices[mesh.triangles[is_down]]
    on_plate = is_down[corners.max(axis=1) <= heights.plate]
    over = is_down[(leans[is_down] > _STEEPEST) & (corners.max(axis=1) > heights.plate)]
    return Build(
        up=up,
        height_mm=heights.height,
        overhang_mm2=float(mesh.areas[over].sum()),
        support_mm3=_support(Mesh(mesh.vertices, mesh.triangles[over]), rays, up, heights, mesh.size, count),
        footprint_mm2=float((mesh.areas[on_plate] * leans[on_plate]).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Heights:
    """How high the part reaches above the plate."""

    of_vertices: Floats
    lowest: float
    height: float
    plate: float
    """Up to this height a face lies on the plate."""

    @classmethod
    def of(cls, mesh: Mesh, up: Direction) -> "_Heights":
        along = mesh.vertices @ up
        lowest = float(along.min())
        return cls(along - lowest, lowest, float(along.max()) - lowest, min(_PLATE_MM, _PLATE_SHARE * mesh.size))

    def above(self, points: Floats, up: Direction) -> Floats:
        """How high points are above the plate."""
        above: Floats = points @ up - self.lowest
        return above


def _support(overhang: Mesh, rays: Rays, up: Direction, heights: _Heights, size: float, count: int) -> float:
    """The room in mm³ under overhanging triangles, by rays from even places on them."""
    if not overhang.areas.sum() > 0:
        return 0.0
    samples = sampled(overhang, count)
    normals = overhang.normals[samples.triangle_of]
    return samples.area_each * _room_below(rays, samples.points, normals, up, heights, size)


def _room_below(rays: Rays, points: Floats, normals: Floats, up: Direction, heights: _Heights, size: float) -> float:
    """What is free below the points down to the plate or the part, each seen from above as large as it is inclined."""
    met, distances = rays.first(points + CLEARANCE * size * normals, np.tile(-np.asarray(up), (len(points), 1)))
    free = np.where(met == NOTHING, heights.above(points, up), distances)
    return float((free * -(normals @ up)).sum())


def _direction(up: Floats) -> Direction:
    x, y, z = (float(coordinate) + 0.0 for coordinate in up / np.linalg.norm(up))
    return x, y, z
