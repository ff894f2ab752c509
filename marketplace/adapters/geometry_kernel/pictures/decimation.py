"""Coarser copies of meshes for looking at: quadric edge collapse (Garland and Heckbert 1997)."""

from typing import Final

import fast_simplification
import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh, Whole

_SIZE: Final = 10.0
_CARE: Final = 3.0
"""Fast simplification takes edges whose error is below 1e-9 (round + 3)^care, in 100 rounds at most. For parts of this
size that ends at three in a thousand of the size: bosses and holes stay, and it stops short of what is asked
if need be.
"""

_AT_MOST: Final = 3


def decimated(mesh: Mesh, most: int) -> Mesh:
    """The mesh, or a copy of about `most` triangles, each still with its face; never three times as many.

    No part of it moves by more than about three in a thousand of its size: a part of many small features keeps more
    triangles. What cannot be simplified (heaps of loose triangles) is thinned to the largest.
    """
    if len(mesh.triangles) <= most:
        return mesh
    scale = _SIZE / (mesh.size or 1.0)
    points, triangles, collapses = fast_simplification.simplify(
        (mesh.vertices - mesh.low) * scale,
        np.ascontiguousarray(mesh.triangles, dtype=np.int32),
        target_count=most,
        agg=_CARE,
        return_collapses=True,
    )
    coarse = Mesh(points / scale + mesh.low, triangles.astype(np.int32), _faces(mesh, triangles, collapses))
    return coarse if len(triangles) <= _AT_MOST * most else _largest(coarse, _AT_MOST * most)


def _faces(mesh: Mesh, triangles: npt.NDArray[np.int64], collapses: npt.NDArray[np.int64]) -> Whole | None:
    """The face of each triangle that is left: those whose corners did not fall together, in their old order."""
    if mesh.face_of is None:
        return None
    into = np.arange(len(mesh.vertices))
    into[collapses[:, 1]] = collapses[:, 0]
    while (further := into[into]).tobytes() != into.tobytes():
        into = further
    first, second, third = into[mesh.triangles].T
    is_left = (first != second) & (second != third) & (third != first)
    faces: Whole = mesh.face_of[is_left]
    return faces if len(faces) == len(triangles) else None


def _largest(mesh: Mesh, most: int) -> Mesh:
    kept = np.sort(np.argpartition(mesh.areas, -most)[-most:])
    return Mesh(mesh.vertices, mesh.triangles[kept], None if mesh.face_of is None else mesh.face_of[kept])
