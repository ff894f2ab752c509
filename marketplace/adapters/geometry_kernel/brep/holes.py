"""Cylindrical holes of a solid: concave cylinders around one axis that together go all the way round.

Fillets, slots and rounded pocket corners are concave cylinders too, but never a full circle. A counterbore counts as a
hole of its own, and so does each part of a hole that a wider cavity interrupts. The depth is that of the cylinder,
without a drill's point.
"""

from collections import defaultdict
from collections.abc import Iterator
from math import cos, pi, sin, tau
from typing import Final

from OCP.BRepClass3d import BRepClass3d_SolidClassifier
from OCP.gp import gp_Dir, gp_Lin, gp_Pnt
from OCP.IntCurvesFace import IntCurvesFace_ShapeIntersector
from OCP.TopAbs import TopAbs_FACE, TopAbs_IN
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep import walls
from marketplace.adapters.geometry_kernel.brep.shapes import Array, Shape, explore, rounded
from marketplace.adapters.geometry_kernel.brep.walls import Wall, across
from marketplace.geometry.errors import TooComplex
from marketplace.geometry.features import Hole
from marketplace.geometry.figures import MAX_LISTED

FULL_CIRCLE: Final = 0.97 * tau
LEAST_COVER: Final = 0.55
"""Share of the cylinder that is wall; the rest may be cut away by cross holes and slopes."""

SAME_STRETCH_MM: Final = 1e-3
FAR: Final = 1e6
DRILL_POINT: Final = 1.05
"""A bottom lies within this many radii of the wall's end: flat, 118° or 90° point, or a ball."""

OFF_AXIS: Final = (0.07, 0.03)
"""Where in the hole to look for its bottom, in radii: a line through the very apex of a cone meets nothing."""


def of(solid: Shape) -> tuple[Hole, ...]:
    """Every cylindrical hole of the solid. Raises TooComplex above the number that a measurement may hold."""
    stretches = [stretch for coaxial in _coaxial(solid) for stretch in _stretches(coaxial) if _goes_round(stretch)]
    if len(stretches) > MAX_LISTED:
        raise TooComplex(f"The part has more than {MAX_LISTED:,} holes. Please split it.", limit=MAX_LISTED)
    if not stretches:
        return ()
    probe = _Probe(solid)
    return tuple(_hole(stretch, probe) for stretch in stretches)


def _coaxial(solid: Shape) -> list[list[Wall]]:
    """Concave cylinders grouped by axis line and radius."""
    groups: dict[tuple[int, ...], list[Wall]] = defaultdict(list)
    for face in explore(solid, TopAbs_FACE):
        wall = walls.of_face(TopoDS.Face(face))
        if wall is not None:
            groups[walls.line(wall)].append(wall)
    return list(groups.values())


def _stretches(coaxial: list[Wall]) -> Iterator[list[Wall]]:
    """Walls that follow each other along the axis without a gap."""
    stretch: list[Wall] = []
    reach = 0.0
    for wall in sorted(coaxial, key=lambda wall: (wall.low, wall.high)):
        if stretch and wall.low > reach + SAME_STRETCH_MM:
            yield stretch
            stretch = []
        reach = max(reach, wall.high) if stretch else wall.high
        stretch.append(wall)
    yield stretch


def _goes_round(stretch: list[Wall]) -> bool:
    length = max(wall.high for wall in stretch) - min(wall.low for wall in stretch)
    cover = sum(wall.arc * (wall.high - wall.low) for wall in stretch)
    return length > 0 and _arc_together(stretch) >= FULL_CIRCLE and cover > LEAST_COVER * tau * length


def _arc_together(stretch: list[Wall]) -> float:
    """The arc that the walls cover together, each angle counted once."""
    arcs = sorted((start, min(end, tau)) for wall in stretch for start, end in _unrolled(wall))
    together, reach = 0.0, 0.0
    for start, end in arcs:
        together += max(0.0, end - max(start, reach))
        reach = max(reach, end)
    return together


def _unrolled(wall: Wall) -> Iterator[tuple[float, float]]:
    end = wall.arc_start + wall.arc
    yield wall.arc_start, end
    if end > tau:
        yield 0.0, end - tau


def _hole(stretch: list[Wall], probe: "_Probe") -> Hole:
    low, high = min(wall.low for wall in stretch), max(wall.high for wall in stretch)
    wall = stretch[0]
    is_blind = any(probe.is_bottom(wall, end, way) for end, way in ((low, -1.0), (high, 1.0)))
    x, y, z = map(rounded, wall.foot + wall.axis * (low + high) / 2)
    u, v, w = (float(part) for part in wall.axis)
    return Hole(
        diameter_mm=rounded(2 * wall.radius),
        depth_mm=rounded(high - low),
        is_through=not is_blind,
        axis=(u, v, w),
        at_mm=(x, y, z),
    )


class _Probe:
    """Looks into the solid along lines and at points."""

    def __init__(self, solid: Shape) -> None:
        self._lines = IntCurvesFace_ShapeIntersector()
        self._lines.Load(solid, 1e-7)
        self._points = BRepClass3d_SolidClassifier(solid)

    def is_bottom(self, wall: Wall, end: float, way: float) -> bool:
        """Whether the hole ends in material: a floor close by, and material around the end."""
        inside = 0.02 * wall.radius + SAME_STRETCH_MM
        first, second = across(wall.axis)
        off_axis = wall.radius * (OFF_AXIS[0] * first + OFF_AXIS[1] * second)
        origin = wall.foot + wall.axis * (end - way * inside) + off_axis
        beyond = self._first_hit(origin, wall.axis * way) - inside
        if beyond > DRILL_POINT * wall.radius + inside:
            return False
        middle = wall.foot + wall.axis * (end + way * max(beyond, 0.0) / 2)
        return self._material_around(middle, wall) >= 2

    def _first_hit(self, origin: Array, direction: Array) -> float:
        self._lines.Perform(gp_Lin(gp_Pnt(*origin), gp_Dir(*direction)), 0.0, FAR)
        return min((float(self._lines.WParameter(hit)) for hit in range(1, self._lines.NbPnt() + 1)), default=FAR)

    def _material_around(self, middle: Array, wall: Wall) -> int:
        first, second = across(wall.axis)
        turns = (quarter * pi / 2 for quarter in range(4))
        points = (middle + 1.02 * wall.radius * (first * cos(turn) + second * sin(turn)) for turn in turns)
        return sum(self._is_material(point) for point in points)

    def _is_material(self, point: Array) -> bool:
        self._points.Perform(gp_Pnt(*point), 1e-7)
        return bool(self._points.State() == TopAbs_IN)
