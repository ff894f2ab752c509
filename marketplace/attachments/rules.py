"""How much may lie beside an order."""

from typing import Final

MOST_BYTES: Final = 25 * 2**20
MOST_BESIDE: Final = 100
"""Files of one side beside one job, one whole order, or one place in a request."""
