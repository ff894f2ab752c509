"""The cost lines' formulas: the text that trees carry, and its evaluation from a line's own variables.

All numbers are whole; the result is rounded half even (`kernel.money.round_half_even`). Time is in thousandths of a
minute, mass in milligrams, area in mm², rates in minor units per hour, kilogram or square metre, shares in basis
points.

The same functions evaluate single numbers and columns of them, so that many cards are priced at once by the arithmetic
that proves each tree.
"""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from marketplace.kernel.money import round_half_even

MATERIAL: Final = "pieces × mass × material price ÷ 1000000"
LOT: Final = "time × rate ÷ 60000"
RUN: Final = "pieces × time × rate ÷ 60000"
FINISH_PIECES: Final = "max(least, pieces × piece price)"
FINISH_AREA: Final = "pieces × area × area price ÷ 1000000"
BREAK: Final = "−base × discount ÷ 10000"
MARGIN: Final = "base × margin ÷ (10000 − margin)"
LEAD: Final = "base × change ÷ 10000"
TOP_UP: Final = "max(0, minimum order − base)"
FEE: Final = "base × fee ÷ 10000"
DELIVERY: Final = "delivery + pieces × piece mass × delivery price ÷ 1000000"
ROYALTY: Final = "pieces × royalty"
TAX: Final = "base × tax ÷ 10000"
TAX_IN_STEPS: Final = "step × round(base × tax ÷ (10000 × step))"
"""Where cards take whole steps only: the tax to the nearest of them."""
FACTORY_STEP: Final = "(Platform fee + Royalty − base) mod step"
STEP: Final = "(0 − base) mod step"
"""How much is missing to the next whole step: what remains of a division, never less than nothing."""
BY_UNIT: Final = MappingProxyType(
    {
        1: "count × quantity × rate",
        60: "count × quantity × rate ÷ 60",
        1_000: "count × quantity × rate ÷ 1000",
        10_000: "count × quantity × rate ÷ 10000",
        60_000: "count × quantity × rate ÷ 60000",
        1_000_000: "count × quantity × rate ÷ 1000000",
    }
)
"""A line of a bid, by how many of its units the rate is for."""

Values = Mapping[str, Any]
"""Each a whole number, or a column of them."""


def rounded(numerator: Any, denominator: Any) -> Any:
    """`round_half_even` for a number or a column; the numerator is any sign, the denominator above zero.

    Adding half and flooring rounds ties up; a tie is where nothing remains, and an odd result then steps back.
    """
    if type(numerator) is int and type(denominator) is int:
        return round_half_even(numerator, denominator)
    shifted = numerator + denominator // 2
    quotient = shifted // denominator
    shifted -= quotient * denominator
    quotient -= (shifted == 0) & (denominator & 1 == 0) & quotient & 1
    return quotient


def larger(one: Any, other: Any) -> Any:
    """The larger of two numbers, or of each pair of two columns."""
    return max(one, other) if type(one) is int and type(other) is int else np.maximum(one, other)


def by_unit(divisor: int, v: Values) -> int:
    """A line of a bid: so many times a quantity, at a rate for `divisor` units."""
    return round_half_even(v["count"] * v["quantity"] * v["rate"], divisor)


EVALUATE: Final[Mapping[str, Callable[[Values], Any]]] = MappingProxyType(
    {
        MATERIAL: lambda v: rounded(v["pieces"] * v["mass"] * v["material price"], 1_000_000),
        LOT: lambda v: rounded(v["time"] * v["rate"], 60_000),
        RUN: lambda v: rounded(v["pieces"] * v["time"] * v["rate"], 60_000),
        FINISH_PIECES: lambda v: larger(v["least"], v["pieces"] * v["piece price"]),
        FINISH_AREA: lambda v: rounded(v["pieces"] * v["area"] * v["area price"], 1_000_000),
        BREAK: lambda v: -rounded(v["base"] * v["discount"], 10_000),
        MARGIN: lambda v: rounded(v["base"] * v["margin"], 10_000 - v["margin"]),
        LEAD: lambda v: rounded(v["base"] * v["change"], 10_000),
        TOP_UP: lambda v: larger(0, v["minimum order"] - v["base"]),
        FEE: lambda v: rounded(v["base"] * v["fee"], 10_000),
        DELIVERY: lambda v: rounded(
            v["delivery"] * 1_000_000 + v["pieces"] * v["piece mass"] * v["delivery price"], 1_000_000
        ),
        ROYALTY: lambda v: v["pieces"] * v["royalty"],
        TAX: lambda v: rounded(v["base"] * v["tax"], 10_000),
        TAX_IN_STEPS: lambda v: v["step"] * rounded(v["base"] * v["tax"], 10_000 * v["step"]),
        FACTORY_STEP: lambda v: (v["Platform fee"] + v["Royalty"] - v["base"]) % v["step"],
        STEP: lambda v: -v["base"] % v["step"],
        **{formula: partial(by_unit, divisor) for divisor, formula in BY_UNIT.items()},
    }
)
