from dataclasses import dataclass
from uuid import UUID

from marketplace.kernel.paging import PageRequest
from marketplace.refunds.states import StaffRefundState


@dataclass(frozen=True, slots=True)
class StaffRefundRequest(PageRequest):
    """Which refunds, and from where."""

    state: StaffRefundState | None = None
    order_id: UUID | None = None
