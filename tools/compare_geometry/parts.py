"""Parts of our own for when no folder is given: plain, drilled, turned, curved, of several bodies, and open."""

import math
from pathlib import Path
from typing import Any

from tools import samples


def make(folder: Path) -> None:
    """Write the samples and five more parts into the folder."""
    samples.make(folder)
    samples.write_step(_stepped_shaft(), folder / "shaft.step")
    samples.write_step(_ring(), folder / "ring_inch.step", units="INCH")
    samples.write_step(_twice(_stepped_shaft()), folder / "two_shafts.step")
    samples.write_stl(_tetrahedra(count=3), folder / "three_bodies.stl")
    samples.write_stl([tuple(reversed(facet)) for facet in _tetrahedra(count=1)], folder / "inside_out.stl")


def _stepped_shaft() -> Any:
    from OCP.BRepAlgoAPI import BRepAlgoAPI_Fuse
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeCone, BRepPrimAPI_MakeCylinder
    from OCP.gp import gp_Ax2, gp_Dir, gp_Pnt

    end = gp_Ax2(gp_Pnt(0.0, 0.0, 60.0), gp_Dir(0.0, 0.0, 1.0))
    shaft, tip = BRepPrimAPI_MakeCylinder(15.0, 60.0).Shape(), BRepPrimAPI_MakeCone(end, 10.0, 5.0, 30.0).Shape()
    return BRepAlgoAPI_Fuse(shaft, tip).Shape()


def _ring() -> Any:
    from OCP.BRepPrimAPI import BRepPrimAPI_MakeTorus

    return BRepPrimAPI_MakeTorus(40.0, 7.5).Shape()


def _twice(shape: Any) -> Any:
    """The shape where it is, and once more beside it, leaning by 30°: one body in two places."""
    from OCP.BRep import BRep_Builder
    from OCP.gp import gp_Ax1, gp_Dir, gp_Pnt, gp_Trsf, gp_Vec
    from OCP.TopLoc import TopLoc_Location
    from OCP.TopoDS import TopoDS_Compound

    lean, way = gp_Trsf(), gp_Trsf()
    lean.SetRotation(gp_Ax1(gp_Pnt(0.0, 0.0, 0.0), gp_Dir(0.0, 1.0, 0.0)), math.radians(30))
    way.SetTranslation(gp_Vec(100.0, 0.0, 0.0))
    both, builder = TopoDS_Compound(), BRep_Builder()
    builder.MakeCompound(both)
    builder.Add(both, shape)
    builder.Add(both, shape.Moved(TopLoc_Location(way * lean)))
    return both


def _tetrahedra(count: int) -> list[samples.Triangle]:
    """Corners of boxes, 30 × 20 × 10 mm, beside each other; seen from outside counter-clockwise."""
    found: list[samples.Triangle] = []
    for place in range(count):
        x = 40.0 * place
        o, a, b, c = (x, 0.0, 0.0), (x + 30.0, 0.0, 0.0), (x, 20.0, 0.0), (x, 0.0, 10.0)
        found += [(o, b, a), (o, a, c), (o, c, b), (a, b, c)]
    return found
