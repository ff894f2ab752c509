"""The labelled tree of a STEP document (OpenCASCADE's XCAF): its labels, their attributes and names.

`TDF_Label.FindAttribute` of this binding crashes where the attribute is absent, and gives an empty one for dimensions;
attributes are therefore always listed.
"""

from collections.abc import Callable, Iterator
from typing import Any

from OCP.collections import Sequence_TDF_Label
from OCP.TDataStd import TDataStd_Name
from OCP.TDF import TDF_AttributeIterator

Label = Any  # OCP's types carry no annotations


def listed(fill: Callable[..., object], *about: object) -> list[Label]:
    """The labels that one of XCAF's questions answers with; it takes them as its last argument."""
    labels = Sequence_TDF_Label()
    fill(*about, labels)
    return of(labels)


def of(labels: Any) -> list[Label]:
    """The labels of a sequence."""
    return [labels.Value(number) for number in range(1, labels.Length() + 1)]


def attributes(label: Label) -> Iterator[Any]:
    """All attributes of a label."""
    iterator = TDF_AttributeIterator(label)
    while iterator.More():
        yield iterator.Value()
        iterator.Next()


def attribute(label: Label, kind: type) -> Any:
    """The label's attribute of a kind, or None."""
    return next((found for found in attributes(label) if isinstance(found, kind)), None)


def name(label: Label) -> str | None:
    """What the file calls it, at most 200 characters; None where it says nothing."""
    found = attribute(label, TDataStd_Name)
    return None if found is None else text(found.Get().ToExtString())


def text(words: str) -> str | None:
    """Words on one line that can be stored and shown, at most 200 characters; None where there are none."""
    spaced = "".join(sign if sign.isprintable() else " " for sign in words)
    return " ".join(spaced.split())[:200] or None
