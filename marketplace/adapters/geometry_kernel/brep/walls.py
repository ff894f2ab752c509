"""The wall of a hole: a cylindrical face that is hollow to the outside."""

from dataclasses import dataclass
from math import atan2, cos, isfinite, sin, tau
from typing import Any, Final

import numpy as np
from OCP.Bnd import Bnd_Box
from OCP.BRepAdaptor import BRepAdaptor_Curve, BRepAdaptor_Surface
from OCP.BRepBndLib import BRepBndLib
from OCP.BRepTools import BRepTools
from OCP.GeomAbs import GeomAbs_Circle, GeomAbs_Cylinder, GeomAbs_Line
from OCP.gp import gp_Trsf
from OCP.TopAbs import TopAbs_EDGE, TopAbs_REVERSED
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, explore, triple
from marketplace.geometry.errors import NotFinite

_AXIS_STEP, _PLACE_STEP_MM, _RADIUS_STEP_MM = 1e-3, 1e-2, 1e-3
_OFF_GRID: Final = 0.3183  # keeps the round figures of drawings away from the borders of the rounding


@dataclass(frozen=True, slots=True)
class Wall:
    """One concave cylindrical face: a stretch of its axis and an arc around it."""

    axis: Array
    foot: Array
    radius: float
    low: float
    high: float
    arc_start: float
    arc: float


def line(wall: Wall) -> tuple[int, ...]:
    """Axis line and radius as a key that walls of one hole share."""
    figures = np.concatenate((wall.axis / _AXIS_STEP, wall.foot / _PLACE_STEP_MM, [wall.radius / _RADIUS_STEP_MM]))
    return tuple(int(figure) for figure in np.floor(figures + _OFF_GRID))


def of_face(face: Shape) -> Wall | None:
    """The face as a wall of a hole; None unless it is a cylinder that is hollow to the outside."""
    surface = BRepAdaptor_Surface(face)
    if surface.GetType() != GeomAbs_Cylinder:
        return None
    cylinder = surface.Cylinder()
    is_turned_inside = face.Orientation() == TopAbs_REVERSED
    if is_turned_inside != bool(cylinder.Direct()):
        return None
    turn_low, turn_high, *along = BRepTools.UVBounds_s(face)
    if not all(map(isfinite, (turn_low, turn_high, *along, cylinder.Radius(), *triple(cylinder.Location())))):
        raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    low, high = along if _ends_straight(face) else _reach(face, cylinder)
    return _placed(cylinder, (turn_low, turn_high, low, high))


def _ends_straight(face: Shape) -> bool:
    """Whether circles and lines bound the face; then its parameters bound it exactly."""
    kinds = (BRepAdaptor_Curve(TopoDS.Edge(edge)).GetType() for edge in explore(face, TopAbs_EDGE))
    return all(kind in (GeomAbs_Circle, GeomAbs_Line) for kind in kinds)


def _reach(face: Shape, cylinder: Any) -> tuple[float, float]:
    """How far the face reaches along the cylinder's axis, whatever curves it ends with."""
    into_its_frame = gp_Trsf()
    into_its_frame.SetTransformation(cylinder.Position())
    box = Bnd_Box()
    BRepBndLib.AddOptimal_s(face.Moved(TopLoc_Location(into_its_frame)), box, False, False)
    return box.CornerMin().Z(), box.CornerMax().Z()


def _placed(cylinder: Any, bounds: tuple[float, float, float, float]) -> Wall:
    """The wall in terms that do not depend on how the CAD program oriented its axis."""
    turn_low, turn_high, along_low, along_high = bounds
    position = cylinder.Position()
    along, origin = triple(position.Direction()), triple(position.Location())
    axis = _canonical(along)
    ends = sorted(float(origin @ axis + v * (along @ axis)) for v in (along_low, along_high))
    x, y = triple(position.XDirection()), triple(position.YDirection())
    is_forward = float(np.cross(x, y) @ axis) > 0
    start = turn_low if is_forward else turn_high
    return Wall(
        axis=axis,
        foot=origin - axis * (origin @ axis),
        radius=float(cylinder.Radius()),
        low=ends[0],
        high=ends[1],
        arc_start=_angle(x * cos(start) + y * sin(start), axis),
        arc=min(turn_high - turn_low, tau),
    )


def _canonical(direction: Array) -> Array:
    leading = next(part for part in direction if abs(part) > 1e-6)
    return direction if leading > 0 else -direction


def across(axis: Array) -> tuple[Array, Array]:
    """Two directions across the axis, the same for every wall around it."""
    aside = np.eye(3)[int(np.argmin(np.round(np.abs(axis), 6)))]
    first = np.cross(axis, aside)
    first = first / np.linalg.norm(first)
    return first, np.cross(axis, first)


def _angle(direction: Array, axis: Array) -> float:
    first, second = across(axis)
    return atan2(float(direction @ second), float(direction @ first)) % tau
