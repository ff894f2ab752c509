"""3MF: objects, placed by items of a build, in units that the file declares; everything arrives in millimetres.

Specification: 3MF Core 1.3, Production Extension 1.1 (3mf.io); the archive follows ISO/IEC 29500-2 (OPC).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final
from xml.parsers import expat

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes import model_xml
from marketplace.adapters.geometry_kernel.meshes.instances import Instances, placed
from marketplace.adapters.geometry_kernel.meshes.model_xml import ModelPart
from marketplace.adapters.geometry_kernel.meshes.package import Package
from marketplace.geometry.errors import Unreadable
from marketplace.geometry.values import Remark, RemarkKind, Units

_MODEL_TYPE: Final = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"
_RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_AGAIN: Final = "Please export it again."

_DECLARED: Final = {
    "millimeter": Units.MM,
    "centimeter": Units.CM,
    "meter": Units.M,
    "inch": Units.INCH,
}
_CONVERTED: Final = {"micron": Fraction(1, 1000), "foot": Fraction(3048, 10)}
"""Units of 3MF that are none of ours (foot: international yard and pound agreement, 1959); millimetres in one."""


@dataclass(frozen=True, slots=True)
class Model:
    """What a 3MF file builds, in millimetres."""

    units: Units
    built: Instances
    remarks: tuple[Remark, ...]


def read(path: Path, limits: Limits) -> Model:
    """The build of a 3MF file. Raises Unreadable, OutOfRange, TooComplex or NoGeometry."""
    with Package(path) as package:
        if "[Content_Types].xml" not in package:
            raise Unreadable(f"The archive does not say what it holds. {_AGAIN}")
        root = _root(package)
        parts = _parts(package, root, limits)
    units, millimetres, remarks = _units(parts[root].unit)
    built = placed(parts, root, millimetres=float(millimetres), limits=limits)
    return Model(units, built, (*remarks, *built.remarks))


def _root(package: Package) -> str:
    """The model part that the archive's relationships name."""
    targets: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name == _RELATIONSHIP and given.get("Type") == _MODEL_TYPE:
            targets.append(given.get("Target", ""))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = model_xml.refuse_doctype
    try:
        for piece in package.pieces("_rels/.rels"):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise Unreadable(f"The 3MF file's relationships are not well formed. {_AGAIN}") from error
    if len(set(targets)) != 1:
        raise Unreadable(f"The 3MF file does not name one model. {_AGAIN}")
    return folded(targets[0])


def folded(path: str) -> str:
    """A part's name as it is compared: from the root, without case."""
    return path.removeprefix("/").lower()


def _parts(package: Package, root: str, limits: Limits) -> dict[str, ModelPart]:
    """The root model and every model part that the production extension names from there on."""
    parts: dict[str, ModelPart] = {}
    waiting = [root]
    while waiting:
        path = waiting.pop()
        if path in parts:
            continue
        parts[path] = model_xml.parsed(package.pieces(path), limits)
        if parts[path].unit != parts[root].unit:
            raise Unreadable(f"The 3MF file's models are drawn in different units. {_AGAIN}")
        waiting += _named(parts[path])
    return parts


def _named(part: ModelPart) -> Iterator[str]:
    for reference in [*(part.items or []), *(one for shape in part.shapes.values() for one in shape.components)]:
        if reference.path is not None:
            yield folded(reference.path)


def _units(unit: str) -> tuple[Units, Fraction, tuple[Remark, ...]]:
    if unit in _DECLARED:
        return _DECLARED[unit], _DECLARED[unit].millimetres, ()
    if unit not in _CONVERTED:
        raise Unreadable(f"The 3MF file is drawn in units that 3MF does not know. {_AGAIN}")
    remark = Remark(RemarkKind.MENDED, f"The file is drawn in units of one {unit}; it was converted to millimetres.")
    return Units.MM, _CONVERTED[unit], (remark,)
