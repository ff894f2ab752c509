"""Refunds that the staff orders, as the staff loads them."""

from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import selectinload

from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first
from marketplace.refunds.errors import StaffRefundNotFound
from marketplace.refunds.models import StaffRefund
from marketplace.refunds.paging import StaffRefundRequest
from marketplace.refunds.states import StaffRefundState

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


def given_alone_minor(order_id: UUID) -> int:
    """What of an order one person alone has given back so far, in minor units."""
    alone = and_(StaffRefund.state == StaffRefundState.CARRIED_OUT, StaffRefund.decided_by == StaffRefund.proposed_by)
    query = select(func.coalesce(func.sum(StaffRefund.amount_minor), 0)).where(StaffRefund.order_id == order_id, alone)
    return int(session().execute(query).scalar_one())


def page(request: StaffRefundRequest) -> Page[StaffRefund]:
    """Refunds, newest first; of one state or order, or all."""
    query = select(StaffRefund).options(WHOLE)
    if request.state is not None:
        query = query.where(StaffRefund.state == request.state)
    if request.order_id is not None:
        query = query.where(StaffRefund.order_id == request.order_id)
    return newest_first(query, StaffRefund.id, request)
