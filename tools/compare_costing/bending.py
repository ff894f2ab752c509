"""Bending: a fabricator's rules and the examples of its tests; P3L's formula."""

from typing import Final

from marketplace.costing import bending
from marketplace.costing.steps import Constants
from marketplace.geometry.shape import Bend, Sheet
from tools.compare_costing.examples import INCH, Example, own

POUND: Final = 0.45359237
FABRICATOR: Final = "NM.Core (GitHub), F140Calculator and its tests"
RULES: Final = own("bending", bend_time_short=10.0)


def sheet(count: int, length_mm: float, angle: float = 90.0) -> Sheet:
    """Sheet with so many like bends."""
    return Sheet(2.0, 1.0, 1.0, 1, (Bend(2.0, angle, length_mm, (1.0, 0.0, 0.0), (0.0, 0.0, 0.0)),) * count)


def set_up(count: int, length_mm: float) -> float:
    """Minutes to set up the brake."""
    return bending.set_up(sheet(count, length_mm), RULES).setup_mmin / 1000


def seconds(count: int, length_mm: float, kilograms: float, k: Constants = RULES, angle: float = 90.0) -> float:
    """Seconds of bending one piece."""
    return bending.bend(sheet(count, length_mm, angle), kilograms, k).machine_mmin_each * 60 / 1000


EXAMPLES: Final = (
    Example("bending", "set-up for bends of 24 in", "min", 12.5, set_up(4, 24 * INCH), 0.001, FABRICATOR),
    *(
        Example(
            "bending",
            f"one bend of 12 in, part of {pounds} lb",
            "s",
            theirs,
            seconds(1, 12 * INCH, pounds * POUND),
            0.003,
            FABRICATOR,
        )
        for pounds, theirs in ((3, 10), (10, 45), (50, 200), (150, 400))
    ),
    Example(
        "bending",
        "one light, short bend, by our own figure",
        "s",
        10,
        seconds(1, 12 * INCH, 3 * POUND, own("bending")),
        0.75,
        FABRICATOR,
        "we take 17 s, between these 10 and P3L's 30",
    ),
    Example(
        "bending",
        "four bends, one of them in 45°-steps, 30 s and 15 s more",
        "s",
        4 * 30 + 15,
        seconds(3, 100, 1.0, own("bending", bend_time_short=30.0))
        + seconds(1, 100, 1.0, own("bending", bend_time_short=30.0), angle=45.0),
        0.002,
        "Paperless Parts P3L library (GitHub), forming_bend_iteration: its defaults and formula evaluated",
    ),
)
