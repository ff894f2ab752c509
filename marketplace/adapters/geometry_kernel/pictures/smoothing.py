"""Which triangles shade into each other: those of one face, or those that meet without a crease."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh, Whole

_SMOOTH: Final = np.cos(np.radians(30))
"""Triangles that meet at less than 30° are taken for one round surface."""


@dataclass(frozen=True, slots=True)
class Shaded:
    """Corners split where surfaces meet in an edge: places (n, 3), unit normals (n, 3), triangles (m, 3) into them."""

    vertices: Floats
    normals: Floats
    triangles: Whole


def shaded(mesh: Mesh) -> Shaded:
    """The mesh with a normal for each corner, common to triangles of one surface."""
    surface_of = _surfaces(mesh) if mesh.face_of is None else mesh.face_of
    keys = mesh.triangles.astype(np.int64) * (int(surface_of.max()) + 1) + surface_of[:, None]
    corners, triangles = np.unique(keys.ravel(), return_inverse=True)
    normals = np.stack(
        [np.bincount(triangles, np.repeat(mesh.crosses[:, axis], 3), len(corners)) for axis in range(3)], axis=1
    )
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    unit = np.divide(normals, lengths, out=np.tile([0.0, 0.0, 1.0], (len(corners), 1)), where=lengths > 0)
    vertices = mesh.vertices[corners // (int(surface_of.max()) + 1)]
    return Shaded(vertices, unit, triangles.reshape(-1, 3).astype(np.int32))


def _surfaces(mesh: Mesh) -> Whole:
    """For each triangle the number of the smooth surface that it belongs to; n log n."""
    first, second = _neighbours(mesh.triangles)
    smooth = np.einsum("ij,ij->i", mesh.normals[first], mesh.normals[second]) > _SMOOTH
    count = len(mesh.triangles)
    links = coo_array((np.ones(smooth.sum(), dtype=np.int8), (first[smooth], second[smooth])), shape=(count, count))
    surface_of: Whole = connected_components(links, directed=False)[1].astype(np.int32)
    return surface_of


def _neighbours(triangles: Whole) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Pairs of triangles that share an edge."""
    ends = np.sort(np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=2), axis=2).reshape(-1, 2)
    edges = ends[:, 0].astype(np.int64) << 32 | ends[:, 1]
    order = np.argsort(edges, kind="stable")
    same = edges[order][1:] == edges[order][:-1]
    return order[:-1][same] // 3, order[1:][same] // 3
