"""A worked example of a public source beside what our routings make of it, with the source's own figures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from marketplace.costing.constants import constants
from marketplace.costing.steps import Constants
from marketplace.costing.values import Figure, MaterialFacts, PartFacts

WIDTHS: Final = (18, 56, 10, 10, 8, 8)
HEADS: Final = ("process", "what", "theirs", "ours", "error", "")
INCH: Final = 25.4


@dataclass(frozen=True)
class Example:
    """One sum: the source's answer and ours; `limit` is how far apart they may be, and `why` they are."""

    process: str
    what: str
    unit: str
    theirs: float
    ours: float
    limit: float
    source: str
    why: str = ""

    @property
    def error(self) -> float:
        """How much longer or dearer ours is, as a share of theirs."""
        return self.ours / self.theirs - 1

    @property
    def agrees(self) -> bool:
        return abs(self.error) <= self.limit


def own(process: str, **values: float) -> Constants:
    """The constants of the process, some of them replaced by an example's."""
    usual = constants(process)
    return {
        **usual,
        **{name: replace(usual[name], value=value, source="work_centre") for name, value in values.items()},
    }


def material(**values: float) -> MaterialFacts:
    """A material of an example: cutting data by name."""
    cutting = {name: Figure(value, "as in catalogue", "work_centre") for name, value in values.items()}
    return MaterialFacts("example", "Example", Figure(7850.0, "kg/m3", "handbook"), cutting)


def face(area_mm2: float) -> PartFacts:
    """A part of which nothing matters but so much area to finish."""
    return PartFacts(1.0, area_mm2, (1.0, 1.0, 1.0))


def lines(examples: Iterable[Example]) -> str:
    """The table, and the sources and reasons below it."""
    found = list(examples)
    rows = [_line(HEADS), "─" * (sum(WIDTHS) + len(WIDTHS) - 1)]
    for number, each in enumerate(found, start=1):
        said = (f"{each.theirs:.4g} {each.unit}", f"{each.ours:.4g} {each.unit}", f"{each.error:+.1%}")
        rows.append(_line((each.process, f"{number}. {each.what}", *said, "" if each.agrees else "DIFFERS")))
    notes: dict[str, list[str]] = {}
    for number, each in enumerate(found, start=1):
        notes.setdefault(f"{each.source}{f' — {each.why}' if each.why else ''}", []).append(str(number))
    differing = sum(not each.agrees for each in found)
    said_below = [f"{', '.join(numbers)}: {note}" for note, numbers in notes.items()]
    return "\n".join([*rows, "", *said_below, "", f"{len(found)} examples, {differing} beyond their limit."])


def _line(cells: tuple[str, ...]) -> str:
    first, second, *rest = zip(cells, WIDTHS, strict=True)
    left = [cell[:width].ljust(width) for cell, width in (first, second)]
    return " ".join([*left, *(cell.rjust(width) for cell, width in rest)]).rstrip()
