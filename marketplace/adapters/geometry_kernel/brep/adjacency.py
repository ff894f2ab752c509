"""How the faces of a part meet: every edge between two faces, convex, concave or smooth, in one table.

Which it is shows at the middle of the edge: there each face leads away from the edge square to its own normal. Where
one leads below the other's tangent plane the edge is convex; above it, concave. Seams, degenerate edges and edges of
more than two faces are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
from OCP.BRep import BRep_Tool
from OCP.BRepAdaptor import BRepAdaptor_Curve, BRepAdaptor_Curve2d, BRepAdaptor_Surface
from OCP.BRepTools import BRepTools
from OCP.collections import IndexedMap_TopoDS_Shape_TopTools_ShapeMapHasher as ShapeMap
from OCP.GeomAbs import GeomAbs_Circle, GeomAbs_Line
from OCP.gp import gp_Pnt, gp_Vec
from OCP.Standard import Standard_Failure
from OCP.TopAbs import TopAbs_EDGE, TopAbs_REVERSED, TopAbs_WIRE
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface, Truths
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, explore, triple

SMOOTH_SINE: Final = 0.02
"""Faces whose normals differ by less than about one degree run into each other smoothly."""

SAMPLES: Final = 17
"""Points along an edge; an odd number, so that its middle is one of them."""


class Meeting(IntEnum):
    """How two faces meet at an edge."""

    CONVEX = 0
    CONCAVE = 1
    SMOOTH = 2


class Curve(IntEnum):
    """What an edge follows."""

    LINE = 0
    CIRCLE = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Edges:
    """One row per edge between two faces; a column per side of it where a figure belongs to a side."""

    faces: Integers
    """(m, 2) face numbers."""
    wires: Integers
    """(m, 2) which wire of the part bounds the face here; a face has one outer wire, others bound its openings."""
    is_outer: Truths
    """(m, 2) whether that is the face's outer wire."""
    normals: Array
    """(m, 2, 3) normals out of the material at the middle of the edge."""
    meeting: Integers
    curve: Integers
    points: Array
    """(m, SAMPLES, 3) from its beginning to its end."""
    length: Array
    _order: Integers
    _starts: Integers

    def __len__(self) -> int:
        return len(self.faces)

    @property
    def middle(self) -> Array:
        """(m, 3) the middle of each edge."""
        return np.asarray(self.points[:, SAMPLES // 2])

    def of(self, face: int) -> Integers:
        """The edges of a face."""
        return np.asarray(self._order[self._starts[face] : self._starts[face + 1]])

    def of_all(self, faces: Any) -> Integers:
        """The edges of several faces, each once."""
        found = [self.of(face) for face in faces]
        return np.asarray(np.unique(np.concatenate(found)) if found else np.empty(0), dtype=np.int64)

    def side(self, edges: Integers, face: int) -> Integers:
        """On which side (0 or 1) of its edges a face lies."""
        return np.asarray(self.faces[edges, 1] == face, dtype=np.int64)

    def beyond(self, edges: Integers, face: int) -> Integers:
        """The faces on the other side of a face's edges."""
        return np.asarray(self.faces[edges, 1 - self.side(edges, face)])


@dataclass(slots=True)
class _Use:
    """One face's use of an edge."""

    face: int
    wire: int
    is_outer: bool
    edge: Shape


def edges(faces: FaceTable) -> Edges:
    """Every edge that two different faces share."""
    pairs = [uses for uses in _uses(faces) if len(uses) == 2 and uses[0].face != uses[1].face]
    traced = [(first, second, course) for first, second in pairs if (course := _course(first.edge)) is not None]
    return _tabled(faces, traced)


def _uses(faces: FaceTable) -> list[list[_Use]]:
    known, uses = ShapeMap(), list[list[_Use]]()
    for use in _wired(faces):
        number = known.Add(use.edge)
        if number > len(uses):
            uses.append([])
        uses[number - 1].append(use)
    return uses


def _wired(faces: FaceTable) -> Iterator[_Use]:
    wire_number = 0
    for number, face in enumerate(faces.shapes):
        wires = list(explore(face, TopAbs_WIRE))
        outer = BRepTools.OuterWire_s(face) if len(wires) > 1 else None
        for wire in wires:
            is_outer = outer is None or bool(wire.IsSame(outer))
            for edge in explore(wire, TopAbs_EDGE):
                yield _Use(number, wire_number, is_outer, TopoDS.Edge(edge))
            wire_number += 1


@dataclass(frozen=True, slots=True)
class _Line:
    """What an edge follows and between which parameters; a line's or circle's place and directions, its radius."""

    curve: Curve
    span: tuple[float, float]
    place: tuple[float, float, float]
    along: tuple[float, float, float]
    """A line's direction; on a circle, where its angle begins."""
    across: tuple[float, float, float] = (0.0, 0.0, 0.0)
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class _Free:
    """Points along an edge that is neither, and which way it goes at its middle."""

    span: tuple[float, float]
    points: Array
    tangent: Array


_Course = _Line | _Free


def _course(edge: Shape) -> _Course | None:
    """Where an edge runs; None where it has no length or OpenCASCADE cannot say."""
    if BRep_Tool.Degenerated_s(edge):
        return None
    try:
        adaptor = BRepAdaptor_Curve(edge)
        return _traced(adaptor, (adaptor.FirstParameter(), adaptor.LastParameter()))
    except Standard_Failure:
        return None


def _traced(adaptor: Shape, span: tuple[float, float]) -> _Course:
    kind = adaptor.GetType()
    if kind == GeomAbs_Line:
        line = adaptor.Line()
        return _Line(Curve.LINE, span, line.Location().Coord(), line.Direction().Coord())
    if kind == GeomAbs_Circle:
        circle = adaptor.Circle()
        frame = circle.Position()
        x, y = frame.XDirection().Coord(), frame.YDirection().Coord()
        return _Line(Curve.CIRCLE, span, frame.Location().Coord(), x, y, circle.Radius())
    points = np.array([adaptor.Value(step).Coord() for step in np.linspace(*span, SAMPLES)])
    point, way = gp_Pnt(), gp_Vec()
    adaptor.D1(sum(span) / 2, point, way)
    return _Free(span, points, _unit(triple(way)))


@dataclass(frozen=True, slots=True)
class _Courses:
    """All courses at once: points, and the tangent and parameter at the middle of each."""

    points: Array
    tangents: Array
    middles: Array


def _computed(courses: list[_Course]) -> _Courses:
    count = len(courses)
    spans = np.array([course.span for course in courses]).reshape(count, 2)
    steps = spans[:, :1] + np.linspace(0, 1, SAMPLES) * (spans[:, 1:] - spans[:, :1])
    found = _Courses(np.empty((count, SAMPLES, 3)), np.empty((count, 3)), steps[:, SAMPLES // 2])
    for curve, points_at in ((Curve.LINE, _on_lines), (Curve.CIRCLE, _on_circles)):
        rows = [row for row, course in enumerate(courses) if isinstance(course, _Line) and course.curve is curve]
        if rows:
            lines = [course for course in courses if isinstance(course, _Line) and course.curve is curve]
            found.points[rows], found.tangents[rows] = points_at(lines, steps[rows])
    for row, course in enumerate(courses):
        if isinstance(course, _Free):
            found.points[row], found.tangents[row] = course.points, course.tangent
    return found


def _on_lines(lines: list[_Line], steps: Array) -> tuple[Array, Array]:
    places, ways = np.array([line.place for line in lines]), np.array([line.along for line in lines])
    return places[:, None] + steps[:, :, None] * ways[:, None], ways


def _on_circles(circles: list[_Line], steps: Array) -> tuple[Array, Array]:
    places = np.array([circle.place for circle in circles])
    x, y = np.array([circle.along for circle in circles]), np.array([circle.across for circle in circles])
    radii = np.array([circle.radius for circle in circles])[:, None, None]
    cosines, sines = np.cos(steps)[:, :, None], np.sin(steps)[:, :, None]
    middle = SAMPLES // 2
    points = places[:, None] + radii * (cosines * x[:, None] + sines * y[:, None])
    return points, cosines[:, middle] * y - sines[:, middle] * x


def _tabled(faces: FaceTable, traced: list[tuple[_Use, _Use, _Course]]) -> Edges:
    """The table; edges whose figures are no numbers, or that go nowhere, are left out."""
    computed = _computed([course for *_, course in traced])
    is_sound = np.asarray(np.isfinite(computed.points).all(axis=(1, 2)) & computed.tangents.any(axis=1))
    traced = [each for each, is_kept in zip(traced, is_sound.tolist(), strict=True) if is_kept]
    points, middles = computed.points[is_sound], computed.middles[is_sound]
    is_back = np.array([first.edge.Orientation() == TopAbs_REVERSED for first, *_ in traced], dtype=bool)
    tangents = np.where(is_back[:, None], -computed.tangents[is_sound], computed.tangents[is_sound])
    pairs = _integers([(first.face, second.face) for first, second, _ in traced])
    sides = ([first for first, *_ in traced], [second for _, second, _ in traced])
    normals = np.stack([_normals(faces, uses, middles, points[:, SAMPLES // 2]) for uses in sides], axis=1)
    order, starts = _by_face(pairs, len(faces))
    return Edges(
        faces=pairs,
        wires=_integers([(first.wire, second.wire) for first, second, _ in traced]),
        is_outer=_integers([(first.is_outer, second.is_outer) for first, second, _ in traced]) > 0,
        normals=normals,
        meeting=_meetings(normals, tangents),
        curve=np.array([_curve(course) for *_, course in traced], dtype=np.int64),
        points=points,
        length=_lengths(points),
        _order=order,
        _starts=starts,
    )


def _curve(course: _Course) -> Curve:
    return course.curve if isinstance(course, _Line) else Curve.OTHER


def _integers(pairs: list[tuple[int, int]]) -> Integers:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _lengths(points: Array) -> Array:
    """Along the chords of each edge, and corrected for a circle's: a chord of angle a is short by a² / 24."""
    chords = np.diff(points, axis=1)
    lengths = np.linalg.norm(chords, axis=2)
    cosines = (chords[:, 1:] * chords[:, :-1]).sum(axis=2) / np.maximum(lengths[:, 1:] * lengths[:, :-1], 1e-300)
    turned = np.arccos(np.clip(cosines, -1, 1)).mean(axis=1)
    half = np.maximum(turned / 2, 1e-9)
    return np.asarray(lengths.sum(axis=1) * half / np.sin(np.minimum(half, 1.5)))


def _by_face(pairs: Integers, count: int) -> tuple[Integers, Integers]:
    order = np.argsort(pairs.ravel(), kind="stable")
    starts = np.searchsorted(pairs.ravel()[order], np.arange(count + 1))
    return order // 2, starts


def _meetings(normals: Array, tangents: Array) -> Integers:
    """The first face lies to the left of its edges, seen from outside."""
    first, second = normals[:, 0], normals[:, 1]
    into_first = np.cross(first, tangents)
    above = (into_first * second).sum(axis=1)
    is_smooth = (np.abs(above) < SMOOTH_SINE) & ((first * second).sum(axis=1) > 0)
    return np.where(is_smooth, Meeting.SMOOTH, np.where(above > 0, Meeting.CONCAVE, Meeting.CONVEX)).astype(np.int64)


def _normals(faces: FaceTable, uses: list[_Use], middles: Array, points: Array) -> Array:
    """Normals out of the material at the middles of edges, on the faces that use them."""
    rows = np.array([use.face for use in uses], dtype=np.int64)
    found = analytic_normals(faces, rows, points)
    for index in np.flatnonzero(faces.surface[rows] == Surface.OTHER):
        use = uses[index]
        found[index] = _free_form_normal(use.edge, faces.shapes[use.face], float(middles[index]))
    return found


def analytic_normals(faces: FaceTable, rows: Integers, points: Array) -> Array:
    """Normals out of the material of faces (`rows`) at points on them; zero for free-form faces."""
    axis, offset = faces.axis[rows], points - faces.place[rows]
    radial = _units(offset - axis * (offset * axis).sum(axis=1)[:, None])
    surface, tilt = faces.surface[rows][:, None], faces.half_angle[rows][:, None]
    from_tube = _units(offset - radial * faces.radius[rows][:, None])
    choices = [axis, radial, radial * np.cos(tilt) - axis * np.sin(tilt), _units(offset), from_tube]
    outward = np.select([surface == kind for kind in range(len(choices))], choices, 0.0)
    return np.asarray(np.where(faces.is_hollow[rows][:, None], -outward, outward))


def _free_form_normal(edge: Shape, face: Shape, middle: float) -> Array:
    try:
        at = BRepAdaptor_Curve2d(edge, face).Value(middle)
        point, u, v = gp_Pnt(), gp_Vec(), gp_Vec()
        BRepAdaptor_Surface(face).D1(at.X(), at.Y(), point, u, v)
    except Standard_Failure:
        return np.zeros(3)
    normal = _unit(np.cross(triple(u), triple(v)))
    return -normal if face.Orientation() == TopAbs_REVERSED else normal


def _unit(vector: Array) -> Array:
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-12 else np.zeros(3)


def _units(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1), 1e-300)[:, None])
