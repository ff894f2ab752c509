"""What a lot's fixed costs do to the price of a piece: sources' tables beside our price of the same times."""

from typing import Final

from marketplace.costing.prices import price
from marketplace.costing.rates import Charges, Rates
from marketplace.costing.values import Making, Operation, Routing
from tools.compare_costing.examples import Example

A_CENT_A_MINUTE: Final = Rates(currency="USD", machine=60, labour=60, setup=60, tooling=60, material=0)
"""So that a minute is a cent, and a source's dollars are hundreds of minutes."""


def unit_price(process: str, pieces: int, *, fixed: float, each: float) -> float:
    """Dollars for each piece of a lot that costs so many dollars once and so many for each piece."""
    steps = (
        Operation("Set up", (), setup_mmin=round(fixed * 100_000)),
        Operation("Make", (), machine_mmin_each=round(each * 100_000)),
    )
    lot = Routing(process, "example", "Example", Making(pieces), steps, 0, ())
    return price(lot, A_CENT_A_MINUTE, Charges()).total_minor / 100 / pieces


TABLE: Final = {1: 315.00, 10: 45.00, 50: 21.00, 100: 18.00, 500: 15.60, 1000: 15.30}

EXAMPLES: Final = (
    *(
        Example(
            "cnc_milling",
            f"a piece of {pieces:,}: 300 once, 15 each",
            "$",
            theirs,
            unit_price("cnc_milling", pieces, fixed=300, each=15),
            0.001,
            "lasercalcpro.com, CNC volume pricing, table of batch quantities",
        )
        for pieces, theirs in TABLE.items()
    ),
    Example(
        "cnc_milling",
        "a piece of 130: 650 and 275 once, 18.50 each",
        "$",
        25.62,
        unit_price("cnc_milling", 130, fixed=650 + 275, each=18.5),
        0.001,
        "mfgcalcs.com, machining cost per part, worked example",
    ),
    Example(
        "laser_cutting",
        "a piece of 600: 185 and 320 once, 1.25 each",
        "$",
        2.09,
        unit_price("laser_cutting", 600, fixed=185 + 320, each=1.25),
        0.002,
        "mfgcalcs.com, laser cutting cost, worked example",
    ),
)
