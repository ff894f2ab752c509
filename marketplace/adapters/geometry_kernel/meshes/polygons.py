"""Polygons cut into triangles: fans where they are convex, else by manifold3d, which does it in n log n."""

from typing import Any

import manifold3d
import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole
from marketplace.adapters.geometry_kernel.meshes.one_processor import one_processor


def triangulated(points: Floats, corners: Whole, sizes: Whole) -> Whole:
    """Triangles (m, 3) that cover polygons of `sizes` corners each, which follow one another in `corners`."""
    starts = np.cumsum(sizes) - sizes
    fans, polygon_of = _fans(corners, starts, sizes)
    hollow = _not_convex(points, fans, polygon_of, sizes)
    if len(hollow) == 0:
        return fans
    pieces = [fans[~np.isin(polygon_of, hollow)]]
    with one_processor():
        pieces += [_cut(points, corners[starts[which] : starts[which] + sizes[which]]) for which in hollow]
    return np.concatenate(pieces)


def _fans(corners: Whole, starts: npt.NDArray[Any], sizes: Whole) -> tuple[Whole, npt.NDArray[Any]]:
    """Triangles from the first corner of each polygon, and which polygon each belongs to."""
    polygon_of = np.repeat(np.arange(len(sizes)), sizes - 2)
    begins = np.cumsum(sizes - 2) - (sizes - 2)
    step = np.arange(len(polygon_of)) - begins[polygon_of]
    apex = starts[polygon_of]
    return np.stack([corners[apex], corners[apex + step + 1], corners[apex + step + 2]], axis=1), polygon_of


def _not_convex(points: Floats, fans: Whole, polygon_of: npt.NDArray[Any], sizes: Whole) -> npt.NDArray[Any]:
    """Polygons of which some triangle of the fan faces against the whole."""
    if (sizes == 3).all():
        return np.empty(0, dtype=np.int64)
    first, second, third = points[fans[:, 0]], points[fans[:, 1]], points[fans[:, 2]]
    with np.errstate(over="ignore", invalid="ignore"):  # coordinates are checked later
        crosses = np.cross(second - first, third - first)
        whole = np.stack([np.bincount(polygon_of, weights=crosses[:, axis]) for axis in range(3)], axis=1)
        facing = np.einsum("ij,ij->i", crosses, whole[polygon_of])
        scale = (whole**2).sum(axis=1)[polygon_of]
        is_against = (facing < -1e-9 * scale) & (sizes[polygon_of] > 3)
    return np.unique(polygon_of[is_against])


def _cut(points: Floats, corners: Whole) -> Whole:
    """One polygon, laid flat as seen from the side that it faces, so that its corners turn counter-clockwise."""
    places = points[corners] - points[corners[0]]
    facing = np.cross(places, np.roll(places, -1, axis=0)).sum(axis=0)
    drop = int(np.abs(facing).argmax())
    flat = np.delete(places, drop, axis=1)
    is_mirrored = (facing[drop] < 0) != (drop == 1)
    numbers = manifold3d.triangulate([np.ascontiguousarray(flat[:, ::-1] if is_mirrored else flat)])
    triangles: Whole = corners[np.asarray(numbers, dtype=np.int64)].astype(np.int32)
    return triangles
