"""A part as a STEP file describes it: solids in place, their faces numbered once and for all."""

from collections.abc import Iterable
from dataclasses import dataclass

from OCP.collections import IndexedMap_TopoDS_Shape_TopTools_ShapeMapHasher as ShapeMap
from OCP.TopAbs import TopAbs_FACE
from OCP.TopExp import TopExp
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep.shapes import Shape, explore
from marketplace.geometry.features import Callout
from marketplace.geometry.values import Remark, Units


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the parts list: one body, what it is called and made of, and which solids are instances of it."""

    solids: tuple[int, ...]
    name: str | None = None
    colour: str | None = None
    """As `#rrggbb`."""
    material: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Solids in millimetres, each instance of an assembly a solid where it sits, and what the file says of them.

    `faces` are the faces of all solids, each once, as the solids and their shells list them: its index is a face's
    number everywhere. `faces_of` has for each solid the numbers of its faces. A face is oriented as in the first solid
    that has it.
    """

    solids: tuple[Shape, ...]
    loose: tuple[Shape, ...]
    """Faces that belong to no solid; they are measured only where there is no solid at all."""
    faces: tuple[Shape, ...]
    faces_of: tuple[tuple[int, ...], ...]
    units: Units | None
    items: tuple[Item, ...] = ()
    """Together they name every solid once."""
    callouts: tuple[Callout, ...] = ()
    remarks: tuple[Remark, ...] = ()


def numbered(solids: Iterable[Shape]) -> tuple[tuple[Shape, ...], tuple[tuple[int, ...], ...]]:
    """The faces of all solids, each once, and for each solid the numbers of its faces."""
    known = ShapeMap()
    faces_of = tuple(_numbers(solid, known) for solid in solids)
    return tuple(TopoDS.Face(known.FindKey(number)) for number in range(1, known.Extent() + 1)), faces_of


def _numbers(solid: Shape, known: ShapeMap) -> tuple[int, ...]:
    TopExp.MapShapes_s(solid, TopAbs_FACE, known)
    return tuple(dict.fromkeys(known.FindIndex(face) - 1 for face in explore(solid, TopAbs_FACE)))
