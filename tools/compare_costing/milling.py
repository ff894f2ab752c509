"""Milling and drilling: textbook passes, makers' drilling times, P3L's formula."""

import math
from typing import Final

from marketplace.costing import holes, milling
from marketplace.costing.values import Making, PartFacts
from tools.compare_costing.examples import INCH, Example, face, material, own

BARE: Final = {"non_cutting_share": 0.0, "rough_growth": 0.0, "spindle_limit": 1e9}
UNPECKED: Final = {"drill_point": 0.0, "drill_approach": 0.0, "drill_handling_time": 0.0, "spindle_limit": 1e9}
TEXTBOOKS: Final = "FOSSEE Scilab textbook companion (GitHub)"
APPROACH: Final = "we do not count the cutter's way in and out of one pass"


def pass_minutes(area_mm2: float, *, tool: float, width: float, teeth: float, tooth: float, speed: float) -> float:
    """One pass of a cutter as our finishing has it; speed in m/min."""
    k = own("cnc_milling", finish_tool_diameter=tool, finish_stepover=width / tool, finish_teeth=teeth, **BARE)
    data = material(cutting_speed=speed, feed_per_tooth=tooth)
    return milling.finish(face(area_mm2), data, Making(1), k).machine_mmin_each / 1000


def drilled(diameter: float, depth: float, *, speed: float, feed: float, name: str) -> float:
    """Minutes of one hole without point, approach and pecks, as the examples have it."""
    k = own("cnc_milling", **{f"drill_feed_{name}": feed}, **UNPECKED)
    return float(holes.hole_minutes(diameter, depth, material(drill_speed=speed), k))


def roughed(part_mm3: float, box: tuple[float, float, float], *, allowance: float, rate: float) -> float:
    """Minutes of roughing a box with allowance at a rate in mm³/min."""
    k = own("cnc_milling", stock_allowance=allowance, **BARE)
    facts = PartFacts(part_mm3, 1.0, box)
    return milling.rough(facts, material(removal_rate=rate), k).machine_mmin_each / 1000


FACE_SPEED: Final = 300.0
FACE_TOOTH: Final = 0.3 / math.cos(math.pi / 4)

EXAMPLES: Final = (
    Example(
        "cnc_milling",
        "plain mill ⌀63.5, block 30 × 180, 0.125 mm, 6 teeth",
        "min",
        0.163,
        pass_minutes(180 * 30, tool=63.5, width=30, teeth=6, tooth=0.125, speed=math.pi * 63.5 * 1.5),
        0.03,
        f"{TEXTBOOKS}: cutting time of a block at 1,500 1/min",
        APPROACH,
    ),
    Example(
        "cnc_milling",
        "face mill ⌀200, 700 × 150 mm, 18 inserts, 300 m/min",
        "min",
        0.20,
        pass_minutes(700 * 150, tool=200, width=150, teeth=18, tooth=FACE_TOOTH, speed=FACE_SPEED),
        0.05,
        f"{TEXTBOOKS}, example 2.7",
        APPROACH,
    ),
    Example(
        "cnc_milling",
        "4 × 3 × 2 in of 10 in³ with 1/4 in allowance, 0.5 in³/min",
        "min",
        (4.25 * 3.25 * 2.25 - 10) / 0.5,
        roughed(10 * INCH**3, (4 * INCH, 3 * INCH, 2 * INCH), allowance=0.25 * INCH, rate=0.5 * INCH**3),
        0.001,
        "Paperless Parts P3L library (GitHub): run time = (stock − part) ÷ rate, its formula evaluated",
    ),
    Example(
        "cnc_milling",
        "drill ⌀20 through 25 mm, 20 m/min, 0.25 mm/rev",
        "min",
        0.314,
        drilled(20, 25, speed=20, feed=0.25, name="to_25mm"),
        0.002,
        "studyclix.ie, machining time in drilling",
    ),
    Example(
        "cnc_milling",
        "five holes ⌀12 × 30 mm, 1,350 1/min, 0.2 mm/rev",
        "s",
        33.3,
        5 * 60 * drilled(12, 30, speed=math.pi * 12 * 1.35, feed=0.2, name="to_12mm"),
        0.002,
        "Mitsubishi Materials, drilling time (mmc-permanent.learnways.com)",
    ),
    Example(
        "cnc_milling",
        "hole ⌀15 × 30 mm in SCM440, 50 m/min, 0.15 mm/rev",
        "s",
        11.3,
        60 * drilled(15, 30, speed=50, feed=0.15, name="to_25mm"),
        0.002,
        "lzqtool.com, calculation formula of hole machining",
    ),
)
