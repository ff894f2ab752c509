"""From DXF entities to curves: which entity draws what, which draws nothing that is cut, and which we refuse.

Group codes and meanings: AutoCAD DXF reference, section ENTITIES.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from ezdxf.math import fit_points_to_cad_cv

from marketplace.adapters.geometry_kernel.drawings.curves import Arc, Curve, Matrix, Polyline, Spline
from marketplace.adapters.geometry_kernel.drawings.outlines import Points
from marketplace.geometry.errors import Unreadable

SOLID: Final = frozenset(
    {
        *("3DFACE", "3DSOLID", "BODY", "REGION", "MESH", "SURFACE", "EXTRUDEDSURFACE", "LOFTEDSURFACE"),
        *("REVOLVEDSURFACE", "SWEPTSURFACE", "PLANESURFACE"),
    }
)
"""Bodies and faces: what a drawing of outlines has none of."""

MAX_DEGREE: Final = 25
FRAME_POINT: Final = 16
"""Flag 70 of a VERTEX: a control point of the curve that was fitted, not on it."""


def curves(entity: Any) -> list[Curve] | None:
    """The curves that an entity draws, end to end, in its own coordinates; None where it draws nothing to cut.

    Raises Unreadable for a curve that follows no rule.
    """
    reader = _READERS.get(entity.dxftype())
    if reader is None:
        return None
    try:
        return list(reader(entity))
    except (ValueError, TypeError, ArithmeticError, AttributeError, KeyError, IndexError) as error:
        raise Unreadable(f"The drawing has a damaged {entity.dxftype()}. Please export it again.") from error


def is_solid(entity: Any) -> bool:
    """Whether an entity is a body or a face in space."""
    if entity.dxftype() == "POLYLINE":
        return bool(entity.is_polygon_mesh or entity.is_poly_face_mesh)
    return entity.dxftype() in SOLID


def placement(entity: Any) -> Matrix:
    """From the entity's own coordinates to those of its block: flat entities may lie upside down (extrusion)."""
    matrix = np.eye(4)
    if entity.dxftype() in _FLAT and entity.dxf.hasattr("extrusion") and not _is_spatial(entity):
        system = entity.ocs()
        if system.transform:
            matrix[:3, :3] = [tuple(axis) for axis in (system.ux, system.uy, system.uz)]
    return matrix


_FLAT: Final = frozenset({"CIRCLE", "ARC", "LWPOLYLINE", "POLYLINE"})


def _is_spatial(entity: Any) -> bool:
    return entity.dxftype() == "POLYLINE" and bool(entity.is_3d_polyline)


def _line(entity: Any) -> Iterator[Curve]:
    yield Polyline(np.array([tuple(entity.dxf.start), tuple(entity.dxf.end)], dtype=np.float64))


def _circle(entity: Any) -> Iterator[Curve]:
    yield _round(entity, 0.0, math.tau)


def _arc(entity: Any) -> Iterator[Curve]:
    yield _round(entity, *_turn(math.radians(entity.dxf.start_angle), math.radians(entity.dxf.end_angle)))


def _turn(start: float, end: float) -> tuple[float, float]:
    """Start and sweep of an arc against the clock; where it ends as it begins, it goes round. Radians."""
    start, end = math.fmod(start, math.tau), math.fmod(end, math.tau)
    sweep = (end - start) % math.tau
    return start, sweep if 1e-9 < sweep < math.tau else math.tau


def _round(entity: Any, start: float, sweep: float) -> Arc:
    radius = abs(entity.dxf.radius)
    first, second = np.array([radius, 0.0, 0.0]), np.array([0.0, radius, 0.0])
    return Arc(np.array(tuple(entity.dxf.center), dtype=np.float64), first, second, start, sweep)


def _ellipse(entity: Any) -> Iterator[Curve]:
    start, sweep = _turn(entity.dxf.start_param, entity.dxf.end_param)
    centre, first, second = (
        np.array(tuple(vector), dtype=np.float64)
        for vector in (entity.dxf.center, entity.dxf.major_axis, entity.minor_axis)
    )
    yield Arc(centre, first, second, start, sweep)


def _light_polyline(entity: Any) -> Iterator[Curve]:
    rows = np.array(entity.get_points("xyb"), dtype=np.float64).reshape(-1, 3)
    points = np.column_stack([rows[:, :2], np.full(len(rows), entity.dxf.elevation)])
    yield from _bulged(points, rows[:, 2], is_closed=entity.closed)


def _polyline(entity: Any) -> Iterator[Curve]:
    vertices = [vertex.dxf for vertex in entity.vertices if not vertex.dxf.flags & FRAME_POINT]
    points = np.array([tuple(vertex.location) for vertex in vertices], dtype=np.float64).reshape(-1, 3)
    bulges = np.array([0.0 if _is_spatial(entity) else vertex.get("bulge", 0.0) for vertex in vertices])
    yield from _bulged(points, bulges, is_closed=entity.is_closed)


def _bulged(points: Points, bulges: Points, *, is_closed: bool) -> Iterator[Curve]:
    """Runs of straight stretches, and an arc where a vertex has a bulge: the tangent of a quarter of its sweep."""
    if is_closed and len(points):
        points, bulges = np.vstack([points, points[:1]]), np.append(bulges, 0.0)
    last = len(points) - 1
    start = 0
    for bulge_at in np.flatnonzero(bulges[:last]):
        if start < bulge_at:
            yield Polyline(points[start : bulge_at + 1])
        yield _bulge(points[bulge_at], points[bulge_at + 1], float(bulges[bulge_at]))
        start = int(bulge_at) + 1
    if start < last:
        yield Polyline(points[start:])


def _bulge(begin: Points, end: Points, bulge: float) -> Curve:
    """centre = middle + chord turned by 90° · (1 − b²)/(4b)."""
    if not np.isfinite([*begin, *end, bulge]).all() or (begin[:2] == end[:2]).all() or abs(bulge) < 1e-9:
        return Polyline(np.array([begin, end]))
    chord = end - begin
    across = np.array([-chord[1], chord[0], 0.0])
    centre = (begin + end) / 2 + across * ((1 - bulge * bulge) / (4 * bulge))
    first = begin - centre
    return Arc(centre, first, np.array([-first[1], first[0], 0.0]), 0.0, 4 * math.atan(bulge))


def _spline(entity: Any) -> Iterator[Curve]:
    if entity.control_point_count() == 0:
        fitted = fit_points_to_cad_cv(entity.fit_points)
        control, knots, weights = list(fitted.control_points), list(fitted.knots()), list(fitted.weights())
        degree = fitted.order - 1
    else:
        control, knots, weights = list(entity.control_points), list(entity.knots), list(entity.weights)
        degree = entity.dxf.degree
    yield _checked_spline(_rows(control), np.array(knots, dtype=np.float64), degree, np.array(weights, np.float64))


def _rows(vectors: list[Any]) -> Points:
    return np.array([tuple(vector) for vector in vectors], dtype=np.float64).reshape(-1, 3)


def _checked_spline(control: Points, knots: Points, degree: int, weights: Points) -> Spline:
    if not 1 <= degree <= MAX_DEGREE or len(control) <= degree or len(knots) != len(control) + degree + 1:
        raise ValueError("points, knots and degree do not fit")
    is_rising = np.isfinite(knots).all() and (np.diff(knots) >= 0).all() and knots[degree] < knots[len(control)]
    has_weights = len(weights) == len(control) and bool((weights > 0).all() and np.isfinite(weights).all())
    if not is_rising or (len(weights) and not has_weights):
        raise ValueError("knots do not rise, or weights do not weigh")
    return Spline(control, knots, degree, weights if has_weights else None)


_READERS: Final[dict[str, Callable[[Any], Iterator[Curve]]]] = {
    "LINE": _line,
    "CIRCLE": _circle,
    "ARC": _arc,
    "ELLIPSE": _ellipse,
    "LWPOLYLINE": _light_polyline,
    "POLYLINE": _polyline,
    "SPLINE": _spline,
    "HELIX": _spline,
}
