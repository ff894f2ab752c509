"""Paths joined at their ends into loops; what is left over are open chains.

Ends that fall on one point are a corner. A corner with a single end is a gap, and is joined with the nearest such end
within `END_MM`. Then the paths are the edges of a plane graph, and each of its bounded faces is a loop: parts that
share an edge are two loops. Edges that border no face, and those with the same face on both sides, are open.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from marketplace.adapters.geometry_kernel.drawings.curves import Piece, swept_area
from marketplace.adapters.geometry_kernel.drawings.outlines import Points
from marketplace.geometry.errors import TooComplex

Whole = npt.NDArray[np.int64]

END_MM: Final = 0.05
"""The widest gap that a cutter closes by itself: a fraction of its kerf."""
CORNER_MM: Final = 1e-3
"""Ends this near are one point: what programs round away."""
PAIRS_PER_END: Final = 30
THINNEST_SHARE: Final = 1e-9
"""A loop with less area than this share of its length squared encloses nothing: a slit 1 m long is wider than 2 µm."""


@dataclass(frozen=True, slots=True)
class Loop:
    """A closed cut: its first point is its last; the area is the true one, inside."""

    points: Points
    length_mm: float
    area_mm2: float


@dataclass(frozen=True, slots=True)
class Chains:
    """Loops, and chains with loose ends; `length_mm` counts an edge between two loops once."""

    loops: list[Loop]
    open_paths: list[Points]
    open_count: int
    open_mm: float
    length_mm: float


def chained(paths: list[tuple[Piece, ...]], fineness: float = 1.0) -> Chains:
    """Loops and open chains; gaps and corners are `fineness` times as wide as usual. Raises TooComplex."""
    edges = [piece for piece in map(_joined, paths) if piece.length_mm > CORNER_MM * fineness]
    ends = np.array([(piece.points[0], piece.points[-1]) for piece in edges]).reshape(-1, 2)
    corner_of = _corners(ends, np.array([piece.length_mm for piece in edges]), fineness)
    edges = _snapped(edges, ends, corner_of)
    graph = _Graph(edges, corner_of.reshape(-1, 2))
    graph.prune()
    faces = graph.faces()
    if graph.drop_bridges(faces):
        graph.prune()
        faces = graph.faces()
    loops = {number: loop for number, face in enumerate(faces) if (loop := _loop(edges, face)) is not None}
    left = sorted({*graph.left_out, *_without_loop(faces, loops)})
    return Chains(
        loops=list(loops.values()),
        open_paths=[edges[edge].points for edge in left],
        open_count=graph.count_chains(left),
        open_mm=math.fsum(edges[edge].length_mm for edge in left),
        length_mm=math.fsum(piece.length_mm for piece in edges),
    )


def _joined(path: tuple[Piece, ...]) -> Piece:
    """A path as one piece."""
    if len(path) == 1:
        return path[0]
    points = np.concatenate([path[0].points, *(piece.points[1:] for piece in path[1:])])
    beyond = sum(piece.beyond_mm2 for piece in path)
    return Piece(points, sum(piece.length_mm for piece in path), beyond)


def _corners(ends: Points, lengths: Points, fineness: float) -> Whole:
    """For each end the number of its corner."""
    if not len(ends):
        return np.empty(0, dtype=np.int64)
    corner_of = _merged(_near(ends, CORNER_MM * fineness), np.arange(len(ends)))
    loose = np.flatnonzero(np.bincount(corner_of)[corner_of] == 1)
    return _merged(_gaps(ends, loose, lengths, END_MM * fineness), corner_of)


def _near(points: Points, reach: float) -> Whole:
    """Pairs of points within reach, (n, 2); raises TooComplex for a drawing that is all points."""
    distinct, which = np.unique(points, axis=0, return_inverse=True)
    which = which.ravel()
    first = np.full(len(distinct), -1)
    first[which[::-1]] = np.arange(len(points))[::-1]
    same = np.column_stack([np.arange(len(points)), first[which]])
    tree = cKDTree(distinct)
    if tree.count_neighbors(tree, reach) > PAIRS_PER_END * len(points) + 1_000:
        raise TooComplex("Too many lines of the drawing end at nearly the same place. Please simplify it.")
    return np.concatenate([same, first[tree.query_pairs(reach, output_type="ndarray")].reshape(-1, 2)])


def _merged(pairs: Whole, labels: Whole) -> Whole:
    """New labels after those of each pair have become one."""
    count = int(labels.max()) + 1
    graph = coo_array((np.ones(len(pairs), dtype=np.int8), (labels[pairs[:, 0]], labels[pairs[:, 1]])), (count, count))
    merged: Whole = connected_components(graph, directed=False)[1].astype(np.int64)[labels]
    return merged


def _gaps(ends: Points, loose: Whole, lengths: Points, reach: float) -> Whole:
    """Pairs of loose ends to join: the nearest first, each end once, no short line with itself."""
    pairs = loose[_near(ends[loose], reach)] if len(loose) > 1 else np.empty((0, 2), dtype=np.int64)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pairs = pairs[(pairs[:, 0] // 2 != pairs[:, 1] // 2) | (lengths[pairs[:, 0] // 2] > 3 * reach)]
    distances = np.hypot(*(ends[pairs[:, 0]] - ends[pairs[:, 1]]).T)
    taken: set[int] = set()
    chosen = []
    for one, other in pairs[np.argsort(distances, kind="stable")].tolist():
        if one not in taken and other not in taken:
            taken.update((one, other))
            chosen.append((one, other))
    return np.array(chosen, dtype=np.int64).reshape(-1, 2)


def _snapped(edges: list[Piece], ends: Points, corner_of: Whole) -> list[Piece]:
    """The edges with their ends moved onto their corners, so that lines which overshoot do not cross."""
    if not edges:
        return []
    counts = np.bincount(corner_of)
    corners = np.column_stack([np.bincount(corner_of, ends[:, axis]) / counts for axis in (0, 1)])
    moved = corners[corner_of].reshape(-1, 2, 2)
    return [_moved(piece, *places) for piece, places in zip(edges, moved, strict=True)]


def _moved(piece: Piece, begin: Points, end: Points) -> Piece:
    points = piece.points.copy()
    points[0], points[-1] = begin, end
    return Piece(points, piece.length_mm, piece.beyond_mm2, piece.is_straight)


Face = list[int]
"""Sides of edges in order: 2·edge as drawn, 2·edge + 1 the other way."""


class _Graph:
    """The plane graph of edges between corners. Side 2e leaves the edge's first corner, side 2e + 1 its last."""

    def __init__(self, edges: list[Piece], corners: Whole) -> None:
        self._angles = [angle for piece in edges for angle in _departures(piece)]
        self._from = corners.reshape(-1).tolist()
        self._alive = [True] * len(edges)
        self.left_out: list[int] = []

    def prune(self) -> None:
        """Take away edges with a loose end until there are none."""
        at: dict[int, set[int]] = defaultdict(set)
        for side, corner in enumerate(self._from):
            if self._alive[side // 2]:
                at[corner].add(side)
        loose = [corner for corner, sides in at.items() if len(sides) == 1]
        while loose:
            corner = loose.pop()
            if len(at[corner]) != 1:
                continue
            side = at[corner].pop()
            other = self._from[side ^ 1]
            at[other].discard(side ^ 1)
            self._leave_out(side // 2)
            loose.append(other)

    def faces(self) -> list[Face]:
        """All faces: with the next side to the right at each corner, bounded ones run against the clock."""
        following = self._following()
        faces: list[Face] = []
        unseen = dict.fromkeys(following)
        while unseen:
            side, _ = unseen.popitem()
            face = [side]
            while (side := following[side]) in unseen:
                del unseen[side]
                face.append(side)
            faces.append(face)
        return faces

    def _following(self) -> dict[int, int]:
        around: dict[int, list[int]] = defaultdict(list)
        for side, corner in enumerate(self._from):
            if self._alive[side // 2]:
                around[corner].append(side)
        following = {}
        for sides in around.values():
            sides.sort(key=self._angles.__getitem__)
            for place, side in enumerate(sides):
                following[side ^ 1] = sides[place - 1]
        return following

    def drop_bridges(self, faces: list[Face]) -> bool:
        """Take away edges with the same face on both sides; says whether there were any."""
        face_of = {side: number for number, face in enumerate(faces) for side in face}
        bridges = [side // 2 for side in face_of if side % 2 == 0 and face_of[side] == face_of[side ^ 1]]
        for edge in bridges:
            self._leave_out(edge)
        return bool(bridges)

    def _leave_out(self, edge: int) -> None:
        self._alive[edge] = False
        self.left_out.append(edge)

    def count_chains(self, edges: list[int]) -> int:
        """How many connected sets the edges make."""
        corners = np.array([(self._from[2 * edge], self._from[2 * edge + 1]) for edge in edges]).reshape(-1, 2)
        distinct, which = np.unique(corners, return_inverse=True)
        which = which.reshape(-1, 2)
        graph = coo_array((np.ones(len(edges)), (which[:, 0], which[:, 1])), (len(distinct), len(distinct)))
        return int(connected_components(graph, directed=False)[0]) if edges else 0


def _departures(piece: Piece) -> tuple[float, float]:
    """Directions in which an edge leaves its two corners."""
    points = piece.points
    (x, y), (u, v) = points[1] - points[0], points[-2] - points[-1]
    return math.atan2(y, x), math.atan2(v, u)


def _loop(edges: list[Piece], face: Face) -> Loop | None:
    """A bounded face as a loop; None for the outside, which runs with the clock, and for what encloses nothing."""
    pieces = [edges[side // 2].reversed() if side % 2 else edges[side // 2] for side in face]
    joined = _joined(tuple(pieces))
    area = swept_area(joined.points) + joined.beyond_mm2
    return Loop(joined.points, joined.length_mm, area) if area > THINNEST_SHARE * joined.length_mm**2 else None


def _without_loop(faces: list[Face], loops: dict[int, Loop]) -> set[int]:
    """Edges that border no loop on either side: lines there and back."""
    bounding = {side // 2 for number in loops for side in faces[number]}
    return {side // 2 for face in faces for side in face} - bounding
