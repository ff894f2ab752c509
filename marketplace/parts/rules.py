"""What follows from a file's name, its measurement and its units: pure."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from marketplace.geometry import units as answers
from marketplace.geometry.units import UnitChoice
from marketplace.geometry.values import UNITLESS, FileKind, Measurement, Units
from marketplace.parts.errors import UnitsDeclaredOtherwise

MOST_REVISIONS: Final = 200
MOST_NAME_CHARS: Final = 200

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, formatting (among it the marks that reverse the direction of text), surrogates, private and unknown."""


def shown_name(sent: str, kind: StrEnum, *, nameless: str = "part") -> str:
    """The name of an upload as it is shown: without folders and unseen characters, at most 200 characters.

    Never a path: files are stored under their hash.
    """
    last = sent.replace("\\", "/").rpartition("/")[2]
    spaced = "".join(" " if character.isspace() else character for character in unicodedata.normalize("NFC", last))
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    return _shortened(" ".join(seen.split()).lstrip(". ")) or f"{nameless}.{kind}"


def stem(file_name: str) -> str:
    """What a part is called when nobody named it: its file's name without the ending."""
    return file_name.rpartition(".")[0].strip() or file_name


CONVERTED: Final = frozenset({FileKind.STEP, FileKind.THREE_MF})
"""Formats whose programs write the units themselves with every length: what they say is so."""


@dataclass(frozen=True, slots=True)
class UnitQuestion:
    """In which units was it drawn?"""

    choices: tuple[UnitChoice, ...]
    """The answers that are taken, and how large the part then is."""
    suggested: Units | None
    """The likeliest answer; null where none makes a likely size."""
    is_doubtful: bool
    """Whether to ask with a warning: the usual answer makes an unlikely size, or another fits as well."""


def unit_question(measurement: Measurement) -> UnitQuestion:
    """What to ask the customer about the units of a file that was measured, before they are confirmed."""
    kind, declared, box_mm = measurement.kind, measurement.declared_units, measurement.box_mm
    choices = answers.choices(kind, declared, box_mm)
    if kind in CONVERTED:
        said = declared or Units.MM
        return UnitQuestion(tuple(each for each in choices if each.units is said), said, is_doubtful=False)
    return UnitQuestion(choices, answers.suggested(kind, declared, box_mm), answers.is_doubtful(kind, declared, box_mm))


def in_units(measurement: Measurement, units: Units) -> Measurement:
    """The measurement of a file that was drawn in `units`.

    STEP and 3MF say themselves in which (millimetres if they do not) and arrive converted, so that only the same
    answer is taken. A DXF arrives converted, too, but what headers of drawings declare is often wrong: another answer
    counts from there. STL and OBJ say nothing. Each figure is multiplied, once, by the exact ratio.
    Raises UnitsDeclaredOtherwise, or OutOfRange when no part can be that large.
    """
    declared = Units.MM if measurement.kind in UNITLESS else measurement.declared_units or Units.MM
    if units is not declared and measurement.kind in CONVERTED:
        raise UnitsDeclaredOtherwise(
            f"The file itself says that it was drawn in {declared}; confirm {declared}, or export it again in {units}"
            " and upload it as a new revision.",
            declared=declared,
            confirmed=units,
        )
    return measurement if units is declared else measurement.scaled(units.millimetres / declared.millimetres)


def _shortened(name: str) -> str:
    """Cut in the middle of the stem, so that the ending stays."""
    if len(name) <= MOST_NAME_CHARS:
        return name
    ending = name[-16:].rpartition(".")
    kept = f".{ending[2]}" if ending[1] else ""
    return name[: MOST_NAME_CHARS - len(kept)].rstrip() + kept
