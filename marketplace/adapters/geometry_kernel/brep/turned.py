"""Turned parts: whether a lathe can make the part, about which axis, and from how thick a bar.

The main axis is that with the largest area of surfaces of revolution about it. Round are those surfaces, and the planes
square to the axis that a circle about it bounds. A keyway, flats or cross holes take from the round share; a part whose
corners stand out of its largest round surface (a hexagon, a gear) is not turned from that.
"""

from math import tau
from typing import Any, Final

import numpy as np
from OCP.Bnd import Bnd_Box
from OCP.BRep import BRep_Tool
from OCP.BRepAdaptor import BRepAdaptor_Curve, BRepAdaptor_Surface
from OCP.BRepBndLib import BRepBndLib
from OCP.BRepTools import BRepTools
from OCP.GeomAbs import GeomAbs_Circle, GeomAbs_SurfaceOfRevolution
from OCP.gp import gp_Ax3, gp_Dir, gp_Pnt, gp_Trsf
from OCP.Standard import Standard_Failure
from OCP.TopAbs import TopAbs_EDGE, TopAbs_VERTEX
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep import arcs, axes
from marketplace.adapters.geometry_kernel.brep.faces import FaceTable, Integers, Surface, Truths, table
from marketplace.adapters.geometry_kernel.brep.part import Part
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, explore, rounded, triple
from marketplace.geometry.shape import Turned

ROUND_SHARE: Final = 0.8
"""Share of the area that must be round. Of a shaft, a keyway or a pair of flats takes a few hundredths."""
MOST_OF_A_TURN: Final = 0.75 * tau
"""How far round the largest diameter must reach: keyways and flats interrupt it, teeth are all interruption."""
OFF_AXIS_MM, OFF_ANGLE = 1e-2, 1e-3
STANDS_OUT: Final = 1e-3
"""Share of the radius by which corners may stand out: what CAD programs' tolerances make."""

Line = tuple[Array, Array]


def turned(part: Part, faces: FaceTable | None = None) -> Turned | None:
    """The part as a lathe makes it; None unless it is one body, round enough, and well enough drawn to tell."""
    if len(part.solids) != 1:
        return None
    try:
        return _turned(part.solids[0], table(part.faces) if faces is None else faces)
    except Standard_Failure:
        return None


def _turned(solid: Shape, faces: FaceTable) -> Turned | None:
    line = _main_axis(faces)
    if line is None or faces.area.sum() <= 0:
        return None
    is_round = _about(faces, line)
    share = float(faces.area[is_round].sum() / faces.area.sum())
    radius = _outer_radius(faces, np.flatnonzero(is_round), line)
    if share <= ROUND_SHARE or radius is None:
        return None
    return _of_bar(solid, line, radius, share)


def _main_axis(faces: FaceTable) -> Line | None:
    """The line with the largest area of cylinders, cones and tori about it."""
    rows = np.flatnonzero(faces.on(Surface.CYLINDER, Surface.CONE, Surface.TORUS))
    if not len(rows):
        return _ball_axis(faces)
    groups = axes.groups(axes.lines(faces.axis[rows], faces.place[rows]))
    first = rows[int(np.argmax(groups == np.argmax(np.bincount(groups, faces.area[rows]))))]
    return axes.canonical(faces.axis[first : first + 1])[0], faces.place[first]


def _ball_axis(faces: FaceTable) -> Line | None:
    """Through the largest sphere, square to the largest plane that cuts it."""
    balls, planes = (np.flatnonzero(faces.on(kind)) for kind in (Surface.SPHERE, Surface.PLANE))
    if not len(balls):
        return None
    ball = balls[np.argmax(faces.area[balls])]
    axis = faces.axis[planes[np.argmax(faces.area[planes])]] if len(planes) else faces.axis[ball]
    return axes.canonical(axis[None])[0], faces.place[ball]


def _about(faces: FaceTable, line: Line) -> Truths:
    """Which faces are round about the line, or square to it and bounded by a circle about it."""
    axis, place = line
    is_along = np.linalg.norm(np.cross(faces.axis, axis), axis=1) < OFF_ANGLE
    is_on = axes.distances(faces.place, place, axis) < OFF_AXIS_MM
    is_round = is_on & (is_along & faces.on(Surface.CYLINDER, Surface.CONE, Surface.TORUS) | faces.on(Surface.SPHERE))
    for row in np.flatnonzero(is_along & faces.on(Surface.PLANE)):
        is_round[row] = _has_rim_about(faces.shapes[row], line)
    for row in np.flatnonzero(faces.on(Surface.OTHER)):
        is_round[row] = _is_revolved_about(faces.shapes[row], line)
    return np.asarray(is_round)


def _has_rim_about(face: Shape, line: Line) -> bool:
    curves = (BRepAdaptor_Curve(TopoDS.Edge(edge)) for edge in explore(BRepTools.OuterWire_s(face), TopAbs_EDGE))
    return any(_is_on(curve.Circle().Axis(), line) for curve in curves if curve.GetType() == GeomAbs_Circle)


def _is_revolved_about(face: Shape, line: Line) -> bool:
    surface = BRepAdaptor_Surface(face)
    return surface.GetType() == GeomAbs_SurfaceOfRevolution and _is_on(surface.AxeOfRevolution(), line)


def _is_on(own: Any, line: Line) -> bool:
    axis, place = line
    is_along = np.linalg.norm(np.cross(triple(own.Direction()), axis)) < OFF_ANGLE
    return bool(is_along and axes.distances(triple(own.Location())[None], place, axis)[0] < OFF_AXIS_MM)


def _outer_radius(faces: FaceTable, rows: Integers, line: Line) -> float | None:
    """The largest radius of surfaces that bulge outwards; None unless it goes most of the way round."""
    outer = [row for row in rows if faces.surface[row] != Surface.PLANE and not faces.is_hollow[row]]
    if not outer:
        return None
    radii = np.array([_widest(faces, row, line) for row in outer])
    widest = float(radii.max())
    rim = [row for row, radius in zip(outer, radii, strict=True) if radius > widest * (1 - STANDS_OUT)]
    reach = sum(turn for _, turn in arcs.joined(_spans(faces, rim, line)))
    return widest if reach >= MOST_OF_A_TURN else None


def _spans(faces: FaceTable, rim: list[int], line: Line) -> list[arcs.Span]:
    """The arcs of faces; one that is no cylinder, cone or torus about the axis is taken to go all round it."""
    own = [row for row in rim if faces.surface[row] in (Surface.CYLINDER, Surface.CONE, Surface.TORUS)]
    return [*arcs.spans(faces, own, line[0]), *((0.0, tau) for _ in range(len(rim) - len(own)))]


def _widest(faces: FaceTable, row: int, line: Line) -> float:
    """The largest distance of a round face from its axis."""
    low, high = faces.bounds[row, 2:]
    match faces.surface[row]:
        case Surface.CYLINDER:
            return float(faces.radius[row])
        case Surface.CONE:
            return float(max(faces.radius[row] + end * np.sin(faces.half_angle[row]) for end in (low, high)))
        case Surface.TORUS:
            return float(faces.radius[row] + faces.tube[row] * _largest_cosine(low, high))
    return _farthest(faces.shapes[row], line)


def _largest_cosine(low: float, high: float) -> float:
    has_crest = np.ceil(low / tau) * tau <= high
    return 1.0 if has_crest else float(max(np.cos(low), np.cos(high)))


def _farthest(face: Shape, line: Line) -> float:
    """The largest distance from the line of a face that is round about it, by its box there."""
    box = _box_along(face, line)
    return float(np.abs(box[:, :2]).max())


def _of_bar(solid: Shape, line: Line, radius: float, share: float) -> Turned | None:
    """The part in its bar; None when corners stand out of it."""
    axis, place = line
    corners = np.array([triple(BRep_Tool.Pnt_s(TopoDS.Vertex(v))) for v in explore(solid, TopAbs_VERTEX)])
    box = _box_along(solid, line)
    outmost = max(float(np.abs(box[:, :2]).max()), float(axes.distances(corners, place, axis).max()))
    if outmost > radius * (1 + STANDS_OUT):
        return None
    low, high = box[:, 2]
    x, y, z = map(rounded, place + axis * (low + high) / 2)
    u, v, w = map(float, axis)
    return Turned(
        axis=(u, v, w),
        at_mm=(x, y, z),
        diameter_mm=rounded(2 * radius),
        length_mm=rounded(high - low),
        round_share=min(share, 1.0),
    )


def _box_along(shape: Shape, line: Line) -> Array:
    """(2, 3) the exact box of a shape in a frame whose third direction is the line's."""
    axis, place = line
    into_its_frame = gp_Trsf()
    into_its_frame.SetTransformation(gp_Ax3(gp_Pnt(*map(float, place)), gp_Dir(*map(float, axis))))
    box = Bnd_Box()
    BRepBndLib.AddOptimal_s(shape.Moved(TopLoc_Location(into_its_frame)), box, False, False)
    return np.array((triple(box.CornerMin()), triple(box.CornerMax())))
