"""The routing of 5-axis milling: that of 3-axis milling in one or two set-ups, with constants of its own.

A table that tilts and turns lets the tool come from all sides of one clamping but the one the part stands on, so the
number of set-ups follows from the directions that the part is worked from. What it costs more is the machine's rate.
"""

from collections.abc import Iterable
from typing import Final

from marketplace.costing import milling
from marketplace.costing.steps import Constants
from marketplace.costing.values import Figure, Making, MaterialFacts, Operation, PartFacts, Spread
from marketplace.geometry.figures import Direction

material_mg = milling.material_mg
material_variables = milling.material_variables

OVER_THE_EDGE: Final = -0.26
"""Cosine of 105°: tables tilt some 15° past upright (own; 110° to 120° are usual in data sheets)."""


def operations(facts: PartFacts, material: MaterialFacts, making: Making, k: Constants) -> tuple[Operation, ...]:
    """As on three axes, in one or two set-ups."""
    return milling.steps(facts, material, making, k, set_ups(facts, k))


def set_ups(facts: PartFacts, k: Constants) -> Figure:
    """One if the part stands on a side that no direction comes from, two otherwise; the usual number if unknown."""
    if facts.reach is None or not facts.reach.directions:
        return k["setups"]
    return Figure(1.0 if is_one_clamping(facts.reach.directions) else 2.0, "set-ups", "measured")


def is_one_clamping(directions: tuple[Direction, ...]) -> bool:
    """Whether one of the directions can point up while the tilting head comes from all others."""
    return any(all(_cosine(up, other) >= OVER_THE_EDGE for other in directions) for up in directions)


def _cosine(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


def doubts(facts: PartFacts, _material: MaterialFacts, making: Making) -> tuple[str, ...]:
    """Hidden faces and long tools; whether five axes collide is not known before the program is written."""
    return milling.of_milling(facts, making)


def spread(facts: PartFacts, material: MaterialFacts, making: Making) -> Spread:
    """As for three axes: the same removal rates."""
    return milling.spread(facts, material, making)
