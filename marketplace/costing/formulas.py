"""The cost lines' formulas: the text that trees carry, and its evaluation from a line's own variables.

All numbers are whole; the result is rounded half even (`kernel.money.round_half_even`). Time is in thousandths of a
minute, mass in milligrams, rates in minor units per hour or kilogram, shares in basis points.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from marketplace.kernel.money import round_half_even

MATERIAL: Final = "pieces × mass × material price ÷ 1000000"
SETUP: Final = "time × rate ÷ 60000"
RUN: Final = "pieces × time × rate ÷ 60000"
MARGIN: Final = "base × margin ÷ (10000 − margin)"
TOP_UP: Final = "max(0, minimum order − base)"
FEE: Final = "base × fee ÷ 10000"

Values = Mapping[str, int]

EVALUATE: Final[Mapping[str, Callable[[Values], int]]] = MappingProxyType(
    {
        MATERIAL: lambda v: round_half_even(v["pieces"] * v["mass"] * v["material price"], 1_000_000),
        SETUP: lambda v: round_half_even(v["time"] * v["rate"], 60_000),
        RUN: lambda v: round_half_even(v["pieces"] * v["time"] * v["rate"], 60_000),
        MARGIN: lambda v: round_half_even(v["base"] * v["margin"], 10_000 - v["margin"]),
        TOP_UP: lambda v: max(0, v["minimum order"] - v["base"]),
        FEE: lambda v: round_half_even(v["base"] * v["fee"], 10_000),
    }
)
