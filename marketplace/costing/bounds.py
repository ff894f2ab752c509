"""How large a lot and its rates may be, so that every product of them fits a signed 64-bit integer (9.2e18).

Largest products: time × rate 1e9 × 1e9 = 1e18; mass × price 5e10 × 1e8 = 5e18; cost × margin 4e13 × 9,000 = 3.6e17;
factory price × fee 4e14 × 10,000 = 4e18. `books` relies on these bounds, `prices` refuses outside them as well.
"""

import math
from typing import Final

from marketplace.costing.errors import FeeOutOfRange, LotTooLarge, PartFactsImpossible, PartTooLarge, QuantityOutOfRange
from marketplace.costing.values import PartFacts

LARGEST_QUANTITY: Final = 1_000_000
LARGEST_LOT_MMIN: Final = 1_000_000_000
"""One million minutes, nearly two years of one machine without a break."""
LARGEST_LOT_MG: Final = 50_000_000_000
"""Fifty tonnes."""
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
    numbers = (facts.volume_mm3, facts.area_mm2, *facts.box_mm, *(n for hole in facts.holes for n in hole))
    if not all(math.isfinite(number) and number > 0 for number in numbers):
        raise PartFactsImpossible("A part has a volume, an area and sides above zero; measure the file again.")
    lengths = (*facts.box_mm, *(n for hole in facts.holes for n in hole))
    if min(lengths) < SMALLEST_LENGTH_MM or facts.area_mm2 > LARGEST_AREA_MM2:
        raise PartFactsImpossible("A side or hole is under 0.01 mm, or the surface over 1,000 m²; check the units.")
    if len(facts.holes) > MOST_HOLES:
        raise PartFactsImpossible(f"More than {MOST_HOLES:,} holes have no automatic price; ask for a quote by hand.")
    if max(facts.box_mm) > largest_side_mm:
        raise PartTooLarge(
            f"The longest side is {max(facts.box_mm):.0f} mm; this process makes up to {largest_side_mm:.0f} mm. "
            "Check the units of the file.",
            largest_side_mm=largest_side_mm,
        )
    if facts.volume_mm3 > math.prod(facts.box_mm) * (1 + 1e-6):
        raise PartFactsImpossible("The part fills more than its bounding box; measure the file again.")
    if max((max(hole) for hole in facts.holes), default=0) > math.hypot(*facts.box_mm):
        raise PartFactsImpossible("A hole is larger than the part; measure the file again.")


def check_lot(*, time_mmin: int, mass_mg: int) -> None:
    """Raises LotTooLarge when all pieces together take more than a million minutes or fifty tonnes."""
    if time_mmin > LARGEST_LOT_MMIN or mass_mg > LARGEST_LOT_MG:
        raise LotTooLarge(
            "This lot is too large for an automatic price; split it or ask for a quote by hand.",
            largest_minutes=LARGEST_LOT_MMIN // 1000,
            largest_kg=LARGEST_LOT_MG // 1_000_000,
        )


def check_fee(fee_bps: int) -> None:
    """Raises FeeOutOfRange unless 0 ≤ fee ≤ 10,000 basis points."""
    if type(fee_bps) is not int or not 0 <= fee_bps <= WHOLE_BPS:
        raise FeeOutOfRange("The platform fee lies between 0 and 10,000 basis points.", fee_bps=fee_bps)
