"""From where straight tools get at a part, and how slender they must be."""

from typing import Final

import numpy as np

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Samples, sampled
from marketplace.adapters.geometry_kernel.meshes.rays import Rays
from marketplace.adapters.geometry_kernel.meshes.setups import Views, setups
from marketplace.adapters.geometry_kernel.meshes.tools import Demands, demands
from marketplace.adapters.geometry_kernel.meshes.visibility import Flags, axes, seen
from marketplace.geometry.figures import Direction, Place
from marketplace.geometry.shape import Reach

SAMPLES: Final = 20_000

MOST_AXES: Final = 13
"""Twenty-six directions are tried: from either end of the drawing's three axes and of ten more."""

DECIDING: Final = 0.002
"""Share of the area that must ask for a tool before the part does: one lone ray does not decide."""

_MOST_JUDGED: Final = 60_000
"""How many pairs of a sample and a set-up are judged for tools."""

MOST_RATIO: Final = 1e6

_DRAWN_AXES: Final = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def reach(mesh: Mesh, rays: Rays, directions: Floats) -> Reach:
    """The set-ups in which straight tools see the part, what stays hidden, and what tools that takes.

    `directions` (n, 3), the most important first: axes of holes, normals of planes; either sense of each is tried, and
    of the drawing's axes before them. 20,000 places stand for the surface.
    """
    samples = sampled(mesh, SAMPLES)
    along = axes(np.concatenate([_DRAWN_AXES, np.asarray(directions, dtype=np.float64).reshape(-1, 3)]), most=MOST_AXES)
    tried = np.stack([along, -along], axis=1).reshape(-1, 3)
    facing = tried @ mesh.normals[samples.triangle_of].T
    views = Views(tried, seen(mesh, rays, samples, tried), facing, _depths(samples, tried))
    plan = setups(views)
    chosen = list(plan.chosen)
    hidden: Flags = ~np.any(views.seen, axis=0)
    judged = slice(None, None, max(1, -(-int(views.seen[chosen].sum()) // _MOST_JUDGED)))
    points = samples.points[judged]
    normals = mesh.normals[samples.triangle_of[judged]]
    asked = demands(mesh, rays, points, normals, tried[chosen], views.seen[chosen][:, judged])
    deepest_mm, narrowest_mm, tool_ratio, tool_at_mm = _tools(points, asked)
    return Reach(
        directions=tuple(_direction(way) for way in tried[chosen]),
        hidden_mm2=float(np.count_nonzero(hidden) * samples.area_each),
        hidden_at_mm=_middle(samples.points, hidden),
        is_three_axis=plan.is_three_axis,
        deepest_mm=deepest_mm,
        narrowest_mm=narrowest_mm,
        tool_ratio=tool_ratio,
        tool_at_mm=tool_at_mm,
    )


def _depths(samples: Samples, directions: Floats) -> Floats:
    """How far below the topmost of them each sample lies, for each direction."""
    heights = directions @ samples.points.T
    depths: Floats = heights.max(axis=1, keepdims=True) - heights
    return depths


def _tools(points: Floats, asked: Demands) -> tuple[float, float | None, float | None, Place | None]:
    """The deepest reach, the narrowest room, the largest ratio and its place, for which DECIDING of the area asks."""
    rank = int(DECIDING * len(points))
    ratios = asked.ratios
    at = int(np.argsort(-ratios, kind="stable")[rank])
    if ratios[at] == 0:
        return 0.0, None, None, None
    deepest = float(np.partition(asked.reach_mm, -1 - rank)[-1 - rank])
    narrowest = float(np.partition(asked.width_mm, rank)[rank])
    return deepest, narrowest, min(float(ratios[at]), MOST_RATIO), _place(points[at])


def _middle(points: Floats, flags: Flags) -> Place | None:
    """The flagged point that lies nearest to the middle of them."""
    if not flags.any():
        return None
    flagged = points[flags]
    return _place(flagged[np.linalg.norm(flagged - flagged.mean(axis=0), axis=1).argmin()])


def _place(point: Floats) -> Place:
    x, y, z = point.tolist()
    return x, y, z


def _direction(way: Floats) -> Direction:
    x, y, z = (way + 0.0).tolist()
    return x, y, z
