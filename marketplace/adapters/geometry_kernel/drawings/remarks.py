"""What a customer should know about how a drawing was read."""

from typing import Final

from marketplace.adapters.geometry_kernel.drawings.strokes import Strokes
from marketplace.geometry.shape import Drawing
from marketplace.geometry.values import Remark, RemarkKind

MAX_NAMED: Final = 8

OTHER_UNITS: Final = {
    2: "feet",
    3: "miles",
    7: "kilometres",
    8: "microinches",
    9: "mils",
    10: "yards",
    11: "ångströms",
    12: "nanometres",
    13: "microns",
    14: "decimetres",
    15: "decametres",
    16: "hectometres",
    17: "gigametres",
    18: "astronomical units",
    19: "light years",
    20: "parsecs",
    21: "US survey feet",
}
"""$INSUNITS that no shop works in (AutoCAD DXF reference, section HEADER)."""


def remarks(drawn: Strokes, figures: Drawing, crossing: int, specks: int, declared: int) -> tuple[Remark, ...]:
    """What was left out, mended or doubtful, each in one sentence."""
    said = [
        (RemarkKind.LEFT_OUT, _left_out(drawn)),
        (RemarkKind.LEFT_OUT, _hidden(drawn)),
        (RemarkKind.LEFT_OUT, _broken_lines(drawn)),
        (RemarkKind.LEFT_OUT, _specks(specks)),
        (RemarkKind.MENDED, _doubled(figures)),
        (RemarkKind.NOT_MEASURED, _crossing(crossing)),
        (RemarkKind.NOT_MEASURED, _units(declared)),
    ]
    return tuple(Remark(kind, message[:500]) for kind, message in said if message)


def _left_out(drawn: Strokes) -> str:
    named = ", ".join(f"{count} {kind}" for kind, count in drawn.left_out.most_common(MAX_NAMED))
    return f"Not cut: {named}." if named else ""


def _hidden(drawn: Strokes) -> str:
    named = ", ".join(f"“{layer[:40]}” ({count})" for layer, count in drawn.hidden.most_common(MAX_NAMED))
    return f"Left out, because their layers are off or frozen: {named}." if named else ""


def _broken_lines(drawn: Strokes) -> str:
    if not drawn.broken_lines:
        return ""
    return f"Not cut: {drawn.broken_lines} dashed or centre lines. If they are bends, put them on a layer named “bend”."


def _specks(specks: int) -> str:
    return f"Not cut: {specks} closed outlines no larger than a dot, which enclose nothing." if specks else ""


def _doubled(figures: Drawing) -> str:
    if not figures.duplicates:
        return ""
    return f"Lines drawn twice, or over each other, are cut once: {figures.duplicates}."


def _crossing(crossing: int) -> str:
    return f"Closed outlines that cross themselves or each other bound no part: {crossing}." if crossing else ""


def _units(declared: int) -> str:
    if declared not in OTHER_UNITS:
        return ""
    return f"The drawing declares {OTHER_UNITS[declared]}, which we do not take. Please say in which units it is drawn."
