from dataclasses import dataclass

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class ListingRequest(PageRequest):
    """Which live listings, and from where."""

    process: str | None = None
