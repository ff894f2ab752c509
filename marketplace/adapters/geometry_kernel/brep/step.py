"""STEP: OpenCASCADE measures each solid by itself, exactly, in millimetres.

Free surfaces and construction wires beside the solids are not counted: they are in real files and falsify a compound.
"""

from collections.abc import Iterable
from math import isfinite
from pathlib import Path
from typing import Any, Final

from OCP.Bnd import Bnd_Box
from OCP.BRep import BRep_Tool
from OCP.BRepBndLib import BRepBndLib
from OCP.BRepCheck import BRepCheck_Analyzer
from OCP.BRepGProp import BRepGProp
from OCP.collections import Sequence_TCollection_AsciiString
from OCP.GProp import GProp_GProps
from OCP.IFSelect import IFSelect_RetDone
from OCP.STEPControl import STEPControl_Reader
from OCP.TopAbs import TopAbs_FACE, TopAbs_SHELL, TopAbs_SOLID

from marketplace.adapters.geometry_kernel.brep import holes
from marketplace.adapters.geometry_kernel.brep.shapes import Shape, explore, rounded
from marketplace.adapters.geometry_kernel.engines import ENGINES
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import FileTooLarge, NoGeometry, NotFinite, OutOfRange, TooComplex, Unreadable
from marketplace.geometry.features import Hole
from marketplace.geometry.figures import MAX_LENGTH_MM, Sides
from marketplace.geometry.values import FileKind, Measurement, Units

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
    "in": Units.INCH,
}


def measure(path: Path, limits: Limits) -> Measurement:
    """Measure a STEP file. Raises FileTooLarge, Unreadable, NoGeometry, NotFinite, OutOfRange or TooComplex.

    A file of surfaces only is measured (area and box) and is not closed.
    """
    _small_enough(path, limits)
    shape, units = _read(path)
    solids = list(explore(shape, TopAbs_SOLID))
    measured = solids or list(explore(shape, TopAbs_FACE))
    faces = sum(1 for part in measured for _ in explore(part, TopAbs_FACE))
    _measurable(faces, limits)
    volumes = [_volume(solid) for solid in solids]
    is_closed = bool(solids) and all(map(_is_closed, solids, volumes))
    return Measurement(
        kind=FileKind.STEP,
        declared_units=units,
        volume_mm3=sum(volumes) if is_closed else 0.0,
        area_mm2=sum(_area(part) for part in measured),
        box_mm=_box(measured),
        is_closed=is_closed,
        bodies=len(solids),
        triangles=None,
        faces=faces,
        holes=_holes(solids),
        engine=ENGINES[FileKind.STEP],
    )


def _small_enough(path: Path, limits: Limits) -> None:
    if path.stat().st_size > limits.step_bytes:
        raise FileTooLarge(f"The STEP file is larger than {limits.step_bytes >> 20} MB. Export a simpler model.")


def _read(path: Path) -> tuple[Shape, Units | None]:
    reader = STEPControl_Reader()
    if reader.ReadFile(str(path)) != IFSelect_RetDone:
        raise Unreadable("The STEP file does not follow its grammar. Please export it again.")
    units = _declared_units(reader)
    reader.TransferRoots()
    shape = reader.OneShape()
    if shape is None or shape.IsNull():
        raise NoGeometry("The STEP file has no bodies or surfaces. Please export the part again.")
    return shape, units


def _declared_units(reader: Any) -> Units | None:
    """The unit of length the file states. OpenCASCADE has already converted the geometry to millimetres."""
    lengths, angles, solid_angles = (Sequence_TCollection_AsciiString() for _ in range(3))
    reader.FileUnits(lengths, angles, solid_angles)
    if lengths.Length() == 0:
        return None
    return _UNITS.get(str(lengths.Value(1).ToCString()).strip().lower())


def _measurable(faces: int, limits: Limits) -> None:
    if faces == 0:
        raise NoGeometry("The STEP file has no bodies or surfaces. Please export the part again.")
    if faces > limits.faces:
        raise TooComplex(f"The part has more than {limits.faces:,} faces. Please simplify it.", limit=limits.faces)


def _volume(solid: Shape) -> float:
    properties = GProp_GProps()
    BRepGProp.VolumeProperties_s(solid, properties)
    return _finite(properties.Mass())


def _area(shape: Shape) -> float:
    properties = GProp_GProps()
    BRepGProp.SurfaceProperties_s(shape, properties)
    return _finite(properties.Mass())


def _is_closed(solid: Shape, volume: float) -> bool:
    """A valid solid of closed shells around a positive volume."""
    shells = list(explore(solid, TopAbs_SHELL))
    has_closed_shells = bool(shells) and all(BRep_Tool.IsClosed_s(shell) for shell in shells)
    return volume > 0 and has_closed_shells and bool(BRepCheck_Analyzer(solid).IsValid())


def _box(shapes: Iterable[Shape]) -> Sides:
    """Sides of the exact axis-aligned box around all shapes, from the geometry and not from a mesh."""
    box = Bnd_Box()
    for shape in shapes:
        BRepBndLib.AddOptimal_s(shape, box, False, False)
    if box.IsVoid() or box.IsOpen():
        raise OutOfRange("The part has surfaces without an end. Please export bodies that are bounded.")
    low, high = box.CornerMin(), box.CornerMax()
    sides = (high.X() - low.X(), high.Y() - low.Y(), high.Z() - low.Z())
    if max(map(_finite, sides)) > MAX_LENGTH_MM:
        raise OutOfRange("The part is longer than ten kilometres. Please check its units.")
    x, y, z = (max(0.0, rounded(side)) for side in sides)
    return (x, y, z)


def _finite(figure: float) -> float:
    if not isfinite(figure):
        raise NotFinite("The file has coordinates that are no numbers. Please export the part again.")
    return figure


def _holes(solids: list[Shape]) -> tuple[Hole, ...]:
    return tuple(hole for solid in solids for hole in holes.of(solid))
