"""What follows from a file's name, its measurement and its units: pure."""

import unicodedata
from typing import Final

from marketplace.geometry.values import UNITLESS, FileKind, Measurement, Units
from marketplace.parts.errors import UnitsDeclaredOtherwise

MOST_REVISIONS: Final = 200
MOST_NAME_CHARS: Final = 200

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, formatting (among it the marks that reverse the direction of text), surrogates, private and unknown."""


def shown_name(sent: str, kind: FileKind) -> str:
    """The name of an upload as it is shown: without folders and unseen characters, at most 200 characters.

    Never a path: files are stored under their hash.
    """
    last = sent.replace("\\", "/").rpartition("/")[2]
    spaced = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", last))
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    return _shortened(" ".join(seen.split()).lstrip(". ")) or f"part.{kind}"


def stem(file_name: str) -> str:
    """What a part is called when nobody named it: its file's name without the ending."""
    return file_name.rpartition(".")[0].strip() or file_name


def in_units(measurement: Measurement, units: Units) -> Measurement:
    """The measurement of a file that was drawn in `units`.

    A STEP file says itself in which (millimetres if it does not) and arrives converted, so that only the same answer
    is taken. An STL says nothing: each figure is multiplied, once, by the exact ratio to the millimetre.
    Raises UnitsDeclaredOtherwise, or OutOfRange when no part can be that large.
    """
    if measurement.kind in UNITLESS:
        return measurement.scaled(units.millimetres)
    declared = measurement.declared_units or Units.MM
    if units is not declared:
        raise UnitsDeclaredOtherwise(
            f"The file itself says that it was drawn in {declared}; confirm {declared}, or export it again in {units}"
            " and upload it as a new revision.",
            declared=declared,
            confirmed=units,
        )
    return measurement


def _shortened(name: str) -> str:
    """Cut in the middle of the stem, so that the ending stays."""
    if len(name) <= MOST_NAME_CHARS:
        return name
    ending = name[-16:].rpartition(".")
    kept = f".{ending[2]}" if ending[1] else ""
    return name[: MOST_NAME_CHARS - len(kept)].rstrip() + kept
