"""Cylinders and cones that go all the way round: the walls of holes, and what stands out round.

Fillets, slots and rounded pocket corners are parts of cylinders too, but never go all the way round.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from math import cos, tan, tau
from typing import Final

import numpy as np
from OCP.Bnd import Bnd_Box
from OCP.BRepBndLib import BRepBndLib
from OCP.gp import gp_Ax3, gp_Dir, gp_Pnt, gp_Trsf
from OCP.Standard import Standard_Failure
from OCP.TopLoc import TopLoc_Location

from marketplace.adapters.geometry_kernel.brep import arcs, axes
from marketplace.adapters.geometry_kernel.brep.adjacency import Curve, Edges, Meeting
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface
from marketplace.adapters.geometry_kernel.brep.shapes import Array

FULL_CIRCLE: Final = 0.97 * tau
LEAST_COVER: Final = 0.55
"""Share of the surface that is there; the rest may be cut away by cross holes and slopes."""

TOUCHING_MM: Final = 1e-3
_RADIUS_STEP_MM, _TILT_STEP, _APEX_STEP_MM = 1e-3, 1e-3, 1e-2


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """A cylinder or cone all the way round, from `low` to `high` along its axis."""

    line: int
    """Stretches around one axis have the same."""
    axis: Array
    foot: Array
    """The point of the axis nearest to the origin, from which `low` and `high` count."""
    low: float
    high: float
    low_radius: float
    high_radius: float
    half_angle: float
    """0 for a cylinder; positive where it widens along the axis."""
    faces: tuple[int, ...]

    @property
    def radius(self) -> float:
        """The largest."""
        return max(self.low_radius, self.high_radius)

    @property
    def length(self) -> float:
        """Along the axis."""
        return self.high - self.low

    @property
    def is_cylinder(self) -> bool:
        return self.half_angle == 0.0

    def at(self, station: float) -> Array:
        """A point of the axis."""
        return np.asarray(self.foot + self.axis * station)


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far one face reaches along the axis."""

    face: int
    low: float
    high: float


def stretches(faces: FaceTable, edges: Edges, *, hollow: bool) -> list[Stretch]:
    """Every cylinder and cone all the way round that is hollow to the outside, or that stands out."""
    rows = np.flatnonzero(faces.on(Surface.CYLINDER, Surface.CONE) & (faces.is_hollow == hollow))
    lines = axes.groups(axes.lines(faces.axis[rows], faces.place[rows]))
    members: dict[tuple[float, ...], list[int]] = defaultdict(list)
    for row, line in zip(rows.tolist(), lines.tolist(), strict=True):
        members[(line, *_form(faces, row))].append(row)
    round_ = {key: group for key, group in members.items() if faces.turn[group].sum() >= FULL_CIRCLE}
    return [stretch for key, group in round_.items() for stretch in _of_group(faces, edges, int(key[0]), group)]


def _form(faces: FaceTable, row: int) -> tuple[float, ...]:
    """What makes two faces around one line the same cylinder or cone."""
    tilt = _tilt(faces, row)
    if tilt == 0.0:
        return (0.0, _step(faces.radius[row] / _RADIUS_STEP_MM))
    apex = faces.place[row] @ _axis(faces, row) - faces.radius[row] / tan(tilt)
    return (_step(tilt / _TILT_STEP), _step(apex / _APEX_STEP_MM))


def _step(figure: float) -> float:
    return float(axes.steps(np.array([figure]))[0])


def _axis(faces: FaceTable, row: int) -> Array:
    return np.asarray(axes.canonical(faces.axis[row : row + 1])[0])


def _tilt(faces: FaceTable, row: int) -> float:
    """The half angle, positive where the cone widens along the canonical axis."""
    if faces.surface[row] == Surface.CYLINDER:
        return 0.0
    return float(faces.half_angle[row] * np.sign(faces.axis[row] @ _axis(faces, row)))


def _of_group(faces: FaceTable, edges: Edges, line: int, rows: list[int]) -> Iterator[Stretch]:
    axis = _axis(faces, rows[0])
    reaches = [reach for row in rows if (reach := _reach(faces, edges, row, axis)) is not None]
    for run in _runs(reaches):
        if _goes_round(faces, run, axis):
            yield _stretch(faces, line, axis, run)


def _reach(faces: FaceTable, edges: Edges, row: int, axis: Array) -> _Reach | None:
    """Parameters bound a face exactly where only lines and circles do; else the box in its own frame tells."""
    place = float(faces.place[row] @ axis)
    if (edges.curve[edges.of(row)] != Curve.OTHER).all():
        along = float(faces.axis[row] @ axis) * cos(faces.half_angle[row]) * faces.bounds[row, 2:]
        return _Reach(row, place + float(along.min()), place + float(along.max()))
    try:
        low, high = _boxed(faces, row, axis)
    except Standard_Failure:
        return None
    return _Reach(row, place + low, place + high)


def _boxed(faces: FaceTable, row: int, axis: Array) -> tuple[float, float]:
    into_its_frame = gp_Trsf()
    frame = gp_Ax3(gp_Pnt(*faces.place[row]), gp_Dir(*axis), gp_Dir(*faces.across[row]))
    into_its_frame.SetTransformation(frame)
    box = Bnd_Box()
    BRepBndLib.AddOptimal_s(faces.shapes[row].Moved(TopLoc_Location(into_its_frame)), box, False, False)
    return box.CornerMin().Z(), box.CornerMax().Z()


def _runs(reaches: list[_Reach]) -> Iterator[list[_Reach]]:
    """Faces that follow each other along the axis without a gap."""
    run: list[_Reach] = []
    end = 0.0
    for reach in sorted(reaches, key=lambda reach: (reach.low, reach.high)):
        if run and reach.low > end + TOUCHING_MM:
            yield run
            run = []
        end = max(end, reach.high) if run else reach.high
        run.append(reach)
    if run:
        yield run


def _goes_round(faces: FaceTable, run: list[_Reach], axis: Array) -> bool:
    rows = [reach.face for reach in run]
    length = max(reach.high for reach in run) - run[0].low
    cover = sum(float(faces.turn[reach.face]) * (reach.high - reach.low) for reach in run)
    if length <= 0 or cover < LEAST_COVER * tau * length:
        return False
    return sum(turn for _, turn in arcs.joined(arcs.spans(faces, rows, axis))) >= FULL_CIRCLE


def _stretch(faces: FaceTable, line: int, axis: Array, run: list[_Reach]) -> Stretch:
    row = run[0].face
    low, high, tilt = run[0].low, max(reach.high for reach in run), _tilt(faces, row)
    place = float(faces.place[row] @ axis)
    radii = [max(0.0, float(faces.radius[row]) + (end - place) * tan(tilt)) for end in (low, high)]
    foot = faces.place[row] - axis * place
    return Stretch(line, axis, foot, low, high, radii[0], radii[1], tilt, tuple(reach.face for reach in run))


@dataclass(frozen=True, slots=True)
class End:
    """What lies at one end of a stretch: the faces there, and those that close it."""

    beside: frozenset[int]
    closing: tuple[int, ...]
    """Faces that it meets concave, or that round its corner; empty where the end is open."""


def end_of(faces: FaceTable, edges: Edges, stretch: Stretch, *, high: bool) -> End:
    """An end is closed where more than half of its circle is a concave edge or runs into a hollow rounding."""
    inner = frozenset(stretch.faces)
    found = edges.of_all(stretch.faces)
    nearer = (edges.middle[found] @ stretch.axis > (stretch.low + stretch.high) / 2) == high
    found = found[nearer]
    outside = _outside(edges, found, inner)
    rising = _rising(faces, edges, found, outside)
    closing, length = outside[rising], float(edges.length[found[rising]].sum())
    radius = stretch.high_radius if high else stretch.low_radius
    is_closed = length > tau / 2 * radius and length > 0
    beside = frozenset(outside[outside >= 0].tolist())
    return End(beside, tuple(dict.fromkeys(closing.tolist())) if is_closed else ())


def _outside(edges: Edges, found: Integers, inner: Iterable[int]) -> Integers:
    """For each edge the face on it that is not among the inner ones; -1 where both are."""
    pairs = edges.faces[found]
    is_inner = np.isin(pairs, list(inner))
    beyond = np.where(is_inner[:, 0], pairs[:, 1], pairs[:, 0])
    return np.where(is_inner.all(axis=1), -1, beyond)


def _rising(faces: FaceTable, edges: Edges, found: Integers, outside: Integers) -> Integers:
    """Which of the edges rise: concave ones, and those that run into a hollow rounding; indices into `found`."""
    is_rounding = faces.is_hollow[outside] & faces.on(Surface.TORUS, Surface.SPHERE)[outside]
    meeting = edges.meeting[found]
    is_closing = (meeting == Meeting.CONCAVE) | ((meeting == Meeting.SMOOTH) & is_rounding)
    return np.flatnonzero(is_closing & (outside >= 0))


def tubes(faces: FaceTable, beside: Iterable[int]) -> float:
    """The largest rounding among faces: two stretches may lie that far apart and still follow each other."""
    rows = [row for row in beside if faces.surface[row] == Surface.TORUS]
    return reduce(max, (float(faces.tube[row]) for row in rows), 0.0)
