from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class AuditRequest(PageRequest):
    """Which acts, and from where."""

    subject_id: UUID | None = None
