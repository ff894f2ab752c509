"""Bent sheets with closed-form answers, made with OpenCASCADE: a profile of flats and bends, drawn out to a width."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeEdge, BRepBuilderAPI_MakeFace, BRepBuilderAPI_MakeWire
from OCP.BRepPrimAPI import BRepPrimAPI_MakePrism
from OCP.GC import GC_MakeArcOfCircle
from OCP.gp import gp_Pnt, gp_Vec

from marketplace.adapters.geometry_kernel.brep.sheet import sheet
from marketplace.geometry.shape import Sheet, Walls
from tests.marketplace.adapters.geometry_kernel.brep.parts import part_of, volume_and_area


@dataclass
class Profile:
    """Flats (lengths between the bends) and bends (degrees, to the left positive) in the x-z plane, wide along y."""

    flats: tuple[float, ...]
    angles: tuple[float, ...] = ()
    thickness: float = 2.0
    radius: float = 3.0
    width: float = 40.0
    _right: list[tuple[Any, ...]] = field(default_factory=list)
    _left: list[tuple[Any, ...]] = field(default_factory=list)

    @property
    def allowance(self) -> float:
        return math.radians(sum(map(abs, self.angles))) * (self.radius + self.thickness / 2)

    @property
    def length(self) -> float:
        return sum(self.flats) + self.allowance

    @property
    def area(self) -> float:
        return self.length * self.width

    @property
    def solid(self) -> Any:
        """It starts at the origin along x, with the sheet to its left (z from 0 to its thickness)."""
        self._right, self._left = [], []
        at, heading = np.zeros(2), 0.0
        for length, angle in zip(self.flats, (*self.angles, 0.0), strict=True):
            at = self._straight(at, heading, length)
            at, heading = self._bend(at, heading, math.radians(angle))
        outline = [*self._right, (self._right[-1][-1], self._left[-1][-1])]
        outline += [edge[::-1] for edge in reversed(self._left)] + [(self._left[0][0], self._right[0][0])]
        wire = BRepBuilderAPI_MakeWire()
        for edge in outline:
            wire.Add(_edge(edge))
        return BRepPrimAPI_MakePrism(BRepBuilderAPI_MakeFace(wire.Wire()).Face(), gp_Vec(0, self.width, 0)).Shape()

    def _straight(self, at: Any, heading: float, length: float) -> Any:
        end = at + length * _way(heading)
        if length:
            left = self.thickness * _way(heading + math.pi / 2)
            self._right.append((at, end))
            self._left.append((at + left, end + left))
        return end

    def _bend(self, at: Any, heading: float, angle: float) -> tuple[Any, float]:
        if not angle:
            return at, heading
        left = _way(heading + math.pi / 2)
        centre = at + left * (self.radius + self.thickness if angle > 0 else -self.radius)
        right = [centre + _turned(at - centre, angle * share) for share in (0, 0.5, 1)]
        over = [centre + _turned(at + self.thickness * left - centre, angle * share) for share in (0, 0.5, 1)]
        self._right.append(tuple(right))
        self._left.append(tuple(over))
        return right[-1], heading + angle


def _way(heading: float) -> Any:
    return np.array((math.cos(heading), math.sin(heading)))


def _turned(offset: Any, angle: float) -> Any:
    cosine, sine = math.cos(angle), math.sin(angle)
    return np.array((cosine * offset[0] - sine * offset[1], sine * offset[0] + cosine * offset[1]))


def _edge(points: tuple[Any, ...]) -> Any:
    places = [gp_Pnt(float(x), 0.0, float(z)) for x, z in points]
    if len(places) == 2:
        return BRepBuilderAPI_MakeEdge(*places).Edge()
    return BRepBuilderAPI_MakeEdge(GC_MakeArcOfCircle(*places).Value()).Edge()


def sheet_of(*shapes: Any, walls: Walls | None = None, holes: Any = ()) -> Sheet | None:
    figures = [volume_and_area(shape) for shape in shapes]
    volume, area = (sum(column) for column in zip(*figures, strict=True))
    return sheet(part_of(*shapes), volume_mm3=volume, area_mm2=area, walls=walls, holes=holes)
