"""What a solid is like however it is bent: its closed surfaces, and how many openings go through them."""

from OCP.BRep import BRep_Tool
from OCP.collections import IndexedMap_TopoDS_Shape_TopTools_ShapeMapHasher as ShapeMap
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE, TopAbs_SHELL, TopAbs_VERTEX, TopAbs_WIRE
from OCP.TopExp import TopExp
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep.shapes import Shape, explore


def euler_characteristic(solid: Shape) -> int:
    """χ = V − E + F of the solid's surface: 2 for a ball, 2 less for each opening through it.

    A face with w borders counts 2 − w, for only one with a single border is a disc. Seams are edges; poles are not.
    """
    corners, edges, faces = (_each_once(solid, kind) for kind in (TopAbs_VERTEX, TopAbs_EDGE, TopAbs_FACE))
    real = sum(not BRep_Tool.Degenerated_s(TopoDS.Edge(edge)) for edge in edges)
    return len(corners) - real + sum(2 - sum(1 for _ in explore(face, TopAbs_WIRE)) for face in faces)


def shells(solid: Shape) -> int:
    """How many closed surfaces bound the solid: 1, and one more for each room inside."""
    return len(_each_once(solid, TopAbs_SHELL))


def _each_once(solid: Shape, kind: Shape) -> list[Shape]:
    found = ShapeMap()
    TopExp.MapShapes_s(solid, kind, found)
    return [found.FindKey(number) for number in range(1, found.Extent() + 1)]
