"""Which fee is in force on a day. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

HIGHEST_BPS: Final = 5_000
"""Half of a factory's price."""


def in_force(history: Iterable[Mapping[str, Any]], day: date) -> int | None:
    """The rate of a history (rows as JSON, by their first day and then as decided) on a day; None: none of its own."""
    today, found = day.isoformat(), None
    for each in history:
        if each["valid_from"] <= today:
            found = each["fee_bps"]
    return found
