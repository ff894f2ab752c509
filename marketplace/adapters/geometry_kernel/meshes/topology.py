"""How triangles hang together: which share an edge, whether they agree on the outside, which form one shell."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.meshes.mesh import Whole


@dataclass(frozen=True, slots=True)
class Joints:
    """The shells of a surface, joined at edges, and what its edges say."""

    is_manifold: bool
    """Every edge joins exactly two triangles."""
    is_wound: bool
    """The two triangles at an edge agree which side is outside."""
    shells: int
    shell_of: Whole
    """For each triangle the number of its shell."""
    open_edges: int = 0
    """Edges of one triangle only: the borders of gaps."""
    crowded_edges: int = 0
    """Edges that join more than two triangles."""

    @property
    def is_closed(self) -> bool:
        """Whether each shell parts an inside from an outside."""
        return self.is_manifold and self.is_wound


def joints(triangles: Whole) -> Joints:
    """How triangles (m, 3) over shared vertices hang together; m > 0 and no triangle has a vertex twice.

    Each half of an edge has one whole number, so that sorting brings its two triangles together: n log n.
    """
    order, edges = _half_edges(triangles)
    is_same = edges[1:] >> np.uint64(1) == edges[:-1] >> np.uint64(1)
    is_manifold = len(edges) % 2 == 0 and bool(is_same[0::2].all()) and not is_same[1::2].any()
    is_wound = is_manifold and bool((edges[0::2] != edges[1::2]).all())
    sizes = np.empty(0, dtype=np.int64) if is_manifold else np.diff(np.flatnonzero(np.r_[True, ~is_same, True]))
    del edges
    triangle_of = (order % len(triangles)).astype(np.int32)
    del order
    pairs = triangle_of[:-1][is_same], triangle_of[1:][is_same]
    del triangle_of, is_same
    shells, shell_of = _connected(*pairs, count=len(triangles))
    return Joints(is_manifold, is_wound, shells, shell_of, int((sizes == 1).sum()), int((sizes > 2).sum()))


def is_cycle(triangles: Whole) -> bool:
    """Whether each edge is run along as often one way as the other, so that the surface has no border."""
    count = int(triangles.max(initial=0)) + 1
    starts, ends = triangles.T.astype(np.int64), np.roll(triangles, -1, axis=1).T.astype(np.int64)
    along, back = (starts * count + ends).ravel(), (ends * count + starts).ravel()
    return bool((np.sort(along) == np.sort(back)).all())


def _half_edges(triangles: Whole) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Half-edges sorted by (lower vertex, higher vertex, direction); half-edge h belongs to triangle h modulo m."""
    count = np.uint64(int(triangles.max()) + 1)
    edges = np.empty(3 * len(triangles), dtype=np.uint64)
    for corner in range(3):
        start, end = triangles[:, corner], triangles[:, (corner + 1) % 3]
        keys = np.minimum(start, end).astype(np.uint64)
        keys *= count
        keys += np.maximum(start, end).astype(np.uint64)
        keys <<= np.uint64(1)
        keys |= start > end
        edges[corner * len(triangles) : (corner + 1) * len(triangles)] = keys
    order = np.argsort(edges)
    return order, edges[order]


def _connected(first: Whole, second: Whole, *, count: int) -> tuple[int, Whole]:
    links = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(count, count))
    shells, shell_of = connected_components(links, directed=False)
    return int(shells), shell_of.astype(np.int32, copy=False)
