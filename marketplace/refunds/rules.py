"""How much one person of the staff gives back alone. Pure."""

from typing import Final

from marketplace.kernel.money import CHARGE_LIMITS

LEAST_CHARGES_ALONE: Final = 1_000
"""So many times the smallest amount that a card is charged: 500 euro; never more than that, in some currencies less."""


def limit_minor(currency: str) -> int:
    """What one person alone gives back of an order at most, in minor units."""
    return LEAST_CHARGES_ALONE * CHARGE_LIMITS[currency].least
