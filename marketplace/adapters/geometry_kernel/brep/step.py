"""STEP (AP203, AP214, AP242): read once, with its structure, names, colours, materials and annotations.

Solids only are counted: free surfaces and construction wires are in real files, and falsify a compound's figures.
OpenCASCADE turns solids that are inside out, and converts lengths to millimetres.
"""

from pathlib import Path
from typing import Any, Final

from OCP.BRep import BRep_Tool
from OCP.BRepBuilderAPI import BRepBuilderAPI_MakeSolid
from OCP.BRepLib import BRepLib
from OCP.collections import Sequence_TCollection_AsciiString
from OCP.IFSelect import IFSelect_RetDone
from OCP.Message import Message
from OCP.STEPCAFControl import STEPCAFControl_Reader
from OCP.TCollection import TCollection_ExtendedString
from OCP.TDocStd import TDocStd_Document
from OCP.TopAbs import TopAbs_FACE, TopAbs_SHELL
from OCP.TopoDS import TopoDS

from marketplace.adapters.geometry_kernel.brep import callouts, items, structure
from marketplace.adapters.geometry_kernel.brep.part import Item, Part, numbered
from marketplace.adapters.geometry_kernel.brep.shapes import Shape, explore
from marketplace.adapters.geometry_kernel.brep.structure import Structure
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import FileTooLarge, NoGeometry, Unreadable
from marketplace.geometry.values import Remark, RemarkKind, Units

_UNITS: Final = {
    "millimetre": Units.MM,
    "millimeter": Units.MM,
    "mm": Units.MM,
    "centimetre": Units.CM,
    "centimeter": Units.CM,
    "cm": Units.CM,
    "metre": Units.M,
    "meter": Units.M,
    "m": Units.M,
    "inch": Units.INCH,
    "inches": Units.INCH,
    "in": Units.INCH,
}


def read(path: Path, limits: Limits) -> Part:
    """Read a STEP file. Raises FileTooLarge, Unreadable, NoGeometry or TooComplex."""
    _small_enough(path, limits)
    reader = _opened(path)
    units, remarks = _declared_units(reader)
    document = _transferred(reader)
    found = structure.of(document, limits)
    about = items.of(document, found)
    if not found.solids and (closed := _made_solid(found)).solids:
        found, about = closed, tuple(Item((number,)) for number in range(len(closed.solids)))
        remarks.append(_mended(len(closed.solids)))
    faces, faces_of = numbered(found.solids)
    return Part(
        solids=tuple(found.solids),
        loose=_loose(found),
        faces=faces,
        faces_of=faces_of,
        units=units,
        items=about,
        callouts=callouts.callouts(document, faces),
        remarks=(*remarks, *_left_out(found)),
    )


def _small_enough(path: Path, limits: Limits) -> None:
    if path.stat().st_size > limits.step_bytes:
        raise FileTooLarge(f"The STEP file is larger than {limits.step_bytes >> 20} MB. Export a simpler model.")


def _opened(path: Path) -> Any:
    Message.DefaultMessenger_s().ChangePrinters().Clear()  # it writes to standard output
    reader = STEPCAFControl_Reader()
    for mode in (reader.SetNameMode, reader.SetColorMode, reader.SetMatMode, reader.SetGDTMode):
        mode(True)
    for mode in (reader.SetLayerMode, reader.SetPropsMode, reader.SetViewMode):
        mode(False)
    if reader.ReadFile(str(path)) != IFSelect_RetDone:
        raise Unreadable("The STEP file does not follow its grammar. Please export it again.")
    return reader


def _transferred(reader: Any) -> Any:
    document = TDocStd_Document(TCollection_ExtendedString("MDTV-XCAF"))
    if not reader.Transfer(document):
        raise NoGeometry("The STEP file has no bodies or surfaces. Please export the part again.")
    return document


def _declared_units(reader: Any) -> tuple[Units | None, list[Remark]]:
    """The unit of length the file states; None, with a remark, where it states several or one we have no name for."""
    lengths, angles, solid_angles = (Sequence_TCollection_AsciiString() for _ in range(3))
    reader.ChangeReader().FileUnits(lengths, angles, solid_angles)
    stated = {str(lengths.Value(number).ToCString()).strip().lower() for number in range(1, lengths.Length() + 1)}
    known = {_UNITS.get(name) for name in stated}
    if len(known) == 1 and (units := known.pop()) is not None:
        return units, []
    named = ", ".join(sorted(stated))[:200] or "none"
    message = f"The file's unit of length is not one we know ({named}). Please check the size of the part."
    return None, [Remark(RemarkKind.NOT_MEASURED, message)]


def _made_solid(found: Structure) -> Structure:
    """Shells that are closed as they stand, as solids: some programs write a body as its skin only."""
    shells = [shape for shape in found.surfaces if shape.ShapeType() == TopAbs_SHELL]
    closed = [shell for shell in shells if BRep_Tool.IsClosed_s(shell)]
    others = [shape for shape in found.surfaces if not any(shape.IsSame(shell) for shell in closed)]
    return Structure([_solid(shell) for shell in closed], [], others, found.wires)


def _solid(shell: Shape) -> Shape:
    solid = BRepBuilderAPI_MakeSolid(TopoDS.Shell(shell)).Solid()
    BRepLib.OrientClosedSolid_s(solid)
    return solid


def _mended(count: int) -> Remark:
    bodies = "1 closed skin was" if count == 1 else f"{count:,} closed skins were"
    return Remark(RemarkKind.MENDED, f"The file has surfaces but no solid; {bodies} taken as solid.")


def _left_out(found: Structure) -> list[Remark]:
    """What the file holds beside its solids, which is not counted."""
    if not found.solids:
        return []
    counted = ((len(found.surfaces), "surface"), (len(found.wires), "wire"))
    named = [f"{count:,} {thing}{'s' if count > 1 else ''}" for count, thing in counted if count]
    message = f"The file holds {' and '.join(named)} beside its solids; they were not counted."
    return [Remark(RemarkKind.LEFT_OUT, message)] if named else []


def _loose(found: Structure) -> tuple[Shape, ...]:
    return tuple(TopoDS.Face(face) for surface in found.surfaces for face in explore(surface, TopAbs_FACE))
