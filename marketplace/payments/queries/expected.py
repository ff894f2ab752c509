"""Payments: what is expected, captured and given back of an order.

Locks are taken in one order everywhere: the order, its payment, an operation of it.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    func,
    select,
)

from marketplace.kernel.database import session
from marketplace.payments.errors import (
    PaymentNotFound,
)
from marketplace.payments.models import (
    Payment,
)

FRESH: dict[str, Any] = {"populate_existing": True}


NO_PAYMENT: Final = "No payment is expected for this order."


def locked(payment_id: UUID) -> Payment:
    """A payment, to be changed. Raises PaymentNotFound."""
    return _payment(Payment.id == payment_id)


def locked_of_order(order_id: UUID) -> Sequence[Payment]:
    """The payments of an order, its own first, to be changed. Raises PaymentNotFound."""
    query = select(Payment).where(Payment.order_id == order_id).order_by(Payment.number).with_for_update()
    found = session().scalars(query.execution_options(**FRESH)).all()
    if not found:
        raise PaymentNotFound(NO_PAYMENT)
    return found


def _payment(condition: Any) -> Payment:
    query = select(Payment).where(condition).with_for_update().execution_options(**FRESH)
    found = session().scalars(query).one_or_none()
    if found is None:
        raise PaymentNotFound(NO_PAYMENT)
    return found


def paid_and_refunded(order_id: UUID) -> tuple[int, int]:
    """What was paid for an order, and what of it was refunded, in its minor unit."""
    query = select(
        func.coalesce(func.sum(Payment.captured_minor), 0), func.coalesce(func.sum(Payment.refunded_minor), 0)
    )
    paid, refunded = session().execute(query.where(Payment.order_id == order_id)).one()
    return int(paid), int(refunded)


def payment_of_intent(intent_id: str) -> tuple[UUID, UUID] | None:
    """(order, payment) of what was paid by an intent."""
    query = select(Payment.order_id, Payment.id).where(Payment.intent_id == intent_id)
    row = session().execute(query).one_or_none()
    return None if row is None else (row[0], row[1])
