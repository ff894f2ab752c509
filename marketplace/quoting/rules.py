"""Which offers come first: a pure function of the closed list that a customer may rank by."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from marketplace.quoting.models import RankBy

MOST_OFFERS: Final = 50
"""A quote freezes the best so many; it says how many listings were eligible."""


def ranked(rank_by: RankBy, totals: Sequence[int], dates: Mapping[int, date]) -> list[int]:
    """The positions of the candidates that have a date, best first; equals stay as they came, by listing id."""
    if rank_by is RankBy.PRICE:
        return sorted(dates, key=lambda i: (totals[i], dates[i], i))
    return sorted(dates, key=lambda i: (dates[i], totals[i], i))
