"""What a STEP file says of its bodies: name, colour and material. The nearest label that says something wins."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from OCP.Quantity import Quantity_Color
from OCP.TDataStd import TDataStd_TreeNode
from OCP.TDF import TDF_Label
from OCP.TopAbs import TopAbs_FACE
from OCP.XCAFDoc import (
    XCAFDoc_ColorGen,
    XCAFDoc_ColorSurf,
    XCAFDoc_ColorTool,
    XCAFDoc_DocumentTool,
    XCAFDoc_Material,
    XCAFDoc_ShapeTool,
)

from marketplace.adapters.geometry_kernel.brep import labels
from marketplace.adapters.geometry_kernel.brep.labels import Label
from marketplace.adapters.geometry_kernel.brep.part import Item
from marketplace.adapters.geometry_kernel.brep.structure import Body, Structure

GIVEN_BY_THE_KERNEL: Final = ("SOLID", "COMPOUND", "COMPSOLID", "SHELL", "Open CASCADE STEP translator")
"""How OpenCASCADE calls what has no name, when it reads and when it writes."""


def of(document: Any, structure: Structure) -> tuple[Item, ...]:
    """An item for each body of the structure, in its order."""
    tool = XCAFDoc_DocumentTool.ShapeTool_s(document.Main())
    return tuple(_item(tool, body) for body in structure.bodies)


def _item(tool: Any, body: Body) -> Item:
    own = [*_of_solid(tool, body), body.prototype]
    speaking = own if body.used is None else [body.used, *own]
    named = own if body.owner is None else [*own, body.owner]
    return Item(
        solids=tuple(body.solids),
        name=next(filter(None, map(_name, named)), None),
        colour=next(filter(None, map(_colour, speaking)), None) or _commonest(_colours_of_faces(body.prototype)),
        material=next(filter(None, map(_material, speaking)), None),
    )


def _of_solid(tool: Any, body: Body) -> list[Label]:
    """The label of the solid itself, where it is one of several in its part."""
    found = TDF_Label()
    return [found] if tool.FindSubShape(body.prototype, body.shape, found) and not found.IsNull() else []


def _name(label: Label) -> str | None:
    """What the file calls it, where somebody gave it a name."""
    name = labels.name(label)
    return None if name is None or name.startswith(GIVEN_BY_THE_KERNEL) else name


def _colour(label: Label) -> str | None:
    colour = Quantity_Color()
    for kind in (XCAFDoc_ColorSurf, XCAFDoc_ColorGen):
        if XCAFDoc_ColorTool.GetColor_s(label, kind, colour):
            return str(Quantity_Color.ColorToHex_s(colour, True).ToCString()).lower()
    return None


def _colours_of_faces(prototype: Label) -> Iterator[str]:
    for label in labels.listed(lambda found: XCAFDoc_ShapeTool.GetSubShapes_s(prototype, found)):
        if XCAFDoc_ShapeTool.GetShape_s(label).ShapeType() == TopAbs_FACE and (colour := _colour(label)):
            yield colour


def _commonest(colours: Iterator[str]) -> str | None:
    return next((colour for colour, _ in Counter(colours).most_common(1)), None)


def _material(label: Label) -> str | None:
    """A material hangs above the label in one of its trees."""
    for node in labels.attributes(label):
        if isinstance(node, TDataStd_TreeNode) and node.HasFather():
            material = labels.attribute(node.Father().Label(), XCAFDoc_Material)
            if material is not None and material.GetName() is not None:
                return labels.text(material.GetName().ToCString())
    return None
