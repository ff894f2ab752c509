from dataclasses import dataclass
from datetime import date

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class SlotRequest(PageRequest):
    """Which open slots, and from where."""

    process: str | None = None
    material: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    """Those that have a day between these two."""
