"""When reviews are read. Pure."""

from datetime import timedelta
from typing import Final

BLIND_TIME: Final = timedelta(days=14)
"""How long a review waits for the other side's; both are public as soon as both are written."""
