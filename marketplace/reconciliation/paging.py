from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.paging import PageRequest
from marketplace.reconciliation.states import DifferenceState


@dataclass(frozen=True, slots=True)
class DifferenceRequest(PageRequest):
    """Which differences, and from where."""

    state: DifferenceState = DifferenceState.OPEN
    found_in: UUID | None = None
    """Of one run alone, in whatever state."""
