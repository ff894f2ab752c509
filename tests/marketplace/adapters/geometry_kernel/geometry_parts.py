"""Parts with closed-form answers, made with OpenCASCADE, and meshes made by hand."""

import math
import struct
from pathlib import Path
from typing import Any

from OCP.BRep import BRep_Builder
from OCP.BRepAlgoAPI import BRepAlgoAPI_Cut, BRepAlgoAPI_Fuse
from OCP.BRepFilletAPI import BRepFilletAPI_MakeFillet
from OCP.BRepPrimAPI import (
    BRepPrimAPI_MakeBox,
    BRepPrimAPI_MakeCone,
    BRepPrimAPI_MakeCylinder,
    BRepPrimAPI_MakeHalfSpace,
    BRepPrimAPI_MakeSphere,
)
from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE
from OCP.TopExp import TopExp_Explorer
from OCP.TopoDS import TopoDS, TopoDS_Compound, TopoDS_Shell

from tools.samples import write_step

__all__ = ["write_step"]

Point = tuple[float, float, float]


def box(low: Point, high: Point) -> Any:
    return BRepPrimAPI_MakeBox(gp_Pnt(*map(float, low)), gp_Pnt(*map(float, high))).Shape()


def cylinder(start: Point, way: Point, diameter: float, length: float) -> Any:
    return BRepPrimAPI_MakeCylinder(_frame(start, way), diameter / 2, float(length)).Shape()


def cone(start: Point, way: Point, diameter: float, end_diameter: float, length: float) -> Any:
    return BRepPrimAPI_MakeCone(_frame(start, way), diameter / 2, end_diameter / 2, float(length)).Shape()


def ball(centre: Point, diameter: float) -> Any:
    return BRepPrimAPI_MakeSphere(gp_Pnt(*map(float, centre)), diameter / 2).Shape()


def half_space(face: Any, inside: Point) -> Any:
    return BRepPrimAPI_MakeHalfSpace(face, gp_Pnt(*map(float, inside))).Solid()


def _frame(start: Point, way: Point) -> Any:
    return gp_Ax2(gp_Pnt(*map(float, start)), gp_Dir(*map(float, way)))


def cut(shape: Any, *tools: Any) -> Any:
    for tool in tools:
        shape = BRepAlgoAPI_Cut(shape, tool).Shape()
    return shape


def fuse(shape: Any, *others: Any) -> Any:
    for other in others:
        shape = BRepAlgoAPI_Fuse(shape, other).Shape()
    return shape


def upright_edges_rounded(shape: Any, radius: float) -> Any:
    """Round every vertical edge of a block."""
    fillet = BRepFilletAPI_MakeFillet(shape)
    for edge in sub_shapes(shape, TopAbs_EDGE)[::2]:
        first, last = _ends(edge)
        if abs(first.X() - last.X()) + abs(first.Y() - last.Y()) < 1e-9:
            fillet.Add(radius, TopoDS.Edge(edge))
    return fillet.Shape()


def _ends(edge: Any) -> tuple[Any, Any]:
    from OCP.BRepAdaptor import BRepAdaptor_Curve

    curve = BRepAdaptor_Curve(TopoDS.Edge(edge))
    return curve.Value(curve.FirstParameter()), curve.Value(curve.LastParameter())


def sub_shapes(shape: Any, kind: Any) -> list[Any]:
    explorer, found = TopExp_Explorer(shape, kind), []
    while explorer.More():
        found.append(explorer.Current())
        explorer.Next()
    return found


def compound(*shapes: Any) -> Any:
    whole, builder = TopoDS_Compound(), BRep_Builder()
    builder.MakeCompound(whole)
    for shape in shapes:
        builder.Add(whole, shape)
    return whole


def open_shell(shape: Any, without: int = 1) -> Any:
    """The faces of a body but for the last ones: surfaces without a solid."""
    shell, builder = TopoDS_Shell(), BRep_Builder()
    builder.MakeShell(shell)
    for face in sub_shapes(shape, TopAbs_FACE)[:-without]:
        builder.Add(shell, face)
    return shell


def drill_point(diameter: float, degrees: float = 118) -> float:
    """The height of a drill's point."""
    return diameter / 2 / math.tan(math.radians(degrees / 2))


Triangles = list[tuple[Point, Point, Point]]


def block_mesh(size: Point = (1.0, 1.0, 1.0), at: Point = (0.0, 0.0, 0.0)) -> Triangles:
    """A closed box of twelve triangles."""
    corners = [
        tuple(a + s * ((n >> axis) & 1) for axis, (a, s) in enumerate(zip(at, size, strict=True))) for n in range(8)
    ]
    quads = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))
    return [
        triangle
        for a, b, c, d in quads
        for triangle in ((corners[a], corners[b], corners[c]), (corners[a], corners[c], corners[d]))
    ]


def binary_stl(triangles: Triangles, header: bytes = b"test") -> bytes:
    body = b"".join(struct.pack("<12fH", 0, 0, 0, *(n for corner in t for n in corner), 0) for t in triangles)
    return header.ljust(80) + struct.pack("<I", len(triangles)) + body


def text_stl(triangles: Triangles) -> str:
    facets = []
    for triangle in triangles:
        corners = "\n".join("  vertex " + " ".join(format(n, ".9e") for n in corner) for corner in triangle)
        facets.append(f" facet normal 0 0 0\n  outer loop\n{corners}\n  endloop\n endfacet")
    return "solid test\n" + "\n".join(facets) + "\nendsolid test\n"


def written(path: Path, shape: Any, *, units: str = "MM") -> Path:
    write_step(shape, path, units=units)
    return path
