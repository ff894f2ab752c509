"""What may be asked of the rates."""

from dataclasses import dataclass
from datetime import date

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class RatesOnDay(PageRequest):
    """The rates of a day; None: today's."""

    day: date | None = None
