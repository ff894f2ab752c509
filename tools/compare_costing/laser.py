"""Laser cutting: a fabricator's and P3L's formulas with their figures, and our table beside others."""

from collections.abc import Iterator
from typing import Final

from marketplace.capability.catalogue import lasers
from marketplace.costing import laser
from marketplace.costing.sheets import Blank
from marketplace.costing.values import LaserTable, Making
from tools.compare_costing.examples import INCH, Example, own

FIGURES: Final = own("laser_cutting", move_time=0.0)


def cut_minutes(length_mm: float, pierces: int, *, speed: float, pierce: float) -> float:
    """Minutes of cutting at a speed in m/min and seconds a pierce."""
    table = LaserTable("example", {3.0: ((1.0, speed), (10.0, speed))}, ((1.0, pierce),), "own", "own")
    blank = Blank(2.0, length_mm, pierces, 1.0, None, None)
    return laser.cut(blank, table, Making(1), FIGURES).machine_mmin_each / 1000


CHART: Final = {1.0: 35.0, 2.0: 6.15, 3.0: 4.15, 5.0: 3.05, 8.0: 2.2, 10.0: 1.6}
"""machinemfg.com, mild steel at 3 kW: middle of each range, m/min."""
SHOP: Final = {"carbon_steel": (3.05, 810), "stainless_steel": (2.67, 820), "aluminium": (3.05, 1700)}
"""A fabricator's table (NM.Core): mm, inches a minute; its laser's power is not said, 12 kW is our guess."""


def tables() -> Iterator[Example]:
    """Seconds for a metre of cut by our table, where others have theirs; no figure of ours is replaced here."""
    for thickness, speed in CHART.items():
        ours = 60 / float(laser.speed_m_min(lasers()["carbon_steel"], thickness, 3.0))
        yield Example(
            "laser_cutting",
            f"a metre of {thickness:g} mm carbon steel at 3 kW",
            "s",
            60 / speed,
            ours,
            0.60,
            "machinemfg.com, laser cutting thickness and speed chart",
            "one of the three tables whose mean ours is",
        )
    for sort, (thickness, inches) in SHOP.items():
        ours = 60 / float(laser.speed_m_min(lasers()[sort], thickness, 12.0))
        yield Example(
            "laser_cutting",
            f"a metre of {thickness:g} mm {sort.replace('_', ' ')} at 12 kW",
            "s",
            60 / (inches * INCH / 1000),
            ours,
            2.0,
            "NM.Core (GitHub), Laser2022 table",
            "a shop's own machine, of which the power is not said; not part of our table",
        )


EXAMPLES: Final = (
    Example(
        "laser_cutting",
        "100 in at 200 in/min, 5 pierces of 0.5 s",
        "min",
        100 / 200 + 5 * 0.5 / 60,
        cut_minutes(100 * INCH, 5, speed=200 * INCH / 1000, pierce=0.5),
        0.001,
        "NM.Core (GitHub), a fabricator's LaserCalculator and the figures of its test, formula evaluated",
    ),
    Example(
        "laser_cutting",
        "40 in at 10 in/min, 3 pierces of 2 s",
        "min",
        40 / 10 + 3 * 2 / 60,
        cut_minutes(40 * INCH, 3, speed=10 * INCH / 1000, pierce=2.0),
        0.001,
        "Paperless Parts P3L library (GitHub), laser: its defaults and formula evaluated",
    ),
    *tables(),
)
