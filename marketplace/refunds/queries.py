"""Refunds that the staff orders, as the staff loads them."""

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first
from marketplace.refunds.errors import StaffRefundNotFound
from marketplace.refunds.models import StaffRefund
from marketplace.refunds.paging import StaffRefundRequest

WHOLE: Final = selectinload(StaffRefund.parts)


def refund(refund_id: UUID) -> StaffRefund:
    """One refund. Raises StaffRefundNotFound."""
    query = (
        select(StaffRefund).where(StaffRefund.id == refund_id).options(WHOLE).execution_options(populate_existing=True)
    )
    found = session().scalars(query).one_or_none()
    if found is None:
        raise StaffRefundNotFound("There is no such refund.")
    return found


def page(request: StaffRefundRequest) -> Page[StaffRefund]:
    """Refunds, newest first; of one state or order, or all."""
    query = select(StaffRefund).options(WHOLE)
    if request.state is not None:
        query = query.where(StaffRefund.state == request.state)
    if request.order_id is not None:
        query = query.where(StaffRefund.order_id == request.order_id)
    return newest_first(query, StaffRefund.id, request)
