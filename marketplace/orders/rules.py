"""The published times of an order."""

from datetime import timedelta
from typing import Final

ANSWER_TIME: Final = timedelta(hours=48)
"""How long a factory has to accept a paid job; after that it counts as declined and the money goes back."""
