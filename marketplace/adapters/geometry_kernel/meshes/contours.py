"""Segments of one cut joined to closed contours: how many there are, how long each is, what lies inside and outside."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.meshes.cuts import Cuts, Indices
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats, Whole


@dataclass(frozen=True, slots=True)
class Contours:
    """Closed contours: the level of each and its length."""

    level: Indices
    length: Floats


def contours(triangles: Whole, cut: Cuts) -> Contours:
    """The contours of a closed mesh's cuts.

    Each half of an edge that goes down through a level begins one segment there, its other half ends one: sorted by
    edge and level, beginnings and endings pair up.
    """
    following = np.empty(len(cut.level), dtype=np.int64)
    begins, finishes = (np.argsort(_edges(triangles, cut, on)) for on in (cut.begins_on, cut.finishes_on))
    following[finishes] = begins
    links = coo_array((np.ones(len(following), dtype=np.int8), (np.arange(len(following)), following)))
    count, contour_of = connected_components(links, directed=False)
    level = np.zeros(count, dtype=np.int64)
    level[contour_of] = cut.level
    length: Floats = np.bincount(contour_of, np.hypot(*(cut.finishes - cut.begins).T), count).astype(np.float64)
    return Contours(level, length)


def _edges(triangles: Whole, cut: Cuts, on: Indices) -> Indices:
    """A whole number for each edge and level."""
    corners = triangles[cut.triangle]
    rows = np.arange(len(corners))
    one, other = corners[rows, on].astype(np.int64), corners[rows, (on + 1) % 3].astype(np.int64)
    count, levels = int(triangles.max()) + 1, int(cut.level.max()) + 1
    edge: Indices = (np.minimum(one, other) * count + np.maximum(one, other)) * levels + cut.level
    return edge
