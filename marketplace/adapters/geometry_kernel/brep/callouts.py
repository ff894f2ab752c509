"""Product manufacturing information: dimensions, geometric tolerances and datums, each with the faces it is about.

Lengths arrive in millimetres and angles in degrees. What cannot be read is skipped: it is said beside the geometry, and
no figure depends on it. ISO 1101 and ASME Y14.5 name the kinds, modifiers and datums.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import isfinite
from typing import Any, Final

from OCP.collections import Sequence_TDF_Label
from OCP.Standard import Standard_Failure
from OCP.TopAbs import TopAbs_FACE
from OCP.XCAFDoc import (
    XCAFDoc_Datum,
    XCAFDoc_Dimension,
    XCAFDoc_DimTolTool,
    XCAFDoc_DocumentTool,
    XCAFDoc_GeomTolerance,
    XCAFDoc_ShapeTool,
)

from marketplace.adapters.geometry_kernel.brep import labels
from marketplace.adapters.geometry_kernel.brep.labels import Label
from marketplace.adapters.geometry_kernel.brep.shapes import Shape, explore, rounded
from marketplace.geometry.features import Callout, CalloutKind
from marketplace.geometry.figures import MAX_LENGTH_MM

MAX_CALLOUTS: Final = 1_000
MAX_FACES: Final = 64
MAX_WORDS: Final = 8

_UNREADABLE: Final = (Standard_Failure, ArithmeticError, AttributeError, RuntimeError, TypeError, ValueError)
_THREAD: Final = re.compile(r"\b(?:M\d|G\d|UN[CFJ]|NPT|BSP|Tr\d)", re.IGNORECASE)
_MATERIAL: Final = {"M": "maximum material", "L": "least material"}


class _Numbers:
    """Numbers of faces by the face itself, wherever instances of it sit."""

    def __init__(self, faces: tuple[Shape, ...]) -> None:
        self._numbers: dict[Any, list[int]] = {}
        for number, face in enumerate(faces):
            self._numbers.setdefault(face.TShape(), []).append(number)

    def of(self, label: Label) -> tuple[int, ...]:
        """The faces that a dimension, tolerance or datum is about, at most 64."""
        first, second = Sequence_TDF_Label(), Sequence_TDF_Label()
        XCAFDoc_DimTolTool.GetRefShapeLabel_s(label, first, second)
        shapes = [XCAFDoc_ShapeTool.GetShape_s(each) for each in (*labels.of(first), *labels.of(second))]
        faces = (face for shape in shapes if not shape.IsNull() for face in explore(shape, TopAbs_FACE))
        found = {number for face in faces for number in self._numbers.get(face.TShape(), ())}
        return tuple(sorted(found)[:MAX_FACES])


def callouts(document: Any, faces: tuple[Shape, ...]) -> tuple[Callout, ...]:
    """What the document attaches to faces: dimensions, then tolerances, then datums, at most 1,000."""
    tool = XCAFDoc_DocumentTool.DimTolTool_s(document.Main())
    numbers = _Numbers(faces)
    dimensions = _read(tool.GetDimensionLabels, _dimension, numbers)
    tolerances = _read(tool.GetGeomToleranceLabels, _tolerance, numbers)
    return (*dimensions, *tolerances, *_by_letter(_read(tool.GetDatumLabels, _datum, numbers)))[:MAX_CALLOUTS]


def _read(fill: Callable[..., object], one: Callable[..., Callout | None], numbers: _Numbers) -> list[Callout]:
    found: list[Callout] = []
    for label in labels.listed(fill)[: 10 * MAX_CALLOUTS]:
        with suppress(*_UNREADABLE):
            if (callout := one(label, numbers)) is not None:
                found.append(callout)
    return found


def _dimension(label: Label, numbers: _Numbers) -> Callout | None:
    dimension = labels.attribute(label, XCAFDoc_Dimension).GetObject()
    kind, said = _kind(dimension), _said(dimension)
    faces = numbers.of(label)
    if kind is None or dimension.GetValues() is None:
        return Callout(CalloutKind.NOTE, said, faces=faces) if said and _THREAD.search(said) else None
    value = rounded(dimension.GetValue())
    if not 0 < value <= MAX_LENGTH_MM:
        return None
    if kind is CalloutKind.ANGLE:
        return Callout(kind, said, value_deg=value, faces=faces) if value <= 360 else None
    plus, minus = _limits(dimension, value)
    return Callout(
        kind, said, value_mm=value, plus_mm=plus, minus_mm=minus, modifiers=_modifiers(dimension), faces=faces
    )


def _kind(dimension: Any) -> CalloutKind | None:
    """None for a presentation without meaning."""
    name = str(dimension.GetType().name).partition("_DimensionType_")[2]
    if not name.startswith(("Size_", "Location_")) or name == "Location_None":
        return None
    kinds = (CalloutKind.DIAMETER, CalloutKind.RADIUS)
    is_angle = "angular" in name.lower() or "angle" in name.lower()
    measured = CalloutKind.ANGLE if is_angle else CalloutKind.LENGTH
    return next((kind for kind in kinds if kind.value in name.lower()), measured)


def _limits(dimension: Any, value: float) -> tuple[float | None, float | None]:
    """The upper and the lower deviation, negative below the value. OpenCASCADE drops the sign of a stated lower one."""
    if dimension.IsDimWithRange():
        return _deviation(dimension.GetUpperBound() - value), _deviation(dimension.GetLowerBound() - value)
    if dimension.IsDimWithPlusMinusTolerance():
        return _deviation(dimension.GetUpperTolValue()), _deviation(-abs(dimension.GetLowerTolValue()))
    return None, None


def _deviation(length: float) -> float | None:
    return rounded(length) + 0.0 if isfinite(length) and abs(length) <= MAX_LENGTH_MM else None


def _said(dimension: Any) -> str | None:
    """What is written beside the value, or a name that speaks of a thread."""
    written = [dimension.GetDescription(number) for number in range(min(dimension.NbDescriptions(), MAX_WORDS))]
    named = [dimension.GetPresentationName(), dimension.GetSemanticName()]
    words = [text.ToCString() for text in written if text is not None]
    words += [text.ToCString() for text in named if text is not None and _THREAD.search(text.ToCString())]
    return labels.text(" ".join(words))


def _tolerance(label: Label, numbers: _Numbers) -> Callout | None:
    tolerance = labels.attribute(label, XCAFDoc_GeomTolerance).GetObject()
    name = _words(tolerance.GetType(), "_GeomToleranceType_")
    value = rounded(tolerance.GetValue())
    if not name or not 0 <= value <= MAX_LENGTH_MM:
        return None
    return Callout(
        CalloutKind.TOLERANCE,
        name,
        value_mm=value,
        datums=tuple(dict.fromkeys(_datums(label)))[:MAX_WORDS],
        modifiers=_tolerance_modifiers(tolerance),
        faces=numbers.of(label),
    )


def _datums(tolerance: Label) -> list[str]:
    """Letters of the tolerance's datums, the primary first."""
    found = labels.listed(lambda into: XCAFDoc_DimTolTool.GetDatumOfTolerLabels_s(tolerance, into))
    objects = [labels.attribute(label, XCAFDoc_Datum).GetObject() for label in found]
    lettered = sorted((datum.GetPosition(), letter) for datum in objects if (letter := _letter(datum)))
    return [letter for _, letter in lettered]


def _letter(datum: Any) -> str | None:
    return None if datum.GetName() is None else labels.text(datum.GetName().ToCString())


def _tolerance_modifiers(tolerance: Any) -> tuple[str, ...]:
    zone = _words(tolerance.GetTypeOfValue(), "_GeomToleranceTypeValue_")
    material = str(tolerance.GetMaterialRequirementModifier().name).rpartition("_")[2]
    words = (zone, _MATERIAL.get(material, ""), _words(tolerance.GetZoneModifier(), "_GeomToleranceZoneModif_"))
    return (*(word for word in words if word), *_modifiers(tolerance))[:MAX_WORDS]


def _modifiers(annotated: Any) -> tuple[str, ...]:
    found = annotated.GetModifiers()
    each = (found.Value(number) for number in range(1, min(found.Length(), MAX_WORDS) + 1))
    return tuple(filter(None, (_words(modifier, "Modif_", "Modifier_") for modifier in each)))


def _words(member: Any, *after: str) -> str:
    """The name of an enumeration's member in plain words: `…_ProfileOfSurface` is “profile of surface”."""
    name = str(member.name)
    for prefix in after:
        name = name.rpartition(prefix)[2]
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower().strip()
    return "" if spaced == "none" else spaced


def _datum(label: Label, numbers: _Numbers) -> Callout | None:
    letter = _letter(labels.attribute(label, XCAFDoc_Datum).GetObject())
    return Callout(CalloutKind.DATUM, letter, faces=numbers.of(label)) if letter else None


def _by_letter(datums: list[Callout]) -> Iterator[Callout]:
    """One datum for each letter, with the faces of all its targets: files repeat it for each tolerance."""
    faces: dict[str | None, set[int]] = {}
    for datum in datums:
        faces.setdefault(datum.name, set()).update(datum.faces)
    for letter in sorted(faces, key=str):
        yield Callout(CalloutKind.DATUM, letter, faces=tuple(sorted(faces[letter])[:MAX_FACES]))
