"""One model part of a 3MF file: its objects and what it builds, from XML that may be hostile.

Grammar: 3MF Core Specification 1.3 and Production Extension 1.1 (3mf.io). A document type is refused at sight, so there
are no entities to expand and nothing outside to fetch; elements are taken as they pass and never kept.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

import numpy as np

from marketplace.adapters.geometry_kernel.limits import Limits
from marketplace.adapters.geometry_kernel.meshes.mesh import Floats
from marketplace.adapters.geometry_kernel.meshes.soup import few_enough
from marketplace.geometry.errors import OutOfRange, TooComplex, Unreadable
from marketplace.geometry.figures import MAX_LENGTH_MM

CORE: Final = "http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
PRODUCTION: Final = "http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
_HARMLESS: Final = (
    CORE,
    PRODUCTION,
    "http://schemas.microsoft.com/3dmanufacturing/material/2015/02",
    "http://schemas.microsoft.com/3dmanufacturing/slice/2015/07",
    "http://schemas.microsoft.com/3dmanufacturing/trianglesets/2021/07",
)
"""Extensions that leave the shape of a mesh as it is."""

MAX_REFERENCES: Final = 100_000
MAX_OBJECTS: Final = 100_000
MAX_DEPTH: Final = 64
_AGAIN: Final = "Please export it again."

_MODEL, _OBJECT, _MESH, _VERTICES, _VERTEX, _TRIANGLES, _TRIANGLE, _COMPONENTS, _COMPONENT, _BUILD, _ITEM = (
    f"{CORE} {name}"
    for name in (
        "model", "object", "mesh", "vertices", "vertex", "triangles", "triangle",
        "components", "component", "build", "item",
    )
)  # fmt: skip
_PATH: Final = f"{PRODUCTION} path"
_RESOURCES: Final = f"{CORE} resources"


@dataclass(frozen=True, slots=True)
class Reference:
    """An object placed: by a component of another object, or by an item of the build."""

    path: str | None
    """The model part that holds the object; None for the same."""
    number: str
    transform: Floats
    """(4, 3): a point is a row that is multiplied from the left; the last row moves it."""


@dataclass(slots=True)
class Shape:
    """An object: a mesh, or other objects placed."""

    kind: str
    name: str | None
    coordinates: "array[float]" = field(default_factory=lambda: array("d"))
    corners: "array[int]" = field(default_factory=lambda: array("i"))
    components: list[Reference] = field(default_factory=list)
    is_known: bool = False
    """Whether it has a mesh or components, and nothing beside that changes its shape."""


@dataclass(slots=True)
class ModelPart:
    """What one model part says."""

    unit: str = "millimeter"
    shapes: dict[str, Shape] = field(default_factory=dict)
    items: list[Reference] | None = None
    """What is built; None without a build."""


def parsed(pieces: Iterable[bytes], limits: Limits) -> ModelPart:
    """The model part in XML. Raises Unreadable, OutOfRange or TooComplex."""
    return _Reading(limits).read(pieces)


class _Reading:
    def __init__(self, limits: Limits) -> None:
        self._limits, self._part, self._shape = limits, ModelPart(), Shape("", None)
        self._open: list[str] = []
        self._names: dict[str, str] = {}
        self._references = 0

    def read(self, pieces: Iterable[bytes]) -> ModelPart:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = refuse_doctype
        parser.StartNamespaceDeclHandler = self._name
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        try:
            for piece in pieces:
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, OverflowError, LookupError) as error:
            raise Unreadable(f"The 3MF file's model is not well formed. {_AGAIN}") from error
        return self._part

    def _name(self, prefix: str | None, uri: str) -> None:
        if len(self._names) < MAX_DEPTH:
            self._names[prefix or ""] = uri or ""

    def _end(self, _: str) -> None:
        self._open.pop()

    def _start(self, name: str, given: dict[str, str]) -> None:
        parent = self._open[-1] if self._open else ""
        self._open.append(name)
        if name == _TRIANGLE and parent == _TRIANGLES:
            self._shape.corners.extend((int(given["v1"]), int(given["v2"]), int(given["v3"])))
            few_enough(len(self._shape.corners) // 3, self._limits)
        elif name == _VERTEX and parent == _VERTICES:
            self._shape.coordinates.extend((float(given["x"]), float(given["y"]), float(given["z"])))
        else:
            self._rare(name, parent, given)

    def _rare(self, name: str, parent: str, given: dict[str, str]) -> None:
        if len(self._open) > MAX_DEPTH:
            raise TooComplex("The 3MF file's model is nested too deeply.")
        if parent == "":
            self._model(name, given)
        elif parent == _RESOURCES and name == _OBJECT:
            self._object(given)
        elif parent in (_OBJECT, _MESH):
            self._inside_object(name)
        elif (parent, name) == (_COMPONENTS, _COMPONENT):
            self._shape.components.append(self._reference(given))
        elif (parent, name) == (_MODEL, _BUILD):
            self._part.items = self._part.items or []
        elif (parent, name) == (_BUILD, _ITEM) and self._part.items is not None:
            self._part.items.append(self._reference(given))

    def _model(self, name: str, given: dict[str, str]) -> None:
        if name != _MODEL:
            raise Unreadable(f"The 3MF file's model part holds no 3MF model. {_AGAIN}")
        self._part.unit = given.get("unit", "millimeter")
        for prefix in given.get("requiredextensions", "").split():
            if self._names.get(prefix) not in _HARMLESS:
                raise Unreadable(
                    "The 3MF file needs an extension that we do not read. Please export it as a plain mesh."
                )

    def _object(self, given: dict[str, str]) -> None:
        number = given["id"]
        if number in self._part.shapes or len(self._part.shapes) >= MAX_OBJECTS:
            raise Unreadable(f"The 3MF file has two objects of one number, or too many objects. {_AGAIN}")
        self._shape = Shape(given.get("type", "model"), given.get("name"))
        self._part.shapes[number] = self._shape

    def _inside_object(self, name: str) -> None:
        """Lattices, displaced meshes and Boolean shapes change what the mesh alone would be."""
        plain = name in (_MESH, _COMPONENTS)
        if plain and (self._shape.is_known or self._shape.corners):
            raise Unreadable(f"The 3MF file has an object of two shapes. {_AGAIN}")
        if plain:
            self._shape.is_known = True
        elif not name.startswith((CORE, *_HARMLESS)):
            raise Unreadable("The 3MF file has a lattice or another shape that we do not read. Please export a mesh.")

    def _reference(self, given: dict[str, str]) -> Reference:
        self._references += 1
        if self._references > MAX_REFERENCES:
            raise TooComplex(f"The 3MF file places more than {MAX_REFERENCES:,} objects.")
        return Reference(given.get(_PATH), given["objectid"], _transform(given.get("transform")))


def refuse_doctype(*_: object) -> None:
    """Raises Unreadable: a document type could name entities to expand, or files to fetch."""
    raise Unreadable(f"The 3MF file's model has a document type, which 3MF forbids. {_AGAIN}")


def _transform(text: str | None) -> Floats:
    if text is None:
        return np.vstack([np.eye(3), np.zeros(3)])
    transform = np.array([float(word) for word in text.split()]).reshape(4, 3)
    if not (np.abs(transform) <= MAX_LENGTH_MM).all():
        raise OutOfRange(f"The 3MF file places an object where no part can be. {_AGAIN}")
    lengths = float(np.prod(np.linalg.norm(transform[:3], axis=1)))
    if abs(float(np.linalg.det(transform[:3]))) <= 1e-9 * lengths:
        raise Unreadable(f"The 3MF file presses an object flat. {_AGAIN}")
    return transform
