"""What a layer of a drawing is for: its name says it, whole words only, and the kind of line where the name is silent.

The words are those that CAD programs write by themselves and that shops ask for, in English, German and South Slavic.
A word counts where a name has it at the start of one of its words: `BendLines`, `IV_BEND_DOWN`, `Biegelinien`; so
`etch` is not found in “Sketch Geometry”.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Role(StrEnum):
    """What is done along a line."""

    CUT = "cut"
    BEND = "bend"
    ENGRAVE = "engrave"
    IGNORED = "ignored"


WORDS: Final = {
    Role.BEND: ("bend", "fold", "bieg", "kant", "abkant", "falz", "savij"),
    Role.ENGRAVE: ("engrav", "etch", "mark", "scribe", "grav", "ritz"),
    Role.IGNORED: (
        *("dim", "text", "annot", "note", "title", "border", "defpoint", "construct", "hilfs", "hidden", "hatch"),
        *("cent", "tangent", "leader", "viewport", "kote"),
    ),
    Role.CUT: ("cut", "outline", "profil", "izrez", "rez", "contour", "kontur", "schnitt", "laser", "hole"),
}
"""Beginnings of words, in the order in which they decide: a bend's centre line is a bend."""

LINE_TYPES: Final = ("center", "centre", "hidden", "dash", "phantom", "dot", "divide", "border", "acad_iso", "mittel")
"""Lines drawn broken are not cut, unless their layer's name says so (ISO 128-2: hidden edges, centres, bend lines)."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=1_024)
def role(layer: str, line_type: str) -> Role:
    """What a line on `layer`, drawn with `line_type`, is for; cut unless something else is said."""
    words = [word.lower() for word in _WORD.findall(_HUMP.sub(" ", layer))]
    for role, beginnings in WORDS.items():
        if any(word.startswith(beginnings) for word in words):
            return role
    return Role.IGNORED if line_type.lower().startswith(LINE_TYPES) else Role.CUT
