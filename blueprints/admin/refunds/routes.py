"""Money that the staff gives back to customers."""

from typing import Any
from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.refunds.schemas import (
    ProposeRefund,
    RefundQuery,
    RefuseRefund,
    ShowStaffRefund,
    StaffRefundPage,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction
from marketplace.refunds import queries
from marketplace.refunds.models import StaffRefund
from marketplace.refunds.paging import StaffRefundRequest
from marketplace.workflows.money import staff_refunding

refunds = door.room("refunds", "Money that the staff gives back; those proposed wait for a second person.")


@refunds.get("")
@refunds.arguments(RefundQuery, location="query")
@refunds.response(200, StaffRefundPage)
def browse(wanted: StaffRefundRequest) -> Page[StaffRefund]:
    """List refunds, newest first; `state=proposed` are those to be approved."""
    return queries.page(wanted)


@refunds.post("")
@refunds.arguments(ProposeRefund)
@refunds.response(201, ShowStaffRefund)
@idempotent
def propose(told: dict[str, Any], once: Once) -> StaffRefund:
    """Give money of an order back: of some jobs, or all that is left; both sides read the reason.

    Up to the limit of one person it is carried out at once, above it once another has approved. A job that is not yet
    accepted by its customer and whose money all goes back is called off.
    """
    with transaction():
        return queries.refund(once(lambda: staff_refunding.propose(by=actor(), **told).id))


@refunds.get("/<uuid:refund_id>")
@refunds.response(200, ShowStaffRefund)
def show(refund_id: UUID) -> StaffRefund:
    """Show a refund."""
    return queries.refund(refund_id)


@refunds.post("/<uuid:refund_id>/approve")
@refunds.response(200, ShowStaffRefund)
def approve(refund_id: UUID) -> StaffRefund:
    """Agree to a refund that another person has proposed; it is carried out at once."""
    with transaction():
        return staff_refunding.approve(refund_id, by=actor())


@refunds.post("/<uuid:refund_id>/refuse")
@refunds.arguments(RefuseRefund)
@refunds.response(200, ShowStaffRefund)
def refuse(told: dict[str, Any], refund_id: UUID) -> StaffRefund:
    """Say no to a refund that was proposed, or take your own proposal back."""
    with transaction():
        return staff_refunding.refuse(refund_id, reason=told["reason"], by=actor())
