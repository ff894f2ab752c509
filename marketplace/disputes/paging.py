from dataclasses import dataclass

from marketplace.disputes.states import DisputeState
from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class DisputeRequest(PageRequest):
    """Which disputes, and from where."""

    state: DisputeState | None = None
