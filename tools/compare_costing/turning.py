"""Turning: textbook cylinders, P3L's formula."""

import math
from typing import Final

from marketplace.costing import turning
from marketplace.costing.values import Making, PartFacts
from marketplace.geometry.shape import Turned
from tools.compare_costing.examples import INCH, Example, material, own

BARE: Final = {
    "non_cutting_share": 0.0,
    "spindle_limit": 1e9,
    "facing_allowance": 0.0,
    "parting_width": 0.0,
    "turning_factor": 1.0,
}


def cylinder(diameter: float, length: float, volume: float | None = None) -> PartFacts:
    """A bar of which only the round is finished."""
    return PartFacts(
        math.pi / 4 * diameter**2 * length if volume is None else volume,
        math.pi * diameter * length,
        (diameter, diameter, length),
        turned=Turned((0.0, 0.0, 1.0), (0.0, 0.0, 0.0), diameter, length, 1.0),
    )


def turned(facts: PartFacts, *, rate: float, speed: float, feed: float, allowance: float) -> tuple[float, float]:
    """Minutes of roughing at a rate (mm³/min) and of finishing at speed (m/min) and feed (mm/rev)."""
    k = own("turning", finish_feed=feed, bar_allowance=allowance, slender_factor=1.0, **BARE)
    data = material(removal_rate=rate, turning_speed=speed)
    rough, finish = turning.rough(facts, data, k), turning.finish(facts, data, Making(1), k)
    return rough.machine_mmin_each / 1000, finish.machine_mmin_each / 1000


_, ROD = turned(cylinder(12, 150), rate=1.0, speed=math.pi * 12 * 0.4, feed=0.5, allowance=0.0)
SHAFT: Final = turned(
    cylinder(42, 120),
    rate=math.pi * 46 * 176 * 0.24 * 2,
    speed=math.pi * 42 * 0.44,
    feed=0.10,
    allowance=8.0,
)
ROUGH, _ = turned(cylinder(INCH, 2 * INCH, INCH**3), rate=1.5 * INCH**3, speed=100.0, feed=0.1, allowance=0.0)

EXAMPLES: Final = (
    Example(
        "turning",
        "rod ⌀12 × 150, one pass at 400 1/min, 0.5 mm/rev",
        "min",
        0.75,
        ROD,
        0.002,
        "gearcalculation.blogspot.com, turning formula, example 1",
    ),
    Example(
        "turning",
        "⌀50 to 42 × 120: two roughing passes of 2 mm, one to finish",
        "min",
        8.546,
        sum(SHAFT),
        0.03,
        "a lecture's worked example (GitHub): 0.24 and 0.10 mm/rev at 176 and 440 1/min",
        "two whole passes for 3.25 mm and 2 mm of overtravel there; the volume, finishing allowance included, here",
    ),
    Example(
        "turning",
        "steel ⌀1 × 2 in, part 1 in³, 1.5 in³/min",
        "min",
        (math.pi / 4 * 2 - 1) / 1.5,
        ROUGH,
        0.003,
        "Paperless Parts P3L library (GitHub), turning: run time = (stock − part) ÷ rate, its formula evaluated",
    ),
)
