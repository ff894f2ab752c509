"""Plates full of features whose sizes and places are known exactly, drawn from a seed.

A plate is a grid of cells of 20 mm with one feature each, laid on in any orientation. Its last column slopes down.
"""

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut
from OCP.BRepFilletAPI import BRepFilletAPI_MakeFillet
from OCP.collections import List_TopoDS_Shape
from OCP.gp import gp_Ax1, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
from OCP.TopAbs import TopAbs_EDGE
from OCP.TopLoc import TopLoc_Location
from OCP.TopoDS import TopoDS

from tests.marketplace.adapters.geometry_kernel.geometry_parts import (
    ball,
    box,
    cone,
    cut,
    cylinder,
    drill_point,
    fuse,
    half_space,
    sub_shapes,
    upright_edges_rounded,
)

CELL = 20.0
DOWN, UP = (0.0, 0.0, -1.0), (0.0, 0.0, 1.0)
DIAMETERS = (2.5, 3.3, 4.2, 5.0, 6.0, 6.8, 8.0)


@dataclass
class Plate:
    """What to add and cut, and what a recogniser must then find. Sizes in millimetres."""

    thickness: float
    random: random.Random
    added: list[Any] = field(default_factory=list)
    tools: list[Any] = field(default_factory=list)
    holes: list[tuple[Any, ...]] = field(default_factory=list)
    """kind, diameter, depth, is through, bottom, widenings, middle of its axis"""
    pockets: list[tuple[Any, ...]] = field(default_factory=list)
    """depth, length, width, corner radius, is through"""
    bosses: list[tuple[float, float]] = field(default_factory=list)
    roundings: Counter[tuple[float, bool]] = field(default_factory=Counter)
    """how many of which radius, inside or outside"""
    sharp: int = 0

    def hole(
        self, kind: str, at: Any, diameter: float, depth: float, bottom: str | None = None, *widenings: Any
    ) -> None:
        self.holes.append((kind, float(diameter), float(depth), bottom is None, bottom, widenings, at))

    def along(self, x: float, y: float, low: float, high: float) -> tuple[float, float, float]:
        return (x, y, (low + high) / 2)


def through(plate: Plate, x: float, y: float) -> None:
    d, z = plate.random.choice(DIAMETERS), plate.thickness
    plate.tools.append(cylinder((x, y, -1), UP, d, z + 2))
    plate.hole("through", plate.along(x, y, 0, z), d, z)


def _drilled(plate: Plate, x: float, y: float) -> tuple[float, float, float]:
    d, depth, z = plate.random.choice(DIAMETERS), plate.random.choice((5.0, 6.5, 8.0)), plate.thickness
    plate.tools.append(cylinder((x, y, z + 1), DOWN, d, depth + 1))
    return d, depth, z


def flat(plate: Plate, x: float, y: float) -> None:
    d, depth, z = _drilled(plate, x, y)
    plate.hole("flat", plate.along(x, y, z - depth, z), d, depth, "flat")


def _pointed(plate: Plate, x: float, y: float, angle: float) -> None:
    d, depth, z = _drilled(plate, x, y)
    plate.tools.append(cone((x, y, z - depth), DOWN, d, 0, drill_point(d, angle)))
    plate.hole(f"{angle:.0f}° point", plate.along(x, y, z - depth, z), d, depth, "conical")


def drilled(plate: Plate, x: float, y: float) -> None:
    _pointed(plate, x, y, 118)


def spotted(plate: Plate, x: float, y: float) -> None:
    _pointed(plate, x, y, 90)


def round_bottomed(plate: Plate, x: float, y: float) -> None:
    d, depth, z = _drilled(plate, x, y)
    plate.tools.append(ball((x, y, z - depth), d))
    plate.hole("round", plate.along(x, y, z - depth, z), d, depth, "round")


def counterbored(plate: Plate, x: float, y: float) -> None:
    d, z, deep = plate.random.choice((3.3, 4.5, 5.5)), plate.thickness, plate.random.choice((3.0, 4.5))
    plate.tools += [cylinder((x, y, -1), UP, d, z + 2), cylinder((x, y, z + 1), DOWN, 1.8 * d, deep + 1)]
    widening = ("counterbore", 1.8 * d, deep, None)
    plate.hole("counterbore", plate.along(x, y, 0, z - deep), d, z - deep, None, widening)


def countersunk(plate: Plate, x: float, y: float) -> None:
    d, z, angle = plate.random.choice((3.3, 4.5, 5.5)), plate.thickness, plate.random.choice((82.0, 90.0, 120.0))
    deep = d / 2 / math.tan(math.radians(angle / 2))
    plate.tools += [cylinder((x, y, -1), UP, d, z + 2), cone((x, y, z), DOWN, 2 * d, d, deep)]
    plate.hole("countersink", plate.along(x, y, 0, z - deep), d, z - deep, None, ("countersink", 2 * d, deep, angle))


def counterbored_blind(plate: Plate, x: float, y: float) -> None:
    """A drilled hole under a counterbore whose rim is chamfered."""
    d, depth, z = 4.2, 7.0, plate.thickness
    plate.tools += [
        cylinder((x, y, z), DOWN, d, 3 + depth),
        cone((x, y, z - 3 - depth), DOWN, d, 0, drill_point(d)),
        cylinder((x, y, z), DOWN, 9, 3),
        cone((x, y, z), DOWN, 10, 9, 0.5),
    ]
    entries = (("counterbore", 9.0, 2.5, None), ("countersink", 10.0, 0.5, 90.0))
    plate.hole("counterbore", plate.along(x, y, z - 3 - depth, z - 3), d, depth, "conical", *entries)


def crossed(plate: Plate, x: float, y: float) -> None:
    """A hole from the side that crosses a wider one and ends 4 mm behind it."""
    z, at, front = plate.thickness, plate.thickness / 2, y - CELL / 2
    plate.tools += [cylinder((x, y, -1), UP, 10, z + 2), cylinder((x, y, at), (0, -1, 0), 4, 40)]
    plate.tools.append(cylinder((x, y, at), (0, 1, 0), 4, 9))
    plate.hole("through", plate.along(x, y, 0, z), 10, z)
    plate.hole("cross", (x, (y + 9 + front) / 2, at), 4, y + 9 - front, "flat")


def obround(plate: Plate, x: float, y: float) -> None:
    w, depth, z = plate.random.choice((5.0, 6.0)), 5.0, plate.thickness
    ends = [cylinder((x + side, y, z - depth), UP, w, depth + 1) for side in (-4, 4)]
    plate.tools.append(fuse(box((x - 4, y - w / 2, z - depth), (x + 4, y + w / 2, z + 1)), *ends))
    plate.pockets.append((depth, 8 + w, w, w / 2, False))


def pocket(plate: Plate, x: float, y: float) -> None:
    r, depth, z = plate.random.choice((1.5, 2.0, 3.0)), plate.random.choice((6.0, 9.0)), plate.thickness
    plate.tools.append(upright_edges_rounded(box((x - 7, y - 5, z - depth), (x + 7, y + 5, z + 1)), r))
    plate.pockets.append((depth, 14, 10, r, False))
    plate.roundings[r, True] += 4


def sharp_pocket(plate: Plate, x: float, y: float) -> None:
    depth, z = 5.5, plate.thickness
    plate.tools.append(box((x - 6, y - 4, z - depth), (x + 6, y + 4, z + 1)))
    plate.pockets.append((depth, 12, 8, 0, False))
    plate.sharp += 4


def filleted_pocket(plate: Plate, x: float, y: float) -> None:
    """Its floor runs into its walls with a smaller radius than its corners have."""
    depth, z = 7.0, plate.thickness
    block = upright_edges_rounded(box((x - 7, y - 5, z - depth), (x + 7, y + 5, z + 1)), 3)
    plate.tools.append(lowest_edges_rounded(block, z - depth, 1))
    plate.pockets.append((depth, 14, 10, 3, False))
    plate.roundings[3.0, True] += 4
    plate.roundings[1.0, True] += 1


def stepped_pocket(plate: Plate, x: float, y: float) -> None:
    z = plate.thickness
    plate.tools.append(upright_edges_rounded(box((x - 8, y - 8, z - 4), (x + 8, y + 8, z + 1)), 2.5))
    plate.tools.append(upright_edges_rounded(box((x - 5, y - 4, z - 9), (x + 5, y + 4, z + 1)), 1.25))
    plate.pockets += [(4, 16, 16, 2.5, False), (5, 10, 8, 1.25, False)]
    plate.roundings += Counter({(2.5, True): 4, (1.25, True): 4})


def island_pocket(plate: Plate, x: float, y: float) -> None:
    """The island is a boss that ends below the plate's face."""
    z = plate.thickness
    hollow = upright_edges_rounded(box((x - 8, y - 8, z - 6), (x + 8, y + 8, z + 1)), 4)
    plate.tools.append(cut(hollow, cylinder((x, y, z - 7), UP, 5, 5)))
    plate.pockets.append((6, 16, 16, 4, False))
    plate.bosses.append((5, 4))
    plate.roundings[4.0, True] += 4


def window(plate: Plate, x: float, y: float) -> None:
    z = plate.thickness
    plate.tools.append(upright_edges_rounded(box((x - 6, y - 5, -1), (x + 6, y + 5, z + 1)), 2.25))
    plate.pockets.append((z, 12, 10, 2.25, True))
    plate.roundings[2.25, True] += 4


def boss(plate: Plate, x: float, y: float) -> None:
    d, h = plate.random.choice((6.0, 8.0, 11.0)), plate.random.choice((4.0, 7.0))
    plate.added.append(cylinder((x, y, plate.thickness), UP, d, h))
    plate.bosses.append((d, h))


def filleted_boss(plate: Plate, x: float, y: float) -> None:
    d, h, z = 8.0, 6.0, plate.thickness
    block = fuse(box((x - 9, y - 9, z - 2), (x + 9, y + 9, z)), cylinder((x, y, z), UP, d, h))
    fillet = BRepFilletAPI_MakeFillet(block)
    for edge in {hash(edge): edge for edge in sub_shapes(block, TopAbs_EDGE)}.values():
        if _heights(edge) == (z, z) and _is_closed(edge):
            fillet.Add(1.5, TopoDS.Edge(edge))
    plate.added.append(fillet.Shape())
    plate.bosses.append((d, h))
    plate.roundings[1.5, True] += 1


def bored_boss(plate: Plate, x: float, y: float) -> None:
    z = plate.thickness
    plate.added.append(cylinder((x, y, z), UP, 9, 5))
    plate.tools += [cylinder((x, y, z + 6), DOWN, 4.2, 14), cone((x, y, z - 8), DOWN, 4.2, 0, drill_point(4.2))]
    plate.bosses.append((9, 5))
    plate.hole("118° point", plate.along(x, y, z - 8, z + 5), 4.2, 13, "conical")


HOLES = (through, flat, drilled, spotted, round_bottomed, counterbored, countersunk, counterbored_blind)
DECOYS = (obround, pocket, sharp_pocket, filleted_pocket, stepped_pocket, island_pocket, window, boss, filleted_boss)
Draw = Callable[[Plate, float, float], None]


def plate(seed: int) -> tuple[Any, Plate]:
    """A plate with 12 to 20 features, and what is to be found on it."""
    chance = random.Random(seed)
    columns, rows = chance.choice((3, 4)), chance.choice((3, 4))
    drawn = Plate(chance.choice((16.0, 18.0, 20.0)), chance)
    for row in range(rows):
        for column in range(columns):
            draw = _drawn(chance, row, column)
            draw(drawn, CELL * (column + 0.5), CELL * (row + 0.5))
    block = _block(drawn, columns, rows)
    _on_the_slope(drawn, CELL * columns, CELL * rows)
    solid = _cut_at_once(fuse(block, *drawn.added), drawn.tools)
    return _laid_anyhow(solid, drawn, chance)


def _drawn(chance: random.Random, row: int, column: int) -> Draw:
    if row == 0 and column == 0:
        return crossed
    if chance.random() < 0.55:
        return chance.choice(HOLES)
    return chance.choice((*DECOYS, bored_boss))


def _block(drawn: Plate, length: int, rows: int) -> Any:
    """The plate with rounded upright edges, half-round notches, and a slope of 30° along its last column."""
    x, y, z = CELL * length, CELL * rows, drawn.thickness
    block = upright_edges_rounded(box((0, 0, 0), (x + CELL, y, z)), 3.5)
    drawn.roundings[3.5, False] += 4
    above = cut(box((x, -1, z - 12), (x + 2 * CELL, y + 1, z + 30)), _under_slope(x, z))
    drawn.tools.append(cylinder((x / 2, y, -1), UP, 2, z + 2))
    return cut(block, above)


def _under_slope(x: float, z: float) -> Any:
    from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeFace
    from OCP.gp import gp_Pln

    slope = math.radians(30)
    face = BRepBuilderAPI_MakeFace(gp_Pln(gp_Pnt(x, 0, z), gp_Dir(math.sin(slope), 0, math.cos(slope)))).Face()
    return half_space(face, (x, 0, z - 100))


def _on_the_slope(drawn: Plate, x: float, y: float) -> None:
    """A hole straight down through the slope, and one square to it."""
    tilt, z = math.radians(30), drawn.thickness
    normal = (math.sin(tilt), 0.0, math.cos(tilt))
    mid = z - 10 * math.tan(tilt)
    drawn.tools.append(cylinder((x + 10, y / 3, -1), UP, 5, z + 2))
    high = mid + 2.5 * math.tan(tilt)
    drawn.hole("slope", (x + 10, y / 3, high / 2), 5, high)
    foot = tuple(a - 6 * n for a, n in zip((x + 10, 2 * y / 3, mid), normal, strict=True))
    drawn.tools.append(cylinder(foot, normal, 6, 20))  # type: ignore[arg-type]
    drawn.hole("slope", tuple(a + 3 * n for a, n in zip(foot, normal, strict=True)), 6, 6, "flat")


def _cut_at_once(block: Any, tools: list[Any]) -> Any:
    arguments, others = List_TopoDS_Shape(), List_TopoDS_Shape()
    arguments.Append(block)
    for tool in tools:
        others.Append(tool)
    cutting = BRepAlgoAPI_Cut()
    cutting.SetArguments(arguments)
    cutting.SetTools(others)
    cutting.Build()
    return cutting.Shape()


def _laid_anyhow(solid: Any, drawn: Plate, chance: random.Random) -> tuple[Any, Plate]:
    move = gp_Trsf()
    way = gp_Dir(*(chance.uniform(-1, 1) for _ in range(3)))
    move.SetRotation(gp_Ax1(gp_Pnt(0, 0, 0), way), chance.uniform(0, 6))
    move.SetTranslationPart(gp_Vec(*(chance.uniform(-300, 300) for _ in range(3))))
    for index, (*sizes, at) in enumerate(drawn.holes):
        moved = gp_Pnt(*at).Transformed(move)
        drawn.holes[index] = (*sizes, (moved.X(), moved.Y(), moved.Z()))
    return solid.Moved(TopLoc_Location(move)), drawn


def lowest_edges_rounded(shape: Any, level: float, radius: float) -> Any:
    """Round the border of a block's lowest face."""
    fillet = BRepFilletAPI_MakeFillet(shape)
    for edge in {hash(edge): edge for edge in sub_shapes(shape, TopAbs_EDGE)}.values():
        if _heights(edge) == (level, level):
            fillet.Add(radius, TopoDS.Edge(edge))
    return fillet.Shape()


def _heights(edge: Any) -> tuple[float, float]:
    curve = _curve(edge)
    return tuple(round(curve.Value(end).Z(), 6) for end in (curve.FirstParameter(), curve.LastParameter()))  # type: ignore[return-value]


def _is_closed(edge: Any) -> bool:
    return bool(_curve(edge).IsClosed())


def _curve(edge: Any) -> Any:
    from OCP.BRepAdaptor import BRepAdaptor_Curve

    return BRepAdaptor_Curve(TopoDS.Edge(edge))
