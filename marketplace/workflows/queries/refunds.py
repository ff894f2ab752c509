"""What goes back to a customer of one order, with who ordered it and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Text, and_, cast, func, literal, select

from marketplace.audit.models import AuditEvent
from marketplace.kernel.database import session
from marketplace.orders.models import Job
from marketplace.payments.models import Operation, OperationKind, OperationState, Payment
from marketplace.refunds.models import StaffRefund


class RefundRow(NamedTuple):
    """One operation that gives money back, the job that it is of, if of one, and the act that ordered it."""

    kind: OperationKind
    state: OperationState
    named: str
    """What the operation is for, once."""
    amount_minor: int
    currency: str
    ordered_at: datetime
    sent_at: datetime | None
    job_id: UUID | None
    factory_id: UUID | None
    by_user: UUID | None
    by_organisation: UUID | None
    reason: str | None
    """In the staff's words, where the staff ordered it."""


def refunds_of_order(order_id: UUID) -> Sequence[RefundRow]:
    """What was given back of an order, or is to be, oldest first, in one statement; whose order it is was asked before.

    An operation is named refund:JOB:WHY:PAYMENT; the act that ordered it is in the audit of its job, under its why.
    """
    why = func.split_part(Operation.reason, ":", 3)
    ordered = and_(
        AuditEvent.subject_id == Job.id,
        AuditEvent.verb == "payment.refund_ordered",
        AuditEvent.details["reason"].as_string() == why,
    )
    by_staff = and_(
        StaffRefund.order_id == Payment.order_id, why == func.concat(literal("staff_"), cast(StaffRefund.id, Text))
    )
    query = (
        select(
            Operation.kind,
            Operation.state,
            Operation.reason,
            Operation.amount_minor,
            Operation.currency,
            Operation.created_at,
            Operation.first_sent_at,
            Job.id,
            Job.factory_id,
            AuditEvent.user_id,
            AuditEvent.organisation_id,
            StaffRefund.reason,
        )
        .join(Payment, Payment.id == Operation.payment_id)
        .outerjoin(
            Job,
            and_(Job.order_id == Payment.order_id, func.split_part(Operation.reason, ":", 2) == cast(Job.id, Text)),
        )
        .outerjoin(AuditEvent, ordered)
        .outerjoin(StaffRefund, by_staff)
        .where(Payment.order_id == order_id, Operation.kind.in_((OperationKind.REFUND, OperationKind.RETURN_FUNDS)))
        .order_by(Operation.id)
    )
    return [RefundRow._make(row) for row in session().execute(query)]
