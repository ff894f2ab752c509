"""Coarser copies of very large meshes for measuring on: vertices that lie close together become one of them.

The vertices that are left lie where they were, those of two sides of a wall stay apart, and each edge still has its
other side, so that the copy encloses what the mesh does. Vertex clustering by J. Rossignac and P. Borrel,
"Multi-resolution 3D approximations for rendering complex scenes" (1993); quadric edge collapse follows shapes with
fewer triangles, and takes several times as long and as much memory.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Mesh, Whole
from marketplace.adapters.geometry_kernel.meshes.soup import BLOCK

Keys = npt.NDArray[np.int64]

_CELLS_OF_TRIANGLES: Final = 0.5
"""A closed mesh has half as many vertices as triangles."""
_CELLS_OF_PLANE: Final = 1.5
"""A plane askew to a grid goes through about so many cells for each cell's face that it is large."""
_COARSER: Final = 1.25
_MOST_CELLS: Final = 1 << 20
"""Along each axis, so that three numbers of cells and a side fit into one of eight bytes."""


def thinned(mesh: Mesh, most: int) -> Mesh:
    """The mesh, or a copy of at most so many triangles."""
    if len(mesh.triangles) <= most:
        return mesh
    sides, area_mm2 = _facing(mesh)
    cell_mm = max((_CELLS_OF_PLANE * area_mm2 / (_CELLS_OF_TRIANGLES * most)) ** 0.5, mesh.size / _MOST_CELLS)
    while len((coarse := _clustered(mesh, sides, cell_mm)).triangles) > most:
        cell_mm *= _COARSER
    return coarse


def _facing(mesh: Mesh) -> tuple[Keys, float]:
    """For each vertex which of six ways it faces, and the area of the mesh. In blocks, for the mesh is large."""
    normals, area_mm2 = np.zeros((len(mesh.vertices), 3)), 0.0
    for start in range(0, len(mesh.triangles), 8 * BLOCK):
        triangles = mesh.triangles[start : start + 8 * BLOCK]
        crosses = Mesh(mesh.vertices, triangles).crosses
        area_mm2 += float(np.linalg.norm(crosses, axis=1).sum()) / 2
        for axis in range(3):
            weights = np.repeat(crosses[:, axis], 3)
            normals[:, axis] += np.bincount(triangles.ravel(), weights, minlength=len(normals))
    main = np.abs(normals).argmax(axis=1)
    is_up = np.take_along_axis(normals, main[:, None], axis=1)[:, 0] > 0
    return 2 * main + is_up, area_mm2


def _clustered(mesh: Mesh, sides: Keys, cell_mm: float) -> Mesh:
    keys = sides.copy()
    for axis in range(3):
        cells = ((mesh.vertices[:, axis] - mesh.low[axis]) / cell_mm).astype(np.int64)
        keys = keys * _MOST_CELLS + np.minimum(cells, _MOST_CELLS - 1)
    _, first, number_of = np.unique(keys, return_index=True, return_inverse=True)
    triangles = number_of.astype(np.int32)[mesh.triangles]
    a, b, c = triangles.T
    return Mesh(mesh.vertices[first], _unfolded(triangles[(a != b) & (b != c) & (c != a)]))


def _unfolded(triangles: Whole) -> Whole:
    """Without pairs of triangles that lie upon each other, one facing each way."""
    lowest = triangles.argmin(axis=1)[:, None]
    turned = np.take_along_axis(triangles, (lowest + np.arange(3)) % 3, axis=1).astype(np.int64)
    is_back = turned[:, 1] > turned[:, 2]
    low, high = turned[:, 1:].min(axis=1), turned[:, 1:].max(axis=1)
    count = int(triangles.max(initial=0)) + 1
    _, place_of = np.unique((turned[:, 0] * count + low) * count + high, return_inverse=True)
    forward, back = (np.bincount(place_of, is_way, len(triangles)) for is_way in (~is_back, is_back))
    paired = np.minimum(forward, back)[place_of]
    kept: Whole = triangles[_rank(2 * place_of + is_back) >= paired]
    return kept


def _rank(keys: Keys) -> Keys:
    """For each key how many like it come before it."""
    order = np.argsort(keys, kind="stable")
    arranged = keys[order]
    is_first = np.ones(len(keys), dtype=bool)
    is_first[1:] = arranged[1:] != arranged[:-1]
    begins = np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = np.arange(len(keys)) - begins
    return rank
