"""Which constants a work centre may replace by its own, and between which numbers."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from marketplace.costing.constants import constants
from marketplace.costing.errors import ConstantsImpossible
from marketplace.costing.values import Figure

FURTHEST: Final = 20
"""How many times more or less than the published figure its own may be; public sources differ by up to 7."""
FROM_NOTHING: Final = 100
"""The largest that a constant whose published value is nothing may become, in its own unit."""
FIXED: Final = frozenset({"largest_side"})
"""What bounds every machine of a process is not one work centre's: its own bound is its envelope."""
FIXED_ENDINGS: Final = ("_exponent", "_coefficient")
"""The form of a formula rather than a figure of a machine."""
SHARES: Final = ("_share", "_filled")
"""Parts of a whole: at most all of it."""
COUNTED: Final = frozenset({"set-ups", "tools", "teeth", "lines", "layers", "cavities", "surfaces", "yes or no"})
"""Units of what there is only whole."""


@dataclass(frozen=True, slots=True)
class Range:
    """Between which numbers, both included, a work centre's own figure lies."""

    smallest: float
    largest: float
    is_whole: bool

    def holds(self, value: float) -> bool:
        """Whether the figure is possible."""
        return (
            math.isfinite(value)
            and self.smallest <= value <= self.largest
            and (not self.is_whole or float(value).is_integer())
        )


def replaceable(process_id: str) -> Mapping[str, Range]:
    """The constants of a process that a work centre may replace, each with its range."""
    return {
        name: _range(name, usual)
        for name, usual in constants(process_id).items()
        if name not in FIXED and not name.endswith(FIXED_ENDINGS)
    }


def _range(name: str, usual: Figure) -> Range:
    is_whole = usual.unit in COUNTED
    if usual.unit == "yes or no":
        return Range(0, 1, is_whole)
    if usual.value == 0:
        return Range(0, FROM_NOTHING, is_whole)
    smallest, largest = usual.value / FURTHEST, usual.value * FURTHEST
    if is_whole:
        smallest = 1
    if usual.unit == "ratio" and name.endswith(SHARES):
        largest = max(usual.value, 1)
    return Range(smallest, largest, is_whole)


def check(process_id: str, own: Mapping[str, float]) -> None:
    """Raises ConstantsImpossible for names that the process has not or keeps, and for figures out of their range."""
    ranges = replaceable(process_id)
    unknown = sorted(set(own) - set(ranges))
    if unknown:
        raise ConstantsImpossible(
            "Only constants of the process may be replaced; see them at GET …/constants.", constants=unknown
        )
    wrong = {name: ranges[name] for name, value in own.items() if not ranges[name].holds(value)}
    if wrong:
        raise ConstantsImpossible(
            f"A figure of your own lies within a factor {FURTHEST} of the published one, shares at most at 1, counts "
            "are whole.",
            constants=sorted(wrong),
            ranges={name: [each.smallest, each.largest] for name, each in wrong.items()},
        )


def figures(process_id: str, own: Mapping[str, float]) -> dict[str, Figure]:
    """A work centre's own constants as figures; a name that the process has no longer is passed over."""
    usual = constants(process_id)
    return {name: Figure(float(value), usual[name].unit, "work_centre") for name, value in own.items() if name in usual}
