"""The flats and the folds of a sheet, seen from its front: planes, and the cylinders that join them smoothly."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, degrees, sin

import numpy as np

from marketplace.adapters.geometry_kernel.brep import arcs, axes
from marketplace.adapters.geometry_kernel.brep.adjacency import Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.offsets import Offsets
from marketplace.adapters.geometry_kernel.brep.shapes import Array, rounded
from marketplace.adapters.geometry_kernel.brep.skins import Skins, joined
from marketplace.geometry.shape import Bend


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat piece of the sheet; without faces where one fold runs on into the next."""

    rows: Integers
    normal: Array


@dataclass(frozen=True, slots=True)
class Fold:
    """One piece of a bend. `radius` is that of the front, `inner` that of its hollow side."""

    axis: Array
    foot: Array
    """The point of its axis that is nearest to the origin: places along the axis count from there."""
    low: float
    high: float
    radius: float
    inner: float
    angle: float
    middle: Array
    """Unit vector from the axis to the middle of the arc."""

    def beginning(self, normal: Array) -> tuple[Array, Array]:
        """Where it meets a flat with this normal: a point of that line (at `foot`), and the way into the flat."""
        across = np.cross(normal, self.axis)
        outward = normal if self.radius > self.inner else -normal
        way = -across if self.middle @ across > 0 else across
        return self.foot + self.radius * outward, way


@dataclass(frozen=True, slots=True)
class Folded:
    """Flats joined by folds: `hinges` are pairs of a fold's and a flat's number."""

    thickness_mm: float
    flats: tuple[Flat, ...]
    folds: tuple[Fold, ...]
    hinges: tuple[tuple[int, int], ...]


def folded(faces: FaceTable, edges: Edges, found: Offsets, skin: Skins) -> Folded:
    """The front of a sheet as flats and folds."""
    pieces = _pieces(faces, edges, found, skin.front)
    of_plane = faces.surface[skin.front] == Surface.PLANE
    of_cylinder = faces.surface[skin.front] == Surface.CYLINDER
    flat_rows, fold_rows = (_grouped(skin.front[which], pieces) for which in (of_plane, of_cylinder))
    flats = [Flat(rows, faces.axis[rows[0]]) for rows in flat_rows.values()]
    folds = tuple(_fold(faces, rows, skin.thickness_mm) for rows in fold_rows.values())
    hinges = list[tuple[int, int]]()
    flat_of, fold_of = ({piece: number for number, piece in enumerate(group)} for group in (flat_rows, fold_rows))
    for edge in _between(edges, skin.front, pieces):
        first, second = (int(pieces[face]) for face in edges.faces[edge])
        if first in fold_of and second in fold_of:
            hinges += [(fold_of[first], len(flats)), (fold_of[second], len(flats))]
            flats.append(Flat(np.empty(0, np.int64), edges.normals[edge, 0]))
        elif first in fold_of and second in flat_of:
            hinges.append((fold_of[first], flat_of[second]))
        elif second in fold_of and first in flat_of:
            hinges.append((fold_of[second], flat_of[first]))
    return Folded(skin.thickness_mm, tuple(flats), folds, tuple(sorted(hinges)))


def _pieces(faces: FaceTable, edges: Edges, found: Offsets, front: Integers) -> Integers:
    """Faces of one surface that run on into each other are one piece."""
    is_front = np.zeros(len(faces), dtype=bool)
    is_front[front] = True
    first, second = edges.faces.T
    runs_on = (edges.meeting == Meeting.SMOOTH) & is_front[first] & is_front[second]
    is_same = (found.group[first] == found.group[second]) & (found.is_outer[first] == found.is_outer[second])
    return joined(len(faces), edges.faces[runs_on & is_same])


def _grouped(rows: Integers, pieces: Integers) -> dict[int, Integers]:
    groups: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        groups[int(pieces[row])].append(int(row))
    return {piece: np.array(of_piece) for piece, of_piece in groups.items()}


def _between(edges: Edges, front: Integers, pieces: Integers) -> Integers:
    """Smooth edges of the front between two pieces, one for each pair."""
    smooth = edges.of_all(front)
    smooth = smooth[(edges.meeting[smooth] == Meeting.SMOOTH) & np.isin(edges.faces[smooth], front).all(axis=1)]
    ends = np.sort(pieces[edges.faces[smooth]], axis=1)
    smooth, ends = smooth[ends[:, 0] != ends[:, 1]], ends[ends[:, 0] != ends[:, 1]]
    return np.asarray(smooth[np.unique(ends, axis=0, return_index=True)[1]])


def _fold(faces: FaceTable, rows: Integers, thickness: float) -> Fold:
    axis = axes.canonical(faces.axis[rows[:1]])[0]
    arc = max(arcs.joined(arcs.spans(faces, rows, axis)), key=lambda span: span[1])
    first, second = arcs.frame(axis)
    middle = arc[0] + arc[1] / 2
    starts = faces.place[rows] @ axis
    ends = starts[:, None] + faces.bounds[rows, 2:] * (faces.axis[rows] @ axis)[:, None]
    radius = float(faces.radius[rows[0]])
    return Fold(
        axis=axis,
        foot=axes.feet(axis[None], faces.place[rows[:1]])[0],
        low=float(ends.min()),
        high=float(ends.max()),
        radius=radius,
        inner=radius if faces.is_hollow[rows[0]] else radius - thickness,
        angle=arc[1],
        middle=first * cos(middle) + second * sin(middle),
    )


def bends(folds: Iterable[Fold]) -> tuple[Bend, ...]:
    """Folds as they are bent: pieces around one axis that turn the same way are one bend, whatever cuts it up."""
    together: dict[tuple[int, ...], list[Fold]] = defaultdict(list)
    for fold in folds:
        figures = (fold.axis / 1e-3, fold.foot / 1e-2, [fold.inner / 1e-2, fold.angle / 1e-2], fold.middle / 1e-2)
        together[tuple(axes.steps(np.concatenate(figures)).astype(int))].append(fold)
    return tuple(_bend(pieces) for pieces in together.values())


def _bend(pieces: list[Fold]) -> Bend:
    widest = max(pieces, key=lambda fold: fold.high - fold.low)
    at = widest.foot + widest.axis * (widest.low + widest.high) / 2 + widest.middle * widest.inner
    u, v, w = map(float, widest.axis)
    x, y, z = map(rounded, at)
    return Bend(
        radius_mm=rounded(widest.inner),
        angle_deg=rounded(degrees(widest.angle)),
        length_mm=rounded(_together((fold.low, fold.high) for fold in pieces)),
        axis=(u, v, w),
        at_mm=(x, y, z),
    )


def _together(stretches: Iterable[tuple[float, float]]) -> float:
    """The length that stretches cover, each part of it counted once."""
    total, reach = 0.0, -np.inf
    for low, high in sorted(stretches):
        total += max(0.0, high - max(low, reach))
        reach = max(reach, high)
    return total
