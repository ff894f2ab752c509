"""Stretches that run over each other, and what they cover together, each part of it once."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.drawings.curves import Arc, Circle, Piece, path_length
from marketplace.adapters.geometry_kernel.drawings.outlines import Points
from marketplace.geometry.errors import TooComplex

Whole = npt.NDArray[np.int64]

MAX_PAIRS: Final = 5_000_000
"""Stretches whose boxes meet; a drawing has a few for each stretch."""
AT_ONCE: Final = 256

_FULL: Final = 2 * np.pi


@dataclass(slots=True)
class Covered:
    """Stretches to leave out, as (identity of the piece, number of the stretch), and the pieces that replace them."""

    covered: set[tuple[int, int]] = field(default_factory=set)
    pieces: list[Piece] = field(default_factory=list)
    duplicates: int = 0


def straight(paths: list[tuple[Piece, ...]], same_mm: float) -> Covered:
    """Straight stretches that share more than their ends with another."""
    pieces = [piece for path in paths for piece in path if piece.is_straight]
    if not pieces:
        return Covered()
    lines = np.concatenate([np.stack([piece.points[:-1], piece.points[1:]], axis=1) for piece in pieces])
    names = [(id(piece), step) for piece in pieces for step in range(len(piece.points) - 1)]
    found = Covered()
    for group in _groups(_overlapping(lines, same_mm), len(lines)):
        found.covered.update(names[which] for which in group)
        found.pieces += _once(lines[group], same_mm)
        found.duplicates += len(group) - 1
    return found


def _overlapping(lines: Points, same_mm: float) -> Whole:
    """Pairs of lines, (2, n), that run over each other for more than a tenth of a millimetre or half of the shorter."""
    tree = shapely.STRtree(shapely.linestrings(lines))
    found, seen = [np.empty((2, 0), dtype=np.int64)], 0
    for start in range(0, len(lines), AT_ONCE):
        pairs = tree.query(tree.geometries[start : start + AT_ONCE])
        pairs[0] += start
        seen += pairs.shape[1]
        if seen > MAX_PAIRS:
            raise TooComplex("Too many lines of the drawing lie over each other. Please remove doubled lines.")
        pairs = pairs[:, pairs[0] < pairs[1]]
        found.append(pairs[:, _run_over(lines, pairs[0], pairs[1], same_mm)])
    return np.concatenate(found, axis=1)


def _run_over(lines: Points, left: Whole, right: Whole, same_mm: float) -> npt.NDArray[np.bool_]:
    lengths = np.hypot(*(lines[:, 1] - lines[:, 0]).T)
    is_swapped = lengths[left] < lengths[right]
    long, short = np.where(is_swapped, right, left), np.where(is_swapped, left, right)
    along = (lines[long, 1] - lines[long, 0]) / lengths[long, None]
    arms = lines[short] - lines[long, 0][:, None]
    across = np.abs(arms[..., 0] * along[:, None, 1] - arms[..., 1] * along[:, None, 0]).max(axis=1)
    places = np.sort(np.einsum("nij,nj->ni", arms, along), axis=1)
    shared = np.minimum(places[:, 1], lengths[long]) - np.maximum(places[:, 0], 0.0)
    result: npt.NDArray[np.bool_] = (across <= same_mm) & (shared > np.minimum(10 * same_mm, lengths[short] / 2))
    return result


def _groups(pairs: Whole, count: int) -> list[Whole]:
    """Connected sets of at least two."""
    if not pairs.shape[1]:
        return []
    graph = coo_array((np.ones(pairs.shape[1], dtype=np.int8), (pairs[0], pairs[1])), shape=(count, count))
    labels = connected_components(graph, directed=False)[1]
    members = np.unique(pairs)
    members = members[np.argsort(labels[members], kind="stable")]
    return np.split(members, np.flatnonzero(np.diff(labels[members])) + 1)


def _once(lines: Points, same_mm: float) -> list[Piece]:
    """The stretches between all ends of lines upon one line, where there is any line."""
    longest = lines[np.argmax(np.hypot(*(lines[:, 1] - lines[:, 0]).T))]
    along = (longest[1] - longest[0]) / np.hypot(*(longest[1] - longest[0]))
    places = (lines - longest[0]) @ along
    ends = lines.reshape(-1, 2)[np.argsort(places, axis=None, kind="stable")]
    at = np.sort(places, axis=None)
    is_apart = np.append(True, np.diff(at) > same_mm)
    ends, at = ends[is_apart], at[is_apart]
    depth = _depths(np.sort(places, axis=1), (at[1:] + at[:-1]) / 2)
    stretches = (np.array([ends[which], ends[which + 1]]) for which in np.flatnonzero(depth))
    return [Piece(points, path_length(points), is_straight=True) for points in stretches]


def _depths(intervals: Points, middles: Points) -> Whole:
    """How many intervals lie over each place."""
    begun = np.searchsorted(np.sort(intervals[:, 0]), middles)
    return np.asarray(begun - np.searchsorted(np.sort(intervals[:, 1]), middles), dtype=np.int64)


def round_(paths: list[tuple[Piece, ...]], same_mm: float) -> Covered:
    """Arcs that share more than their ends with another arc of the same circle."""
    pieces = [(piece, piece.circle) for path in paths for piece in path if piece.circle is not None]
    found = Covered()
    if len(pieces) < 2:
        return found
    keys = np.rint(np.array([(circle.x, circle.y, circle.radius) for _, circle in pieces]) / same_mm + 0.381966)
    labels = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    order = np.argsort(labels, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if len(group) > 1:
            _cover([pieces[which] for which in group], same_mm, found)
    return found


def _cover(arcs: list[tuple[Piece, Circle]], same_mm: float, found: Covered) -> None:
    """Arcs of one circle: cut at all their ends where some overlap; left as they are where none does."""
    circle = arcs[0][1]
    slack = min(same_mm / circle.radius, 0.1)
    begins = np.array([min(arc.start, arc.start + arc.sweep) for _, arc in arcs]) % _FULL
    sweeps = np.array([abs(arc.sweep) for _, arc in arcs])
    cuts = np.sort(np.concatenate([begins, (begins + sweeps) % _FULL]))
    cuts = cuts[np.append(True, np.diff(cuts) > slack)]
    if len(cuts) > 1 and cuts[0] + _FULL - cuts[-1] <= slack:
        cuts = cuts[:-1]
    middles = (cuts + np.append(cuts[1:], cuts[0] + _FULL)) / 2
    intervals = np.column_stack([begins, begins + sweeps])
    depth = sum(_depths(intervals, middles + turn) for turn in (-_FULL, 0.0, _FULL))
    if np.max(depth) < 2:
        return
    found.covered.update((id(piece), 0) for piece, _ in arcs)
    found.duplicates += len(arcs) - 1
    widths = np.append(cuts[1:], cuts[0] + _FULL) - cuts
    found.pieces += [_arc(circle, float(cuts[at]), float(widths[at])) for at in np.flatnonzero(depth)]


def _arc(circle: Circle, start: float, sweep: float) -> Piece:
    first, second = np.array([circle.radius, 0.0, 0.0]), np.array([0.0, circle.radius, 0.0])
    return Arc(np.array([circle.x, circle.y, 0.0]), first, second, start, sweep).drawn(np.eye(4))
