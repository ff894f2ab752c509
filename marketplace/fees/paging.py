"""Which fees may be asked for."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class FeeRequest(PageRequest):
    """A page of fees; of one organisation, or all."""

    organisation_id: UUID | None = None
