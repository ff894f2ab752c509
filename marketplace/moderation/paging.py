from dataclasses import dataclass

from marketplace.kernel.paging import PageRequest
from marketplace.moderation.models import CaseState


@dataclass(frozen=True, slots=True)
class CaseRequest(PageRequest):
    """Which cases, and from where."""

    state: CaseState | None = None
