from dataclasses import dataclass
from uuid import UUID

from marketplace.invoicing.models import DocumentKind
from marketplace.kernel.paging import PageRequest


@dataclass(frozen=True, slots=True)
class DocumentRequest(PageRequest):
    """Which documents, and from where."""

    kind: DocumentKind | None = None
    order_id: UUID | None = None
