"""Points that are equal become one vertex, however often a file writes them."""

from typing import Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole
from marketplace.adapters.geometry_kernel.meshes.soup import BLOCK, Points, Soup

FLOAT32_BITS: Final = 24
"""Significant bits of an IEEE 754 single, in which binary STL holds its coordinates."""

_MIX: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
"""Odd constants that spread the three coordinates over 64 bits (xxHash's primes). Clashes are looked for."""

Keys = npt.NDArray[np.uint64]
Indices = npt.NDArray[np.int64]


def welded(soup: Soup) -> tuple[Floats, Whole]:
    """Vertices, numbered as they first come, and the triangles over them; a triangle may have lost a corner thereby.

    Points are compared on a grid as fine as a 4-byte float can tell at the far end of the part: exporters write 0 here
    and 3e-16 there.
    """
    first, vertex_of = _equal(soup.points)
    triangles = vertex_of if soup.triangles is None else vertex_of[soup.triangles]
    return soup.points[first].astype(np.float64), triangles.reshape(-1, 3)


def _equal(points: Points) -> tuple[Indices, Whole]:
    """The index at which each distinct point first comes, and for each point the number of its distinct point."""
    step = float(max(points.max(), -points.min())) * 2.0**-FLOAT32_BITS or 1.0
    first, number_of = _alike(_keys(points, step))
    if not _are_same(points, first, number_of, step):
        first, number_of = _alike(_ranks(_on_grid(points, step)))
    return first, number_of


def _on_grid(points: Points, step: float) -> Indices:
    return np.rint(points.astype(np.float64) / step).astype(np.int64)


def _keys(points: Points, step: float) -> Keys:
    """One number for each place on the grid; two places share one about once in 2^64."""
    keys = np.empty(len(points), dtype=np.uint64)
    for start in range(0, len(points), BLOCK):
        places = _on_grid(points[start : start + BLOCK], step).astype(np.uint64)
        keys[start : start + BLOCK] = (places * _MIX).sum(axis=1, dtype=np.uint64)
    return keys


def _ranks(rows: Indices) -> Keys:
    """One number for each distinct row, without any doubt and more slowly."""
    order = np.lexsort(rows.T)
    arranged = rows[order]
    ranks = np.zeros(len(rows), dtype=np.uint64)
    ranks[order[1:]] = np.cumsum((arranged[1:] != arranged[:-1]).any(axis=1))
    return ranks


def _alike(keys: Keys) -> tuple[Indices, Whole]:
    order = np.argsort(keys)
    keys = keys[order]
    is_new = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=is_new[1:])
    del keys
    first = np.minimum.reduceat(order, np.flatnonzero(is_new))
    by_first = np.argsort(first)
    number = np.empty(len(first), dtype=np.int32)
    number[by_first] = np.arange(len(first), dtype=np.int32)
    number_of = np.empty(len(order), dtype=np.int32)
    number_of[order] = number[np.cumsum(is_new, dtype=np.int32) - 1]
    return first[by_first], number_of


def _are_same(points: Points, first: Indices, number_of: Whole, step: float) -> bool:
    distinct = points[first]
    for start in range(0, len(points), BLOCK):
        part = slice(start, start + BLOCK)
        if not np.array_equal(_on_grid(points[part], step), _on_grid(distinct[number_of[part]], step)):
            return False
    return True
