from dataclasses import dataclass

from marketplace.claims.states import ClaimState
from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class ClaimRequest(PageRequest):
    """Which claims, and from where."""

    state: ClaimState | None = None
