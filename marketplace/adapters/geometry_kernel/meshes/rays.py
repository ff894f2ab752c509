"""Straight lines through a mesh, by Intel's Embree where it is built for this machine, else by a tree in numpy (slow).

Embree computes in single precision: the mesh is moved to its middle and scaled to a size of one for it. Distances are
good to about 1e-7 of the mesh's size. A ray that is to leave a facet must begin `CLEARANCE` off it.
"""

from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh
from marketplace.adapters.geometry_kernel.meshes.one_processor import one_processor
from marketplace.adapters.geometry_kernel.meshes.tree import BoxTree

try:
    from embreex import rtcore_scene
    from embreex.mesh_construction import TriangleMesh

    HAS_EMBREE: Final = True
except ImportError:  # no wheel for this machine
    HAS_EMBREE = False  # type: ignore[misc]

Indices = npt.NDArray[np.int64]

NOTHING: Final = -1

CLEARANCE: Final = 3e-6
"""In shares of the mesh's size: how far off its facet a ray begins so that it does not meet that facet itself.

Single precision tells places 6e-8 of the size apart; fifty times that is clear also for rays 45 degrees to the facet.
"""

_MOST_TRIED: Final = 40_000_000
"""Triangles' boxes that all rays together may have to be tried against: two or three seconds on one core."""
_FEWEST: Final = 400
_LOOKED_AT: Final = 50_000
"""Triangles by which the rest are judged."""


class Rays(Protocol):
    """Answers which triangle a ray meets first."""

    def first(self, origins: Floats, directions: Floats) -> tuple[Indices, Floats]:
        """For rays (n, 3) with unit directions: the triangle each meets first (NOTHING if none), and how far away.

        The distance is infinite where nothing is met. Triangles are met from both sides.
        """
        ...


def rays(mesh: Mesh) -> Rays:
    """The means of this machine to send rays through a mesh; building it costs n log n."""
    return _built(mesh) if HAS_EMBREE else BoxTree(mesh)


def most_rays(mesh: Mesh) -> int:
    """How many rays may be sent through a mesh in a couple of seconds; millions, if it is like any part.

    Trees of boxes help nothing where triangles lie across each other: 50,000 large tetrahedra in one heap cost a ray
    a thousand times what a ball of as many triangles does. By Crofton's formula a line through the mesh's box goes
    through that of a triangle with a chance of their surfaces' ratio (J. D. MacDonald and K. S. Booth, "Heuristics for
    ray tracing using space subdivision", The Visual Computer 6, 1990); the sum of these chances is what a ray costs.
    """
    count = len(mesh.triangles)
    some = np.random.default_rng(0).integers(0, count, _LOOKED_AT) if count > _LOOKED_AT else slice(None)
    corners = mesh.vertices[mesh.triangles[some]]
    surface = _half_surface(corners.max(axis=1) - corners.min(axis=1)).mean()
    whole = _half_surface((mesh.high - mesh.low)[None])[0]
    tried = float(count * surface / whole) if whole > 0 else float(count)
    return max(_FEWEST, int(_MOST_TRIED / max(tried, 1)))


def _half_surface(spans: Floats) -> Floats:
    x, y, z = spans.T
    halves: Floats = x * y + y * z + z * x
    return halves


def _built(mesh: Mesh) -> Rays:
    """Embree builds its tree at the first ray, and starts its threads then: none, on one processor."""
    with one_processor():
        built = _Embree(mesh)
        built.first(mesh.high[None] + 1.0, np.array([[1.0, 0.0, 0.0]]))
    return built


class _Embree:
    def __init__(self, mesh: Mesh) -> None:
        self._middle = (mesh.low + mesh.high) / 2
        self._size = mesh.size or 1.0
        vertices = ((mesh.vertices - self._middle) / self._size).astype(np.float32)
        self._scene = rtcore_scene.EmbreeScene(robust=True)
        TriangleMesh(self._scene, vertices, np.ascontiguousarray(mesh.triangles))

    def first(self, origins: Floats, directions: Floats) -> tuple[Indices, Floats]:
        if len(origins) == 0:
            return np.empty(0, dtype=np.int64), np.empty(0)
        starts = ((origins - self._middle) / self._size).astype(np.float32)
        met: Any = self._scene.run(starts, np.ascontiguousarray(directions, dtype=np.float32), output=1)
        triangles = met["primID"].astype(np.int64)
        distances = np.where(triangles == NOTHING, np.inf, met["tfar"].astype(np.float64) * self._size)
        return triangles, distances
