"""Coarser copies of meshes for looking at: quadric edge collapse (Garland and Heckbert 1997)."""

from typing import Any, Final

import fast_simplification
import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh, Whole

_SIZE: Final = 0.1
_CARE: Final = 1.0
"""Fast simplification takes edges whose error is below 1e-9 (round + 3)^care, in 100 rounds at most. For parts of this
size that ends at three in a thousand of the size: bosses and holes stay, and it stops short of what is asked
if need be.
"""

_EASY: Final = 2 / 3
"""Share of the triangles down to which edges collapse quickly; the last ones ask for ten times as many rounds."""

_AT_MOST: Final = 3

_CELLS: Final = 400


def decimated(mesh: Mesh, most: int) -> Mesh:
    """The mesh, or a copy of about `most` triangles, each still with its face; never three times as many.

    One that has less than three times as many keeps half as many more at most. No part of it moves by more than about
    three in a thousand of its size: a part of many small features keeps more triangles. Round sides cut into slivers,
    at which edge collapse balks, are first cut anew into coarser ones. What then is still too much (heaps of loose
    triangles) is thinned to the largest.
    """
    count = len(mesh.triangles)
    if count <= most:
        return mesh
    enough = most * _AT_MOST // 2
    coarse = _collapsed(mesh, max(most, min(int(_EASY * count), enough)) if count <= _AT_MOST * most else most)
    if len(coarse.triangles) > enough:
        coarse = _collapsed(_clustered(mesh), most)
    return coarse if len(coarse.triangles) <= _AT_MOST * most else _largest(coarse, _AT_MOST * most)


def _collapsed(mesh: Mesh, most: int) -> Mesh:
    """Edges taken away one by one, those first that change least."""
    scale = _SIZE / (mesh.size or 1.0)
    points, triangles, collapses = fast_simplification.simplify(
        (mesh.vertices - mesh.low) * scale,
        np.ascontiguousarray(mesh.triangles, dtype=np.int32),
        target_count=min(most, len(mesh.triangles)),
        agg=_CARE,
        return_collapses=True,
    )
    return Mesh(points / scale + mesh.low, triangles.astype(np.int32), _faces(mesh, triangles, collapses))


def _clustered(mesh: Mesh) -> Mesh:
    """Vertices in one cell of a grid become the first of them; a cell is one in four hundred of the part's size."""
    cells = ((mesh.vertices - mesh.low) * (_CELLS / (mesh.size or 1.0))).astype(np.int64)
    keys = (cells[:, 0] << 40) | (cells[:, 1] << 20) | cells[:, 2]
    _, first, cell_of = np.unique(keys, return_index=True, return_inverse=True)
    triangles = cell_of[mesh.triangles].astype(np.int32)
    is_left = _is_left(triangles)
    face_of = None if mesh.face_of is None else mesh.face_of[is_left]
    return Mesh(mesh.vertices[first], triangles[is_left], face_of)


def _faces(mesh: Mesh, triangles: npt.NDArray[np.int64], collapses: npt.NDArray[np.int64]) -> Whole | None:
    """The face of each triangle that is left: those whose corners did not fall together, in their old order."""
    if mesh.face_of is None:
        return None
    into = np.arange(len(mesh.vertices))
    into[collapses[:, 1]] = collapses[:, 0]
    while ((further := into[into]) != into).any():
        into = further
    faces: Whole = mesh.face_of[_is_left(into[mesh.triangles])]
    return faces if len(faces) == len(triangles) else None


def _is_left(triangles: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which triangles still have three corners."""
    is_left: npt.NDArray[np.bool_] = (triangles != np.roll(triangles, -1, axis=1)).all(axis=1)
    return is_left


def _largest(mesh: Mesh, most: int) -> Mesh:
    kept = np.sort(np.argpartition(mesh.areas, -most)[-most:])
    return Mesh(mesh.vertices, mesh.triangles[kept], None if mesh.face_of is None else mesh.face_of[kept])
