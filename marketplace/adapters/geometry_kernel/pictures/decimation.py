"""Coarser copies of meshes for looking at: quadric edge collapse (Garland and Heckbert 1997)."""

from typing import Final

import fast_simplification
import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh, Whole

_SIZE: Final = 100.0
"""Its limits of error are absolute: parts are brought to this size, for which they were found good."""


def decimated(mesh: Mesh, most: int) -> Mesh:
    """The mesh, or a copy of about `most` triangles, each still with its face; never a twentieth more.

    What cannot be simplified is thinned to its largest triangles.
    """
    if len(mesh.triangles) <= most:
        return mesh
    scale = _SIZE / (mesh.size or 1.0)
    points, triangles, collapses = fast_simplification.simplify(
        (mesh.vertices - mesh.low) * scale,
        np.ascontiguousarray(mesh.triangles, dtype=np.int32),
        target_count=most,
        return_collapses=True,
    )
    coarse = Mesh(points / scale + mesh.low, triangles.astype(np.int32), _faces(mesh, triangles, collapses))
    return coarse if len(triangles) <= most * 1.05 else _largest(coarse, most)


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
