"""Triangles in a tree of boxes, in numpy: where Embree is not built, a ray need not be tried against every triangle.

Triangles are ordered along Morton's curve (G. M. Morton 1966; for trees of boxes: Lauterbach et al., "Fast BVH
Construction on GPUs", Eurographics 2009), and the tree is the complete binary tree over them, so that node `i` has the
children `2i` and `2i + 1`. Double precision; ten to fifty times slower than Embree.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Mesh

Indices = npt.NDArray[np.int64]

_PER_LEAF: Final = 4
_ROOT: Final = 1
_AT_ONCE: Final = 20_000
"""Rays sent together, so that memory stays bounded."""
_EDGE: Final = 1e-12
"""How far outside a triangle, in shares of it, a ray still meets it: a ray through an edge meets one of its sides."""


class BoxTree:
    """Boxes around ever smaller groups of triangles."""

    def __init__(self, mesh: Mesh) -> None:
        self._order = _along_curve(mesh)
        self._leaves = 1 << max(0, -(-len(self._order) // _PER_LEAF) - 1).bit_length()
        corners = mesh.corners[self._order]
        self._start = corners[:, 0]
        self._one, self._other = corners[:, 1] - self._start, corners[:, 2] - self._start
        self._low, self._high = self._boxes(corners.min(axis=1), corners.max(axis=1), mesh.size * _EDGE)

    def first(self, origins: Floats, directions: Floats) -> tuple[Indices, Floats]:
        """For each ray the triangle it meets first (-1 if none), and how far away (infinite if none)."""
        triangles, distances = np.full(len(origins), -1, dtype=np.int64), np.full(len(origins), np.inf)
        for start in range(0, len(origins), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            triangles[part], distances[part] = self._first(origins[part], directions[part])
        return triangles, distances

    def _boxes(self, low: Floats, high: Floats, margin: float) -> tuple[Floats, Floats]:
        """The corners of every node's box, from the leaves up; a node without triangles has one that nothing meets."""
        lows, highs = np.full((2 * self._leaves, 3), np.inf), np.full((2 * self._leaves, 3), -np.inf)
        begins = np.arange(0, len(low), _PER_LEAF)
        filled = slice(self._leaves, self._leaves + len(begins))
        lows[filled] = np.minimum.reduceat(low, begins) - margin
        highs[filled] = np.maximum.reduceat(high, begins) + margin
        first = self._leaves // 2
        while first:
            lows[first : 2 * first] = lows[2 * first : 4 * first].reshape(first, 2, 3).min(axis=1)
            highs[first : 2 * first] = highs[2 * first : 4 * first].reshape(first, 2, 3).max(axis=1)
            first //= 2
        is_empty = lows[:, 0] > highs[:, 0]
        lows[is_empty] = highs[is_empty] = np.nan
        return lows, highs

    def _first(self, origins: Floats, directions: Floats) -> tuple[Indices, Floats]:
        """Every ray walks the tree at once, the nearer child first, with its own pile of nodes still to visit."""
        count = len(origins)
        found, distances = np.full(count, -1, dtype=np.int64), np.full(count, np.inf)
        slopes = 1 / np.where(directions == 0, 1e-300, directions)
        pile = np.full((count, self._leaves.bit_length() + 2), _ROOT, dtype=np.int64)
        height = np.ones(count, dtype=np.int64)
        walking = np.arange(count)
        while len(walking):
            height[walking] -= 1
            node = pile[walking, height[walking]]
            enters = self._enters(node, origins[walking], slopes[walking])
            is_worth = enters < distances[walking]
            ray, node = walking[is_worth], node[is_worth]
            is_leaf = node >= self._leaves
            self._meet(node[is_leaf] - self._leaves, ray[is_leaf], origins, directions, found, distances)
            self._pile_children(node[~is_leaf], ray[~is_leaf], origins, slopes, pile, height)
            walking = walking[height[walking] > 0]
        return found, distances

    def _enters(self, node: Indices, origins: Floats, slopes: Floats) -> Floats:
        """How far along its ray each box begins; infinite where the ray passes it by."""
        with np.errstate(over="ignore", invalid="ignore"):
            one, other = (self._low[node] - origins) * slopes, (self._high[node] - origins) * slopes
        begins = np.maximum(np.minimum(one, other).max(axis=1), 0)
        ends = np.maximum(one, other).min(axis=1)
        entered: Floats = np.where(begins <= ends, begins, np.inf)
        return entered

    def _pile_children(
        self, node: Indices, ray: Indices, origins: Floats, slopes: Floats, pile: Any, height: Indices
    ) -> None:
        left, right = (self._enters(2 * node + side, origins[ray], slopes[ray]) for side in (0, 1))
        nearer = 2 * node + (right < left)
        pile[ray, height[ray]] = nearer ^ 1
        pile[ray, height[ray] + 1] = nearer
        height[ray] += 2

    def _meet(
        self, leaf: Indices, ray: Indices, origins: Floats, directions: Floats, found: Indices, distances: Floats
    ) -> None:
        """Keep the nearest triangle of a leaf where it is nearer than what the ray has met so far."""
        for nth in range(_PER_LEAF):
            place = leaf * _PER_LEAF + nth
            is_there = place < len(self._order)
            place, there = place[is_there], ray[is_there]
            distance = self._distance(place, origins[there], directions[there])
            is_nearer = distance < distances[there]
            distances[there[is_nearer]] = distance[is_nearer]
            found[there[is_nearer]] = self._order[place[is_nearer]]

    def _distance(self, place: Indices, origins: Floats, directions: Floats) -> Floats:
        """How far along its ray each triangle lies (Möller and Trumbore, Journal of Graphics Tools 2(1), 1997)."""
        one, other, away = self._one[place], self._other[place], origins - self._start[place]
        turned = np.cross(directions, other)
        determinant = np.einsum("ij,ij->i", one, turned)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            share_one = np.einsum("ij,ij->i", away, turned) / determinant
            across = np.cross(away, one)
            share_other = np.einsum("ij,ij->i", directions, across) / determinant
            distance = np.einsum("ij,ij->i", other, across) / determinant
            is_met = (share_one >= -_EDGE) & (share_other >= -_EDGE) & (share_one + share_other <= 1 + _EDGE)
            met: Floats = np.where(is_met & (distance > 0) & np.isfinite(distance), distance, np.inf)
        return met


def _along_curve(mesh: Mesh) -> Indices:
    """The triangles in the order in which Morton's curve passes their middles, 21 bits for each coordinate."""
    middles = mesh.corners.mean(axis=1)
    extents = np.maximum(mesh.high - mesh.low, np.finfo(float).tiny)
    cells = np.clip((middles - mesh.low) / extents * (2**21 - 1), 0, 2**21 - 1).astype(np.uint64)
    x, y, z = (_spread(cells[:, axis]) for axis in range(3))
    order: Indices = np.argsort(x | (y << np.uint64(1)) | (z << np.uint64(2)), kind="stable")
    return order


def _spread(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    """21 bits with two zeros put before each."""
    for shift, mask in (
        (32, 0x1F00000000FFFF),
        (16, 0x1F0000FF0000FF),
        (8, 0x100F00F00F00F00F),
        (4, 0x10C30C30C30C30C3),
        (2, 0x1249249249249249),
    ):
        bits = (bits | (bits << np.uint64(shift))) & np.uint64(mask)
    return bits
