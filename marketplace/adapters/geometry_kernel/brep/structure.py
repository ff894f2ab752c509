"""The structure of a STEP file: which solids it holds, where each instance sits, which items they are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from OCP.collections import IndexedMap_TopoDS_Shape_TopTools_ShapeMapHasher as ShapeMap
from OCP.TDF import TDF_Label
from OCP.TopAbs import TopAbs_EDGE, TopAbs_FACE, TopAbs_SHELL, TopAbs_SOLID, TopAbs_WIRE
from OCP.TopExp import TopExp_Explorer
from OCP.TopLoc import TopLoc_Location
from OCP.XCAFDoc import XCAFDoc_DocumentTool, XCAFDoc_ShapeTool

from marketplace.adapters.geometry_kernel.brep import labels
from marketplace.adapters.geometry_kernel.brep.labels import Label
from marketplace.adapters.geometry_kernel.brep.shapes import Shape, explore
from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.geometry.errors import TooComplex

MAX_INSTANCES: Final = 10_000
"""Instances of parts and of assemblies together: nested ones multiply, so they are counted while they unfold."""


@dataclass(frozen=True, slots=True)
class Body:
    """The solids in place that are instances of one, and the labels that speak of it where it first occurs."""

    solids: list[int]
    shape: Shape
    prototype: Label
    """The part that it is, or is one of."""
    used: Label | None
    """Its place in an assembly, where it may have another colour."""
    owner: Label | None
    """That assembly."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Solids in place, the bodies they are instances of, and what lies beside them."""

    solids: list[Shape] = field(default_factory=list)
    bodies: list[Body] = field(default_factory=list)
    surfaces: list[Shape] = field(default_factory=list)
    """Shells, and faces without a shell, that belong to no solid."""
    wires: list[Shape] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Instance:
    """A part or assembly where it sits; `used` is the label of its place in the assembly `owner`."""

    prototype: Label
    place: TopLoc_Location
    used: Label | None = None
    owner: Label | None = None


@dataclass(frozen=True, slots=True)
class _Contents:
    """What one part holds, before it is put anywhere."""

    solids: list[Shape]
    surfaces: list[Shape]
    wires: list[Shape]
    faces: int


def of(document: Any, limits: Limits) -> Structure:
    """Unfold the document. Raises TooComplex for more than 10,000 instances or too many faces."""
    instances = list(_parts(document))
    known, contents = ShapeMap(), list[_Contents]()
    within = [_known(XCAFDoc_ShapeTool.GetShape_s(instance.prototype), known, contents) for instance in instances]
    _few_enough(sum(contents[number].faces for number in within), limits)
    unfolded, bodies = Structure(), ShapeMap()
    for instance, number in zip(instances, within, strict=True):
        _put(contents[number], instance, unfolded, bodies)
    return unfolded


def _parts(document: Any) -> Iterator[_Instance]:
    """Every part of the tree in place, depth first, in the order of the file."""
    tool = XCAFDoc_DocumentTool.ShapeTool_s(document.Main())
    waiting = [_Instance(label, TopLoc_Location()) for label in reversed(labels.listed(tool.GetFreeShapes))]
    unfolded = 0
    while waiting:
        instance = waiting.pop()
        unfolded += 1
        if XCAFDoc_ShapeTool.IsAssembly_s(instance.prototype):
            waiting.extend(reversed(list(_within(instance))))
        elif not XCAFDoc_ShapeTool.GetShape_s(instance.prototype).IsNull():
            yield instance
        if unfolded + len(waiting) > MAX_INSTANCES:
            raise TooComplex(f"The assembly has more than {MAX_INSTANCES:,} parts. Please split it.")


def _within(assembly: _Instance) -> Iterator[_Instance]:
    for used in labels.listed(lambda found: XCAFDoc_ShapeTool.GetComponents_s(assembly.prototype, found, False)):
        prototype = TDF_Label()
        if XCAFDoc_ShapeTool.GetReferredShape_s(used, prototype) and not prototype.IsNull():
            yield _Instance(
                prototype, assembly.place.Multiplied(XCAFDoc_ShapeTool.GetLocation_s(used)), used, assembly.prototype
            )


def _known(shape: Shape, known: ShapeMap, contents: list[_Contents]) -> int:
    """The number of the shape's contents, which are looked up once however often it is used."""
    number = int(known.Add(shape))
    if number > len(contents):
        contents.append(_contents(shape))
    return number - 1


def _contents(shape: Shape) -> _Contents:
    return _Contents(
        solids=list(explore(shape, TopAbs_SOLID)),
        surfaces=[*_outside(shape, TopAbs_SHELL, TopAbs_SOLID), *_outside(shape, TopAbs_FACE, TopAbs_SHELL)],
        wires=[*_outside(shape, TopAbs_WIRE, TopAbs_FACE), *_outside(shape, TopAbs_EDGE, TopAbs_WIRE)],
        faces=sum(1 for _ in explore(shape, TopAbs_FACE)),
    )


def _outside(shape: Shape, kind: Any, owner: Any) -> Iterator[Shape]:
    """Sub-shapes of a kind that belong to no owner."""
    explorer = TopExp_Explorer(shape, kind, owner)
    while explorer.More():
        yield explorer.Current()
        explorer.Next()


def _few_enough(faces: int, limits: Limits) -> None:
    if faces > limits.faces:
        raise TooComplex(f"The part has more than {limits.faces:,} faces. Please simplify it.", limit=limits.faces)


def _put(contents: _Contents, instance: _Instance, unfolded: Structure, known: ShapeMap) -> None:
    for solid in contents.solids:
        number = int(known.Add(solid.Located(TopLoc_Location())))
        if number > len(unfolded.bodies):
            unfolded.bodies.append(Body([], solid, instance.prototype, instance.used, instance.owner))
        unfolded.bodies[number - 1].solids.append(len(unfolded.solids))
        unfolded.solids.append(solid.Moved(instance.place))
    unfolded.surfaces.extend(surface.Moved(instance.place) for surface in contents.surfaces)
    unfolded.wires.extend(contents.wires)
