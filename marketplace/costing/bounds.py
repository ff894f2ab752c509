"""How large a lot and its rates may be, so that every product of them fits a signed 64-bit integer (9.2e18).

Largest products: time × rate 1e9 × 1e9 = 1e18; mass × price 5e10 × 1e8 = 5e18; finish 1e11 mm² × 4e7 = 4e18. A cost of
making is at most 2e13, so that with the largest margin (× 10) and surcharge (× 2) a factory price is 4e14, with fee,
delivery and royalty 8.2e14, and tax on that × 10,000 is 8.2e18; steps add under 20. `books` relies on these bounds,
`prices` refuses outside them as well.
"""

import math
from typing import Final

import numpy as np

from marketplace.costing.errors import (
    ChargesOutOfRange,
    LotTooLarge,
    PartFactsImpossible,
    PartTooLarge,
    QuantityOutOfRange,
)
from marketplace.costing.rates import Charges
from marketplace.costing.values import PartFacts, Routing, Whole

LARGEST_QUANTITY: Final = 1_000_000
LARGEST_LOT_MMIN: Final = 1_000_000_000
"""One million minutes, nearly two years of one machine without a break."""
LARGEST_LOT_MG: Final = 50_000_000_000
"""Fifty tonnes."""
LARGEST_LOT_MM2: Final = 100_000_000_000
"""A tenth of a square kilometre of finish."""
LARGEST_COST: Final = 20_000_000_000_000
"""Minor units that making a lot costs a factory."""
LARGEST_ROYALTY: Final = 10_000_000
"""Minor units a piece."""
ASK_FOR_BIDS: Final = "ask factories for bids (POST /v1/customer/rfqs)"
"""The way out where no automatic price is."""
MOST_HOLES: Final = 10_000
SMALLEST_LENGTH_MM: Final = 0.01
LARGEST_AREA_MM2: Final = 1e9
WHOLE_BPS: Final = 10_000


def check_quantity(quantity: int) -> None:
    """Raises QuantityOutOfRange unless 1 ≤ quantity ≤ 1,000,000 whole pieces."""
    if type(quantity) is not int or not 1 <= quantity <= LARGEST_QUANTITY:
        raise QuantityOutOfRange(
            f"Ask for 1 to {LARGEST_QUANTITY:,} whole pieces.", smallest=1, largest=LARGEST_QUANTITY
        )


def check_part(facts: PartFacts, *, largest_side_mm: float) -> None:
    """Raises PartFactsImpossible for measurements of no solid, PartTooLarge beyond every machine of the process."""
    holes = [length for hole in facts.holes for length in (hole.diameter_mm, hole.depth_mm)]
    numbers = (facts.volume_mm3, facts.area_mm2, *facts.box_mm, *holes)
    if not all(math.isfinite(number) and number > 0 for number in numbers):
        raise PartFactsImpossible("A part has a volume, an area and sides above zero; measure the file again.")
    lengths = (*facts.box_mm, *holes)
    if min(lengths) < SMALLEST_LENGTH_MM or facts.area_mm2 > LARGEST_AREA_MM2:
        raise PartFactsImpossible("A side or hole is under 0.01 mm, or the surface over 1,000 m²; check the units.")
    if len(facts.holes) > MOST_HOLES:
        raise PartFactsImpossible(f"More than {MOST_HOLES:,} holes have no automatic price; {ASK_FOR_BIDS}.")
    if max(facts.box_mm) > largest_side_mm:
        raise PartTooLarge(
            f"The longest side is {max(facts.box_mm):.0f} mm; this process makes up to {largest_side_mm:.0f} mm. "
            "Check the units of the file.",
            largest_side_mm=largest_side_mm,
        )
    if facts.volume_mm3 > math.prod(facts.box_mm) * (1 + 1e-6):
        raise PartFactsImpossible("The part fills more than its bounding box; measure the file again.")
    if max(holes, default=0) > math.hypot(*facts.box_mm):
        raise PartFactsImpossible("A hole is larger than the part; measure the file again.")


def check_lot(routing: Routing) -> None:
    """Raises LotTooLarge when all pieces together take more than a million minutes, fifty tonnes or 0.1 km² of finish.

    Where times are columns, the longest counts.
    """
    time_mmin, mass_mg = routing.total_mmin(), routing.quantity * routing.material_mg_each
    if (
        np.max(time_mmin, initial=0) > LARGEST_LOT_MMIN
        or np.max(mass_mg, initial=0) > LARGEST_LOT_MG
        or routing.quantity * routing.part_mg_each > LARGEST_LOT_MG
        or routing.quantity * routing.area_mm2_each > LARGEST_LOT_MM2
    ):
        raise LotTooLarge(
            f"This lot is too large for an automatic price; split it, or {ASK_FOR_BIDS}.",
            largest_minutes=LARGEST_LOT_MMIN // 1000,
            largest_kg=LARGEST_LOT_MG // 1_000_000,
        )


def check_charges(charges: Charges) -> None:
    """Raises ChargesOutOfRange unless fee and tax lie between 0 and 10,000 bps, and a royalty between 0 and 10⁷."""
    if not (_are_shares(charges.fee_bps) and _are_shares(charges.tax_bps)) or not (
        type(charges.royalty_minor_each) is int and 0 <= charges.royalty_minor_each <= LARGEST_ROYALTY
    ):
        raise ChargesOutOfRange(
            f"Fee and tax lie between 0 and 10,000 basis points, a royalty between 0 and {LARGEST_ROYALTY:,} a piece.",
            fee_bps=np.max(charges.fee_bps),
            tax_bps=np.max(charges.tax_bps),
        )


def _are_shares(bps: Whole) -> bool:
    """Whether a number, or each of a column, is a whole share of a price."""
    if isinstance(bps, np.ndarray):
        return bps.dtype == np.int64 and bool(np.all((bps >= 0) & (bps <= WHOLE_BPS)))
    return type(bps) is int and 0 <= bps <= WHOLE_BPS
