"""Which places of a surface are seen from far away: a straight tool, or a half of a mould, comes and goes that way."""

from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Samples
from marketplace.adapters.geometry_kernel.meshes.rays import NOTHING, Rays

Flags = npt.NDArray[np.bool_]

TURNED_AWAY: Final = -0.02
"""Cosine below which a surface faces away: about a degree past upright, for facets that stand for a curve."""

LIFT: Final = 2e-5
"""Rays begin this share of the part's size above the surface: far above single precision, below what is made."""


def seen(mesh: Mesh, rays: Rays, samples: Samples, directions: Floats) -> Flags:
    """For each of `directions` (k, 3) and each sample (n): whether nothing lies between it and far away; (k, n).

    A ray goes from just above the surface along the direction, where the surface does not face away from it.
    """
    normals = mesh.normals[samples.triangle_of]
    origins = samples.points + LIFT * mesh.size * normals
    found = normals @ directions.T > TURNED_AWAY
    for number, direction in enumerate(directions):
        facing = np.flatnonzero(found[:, number])
        met, _ = rays.first(origins[facing], np.broadcast_to(direction, (len(facing), 3)))
        found[facing, number] = met == NOTHING
    return np.ascontiguousarray(found.T)


def axes(ways: Floats, *, most: int) -> Floats:
    """The first `most` different axes among `ways` (n, 3), without regard to sense and length, as unit vectors.

    Ways closer than a quarter of a degree are one; those without a length or that are no numbers are passed over.
    """
    chosen: list[Floats] = []
    for way in np.asarray(ways, dtype=np.float64).reshape(-1, 3)[:MOST_WAYS]:
        length = float(np.linalg.norm(way))
        if not (np.isfinite(length) and length > 0):
            continue
        unit = way / length
        if all(abs(float(unit @ other)) < _SAME for other in chosen):
            chosen.append(unit)
        if len(chosen) == most:
            break
    return np.array(chosen).reshape(-1, 3)


MOST_WAYS: Final = 10_000
"""Of ways given, no more are looked at."""

_SAME: Final = float(np.cos(np.radians(0.25)))
