"""Fillets and rounds: faces that run smoothly into the faces on either side, by radius.

Faces that touch are one rounding. A half turn is none: it is the end of a slot.
"""

from collections import defaultdict
from collections.abc import Iterable, Set
from math import radians
from typing import Final

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from marketplace.adapters.geometry_kernel.brep import axes
from marketplace.adapters.geometry_kernel.brep.adjacency import Curve, Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.fillets import LESS_THAN_HALF_TURN
from marketplace.adapters.geometry_kernel.brep.shapes import Array, place, rounded
from marketplace.geometry.features import Rounding
from marketplace.geometry.figures import MAX_LISTED, Place

LEAST_TURN: Final = radians(20)
"""What turns less is a sliver and no corner that a tool has to fit."""

SAME_RADIUS_MM: Final = 1e-3


def radii(faces: FaceTable) -> Array:
    """(n,) the radius that a rounding tool would have: of cylinders and balls, of the tube of a torus."""
    return np.where(faces.surface == Surface.TORUS, faces.tube, faces.radius)


def roundings(faces: FaceTable, edges: Edges, taken: Set[int]) -> tuple[Rounding, ...]:
    """All fillets and rounds, those of one radius and side together; `taken` are the faces of holes."""
    rows = np.array([row for row in _candidates(faces, edges, taken) if _joins(faces, edges, row)], dtype=np.int64)
    groups: dict[tuple[bool, float], list[list[int]]] = defaultdict(list)
    for run in _runs(faces, edges, rows):
        if not _is_half_turn(faces, run):
            groups[bool(faces.is_hollow[run[0]]), _step(float(radii(faces)[run[0]]))].append(run)
    return tuple(_rounding(faces, groups[key]) for key in sorted(groups))[:MAX_LISTED]


def smallest_inner(faces: FaceTable, taken: Set[int]) -> tuple[float, Place] | None:
    """The smallest radius of any hollow that is no hole, and a place on it."""
    rows = np.flatnonzero(
        faces.is_hollow
        & faces.on(Surface.CYLINDER, Surface.TORUS, Surface.SPHERE)
        & (faces.turn >= LEAST_TURN)
        & ~np.isin(np.arange(len(faces)), list(taken))
    )
    if not len(rows):
        return None
    row = int(rows[np.argmin(radii(faces)[rows])])
    return rounded(float(radii(faces)[row])), place(faces.middle(row))


def _candidates(faces: FaceTable, edges: Edges, taken: Set[int]) -> Iterable[int]:
    is_short = (faces.surface != Surface.CYLINDER) | (faces.turn < LESS_THAN_HALF_TURN)
    rows = np.flatnonzero(faces.on(Surface.CYLINDER, Surface.TORUS, Surface.SPHERE) & is_short)
    return (row for row in rows.tolist() if row not in taken)


def _joins(faces: FaceTable, edges: Edges, row: int) -> bool:
    """Whether it runs smoothly into faces on two sides: along itself, not at the ends where it just goes on."""
    found = edges.of(row)
    smooth = found[edges.meeting[found] == Meeting.SMOOTH]
    if faces.surface[row] == Surface.CYLINDER:
        smooth = smooth[edges.curve[smooth] != Curve.CIRCLE]
    is_mostly = faces.surface[row] == Surface.CYLINDER or edges.length[smooth].sum() > edges.length[found].sum() / 2
    return len(smooth) >= 2 and bool(is_mostly)


def _runs(faces: FaceTable, edges: Edges, rows: Integers) -> list[list[int]]:
    """Roundings of one side and radius that touch smoothly."""
    is_row = np.zeros(len(faces), dtype=bool)
    is_row[rows] = True
    pairs = edges.faces[(edges.meeting == Meeting.SMOOTH) & is_row[edges.faces].all(axis=1)]
    radius, hollow = radii(faces), faces.is_hollow
    is_alike = np.abs(radius[pairs[:, 0]] - radius[pairs[:, 1]]) < SAME_RADIUS_MM
    pairs = pairs[is_alike & (hollow[pairs[:, 0]] == hollow[pairs[:, 1]])]
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(faces), len(faces)))
    labels = connected_components(links, directed=False)[1]
    runs: dict[int, list[int]] = defaultdict(list)
    for row in rows.tolist():
        runs[int(labels[row])].append(row)
    return list(runs.values())


def _is_half_turn(faces: FaceTable, run: list[int]) -> bool:
    """Whether its faces are parts of one cylinder that turns about half way or more."""
    if not (faces.surface[run] == Surface.CYLINDER).all() or faces.turn[run].sum() < LESS_THAN_HALF_TURN:
        return False
    return len(np.unique(axes.lines(faces.axis[run], faces.place[run]), axis=0)) == 1


def _step(radius: float) -> float:
    return round(radius, 3)


def _rounding(faces: FaceTable, runs: list[list[int]]) -> Rounding:
    rows = sorted(row for run in runs for row in run)
    return Rounding(
        radius_mm=rounded(float(radii(faces)[rows[0]])),
        is_inside=bool(faces.is_hollow[rows[0]]),
        count=len(runs),
        at_mm=place(faces.middle(rows[0])),
        faces=tuple(rows[:64]),
    )
