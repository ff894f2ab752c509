"""Money back to the customer, out of what is held for the order; once it is released it is the sellers' money."""

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.ledger import queries as ledger
from marketplace.orders.models import Order
from marketplace.payments import operations, queries
from marketplace.payments.errors import NotPaid, ReleasedAlready
from marketplace.payments.models import Operation, OperationKind, Payment, PaymentState


def refund_all(order: Order, *, reason: str, by: Actor) -> None:
    """Give back everything that was paid for an order; the same reason again is the same refund.

    Inside the caller's transaction, which has locked the order. Raises NotPaid, ReleasedAlready, MoreThanCaptured.
    """
    payment = queries.locked_of_order(order.id)
    if payment.state is not PaymentState.CAPTURED:
        raise NotPaid("This order is not paid; there is nothing to give back.")
    refuse_if_released(payment)
    give_back(payment, reason=reason)
    audit.record(by, "payment.refund_ordered", payment, reason=reason)


def refuse_if_released(payment: Payment) -> None:
    """Raises ReleasedAlready; the payment's row is locked, as it is by whoever releases."""
    if ledger.is_posted(f"release:{payment.order_id}"):
        raise ReleasedAlready("The money of this order has been released to the sellers; it cannot be refunded here.")


def give_back(payment: Payment, *, reason: str) -> Operation:
    """Owe the customer everything that was captured."""
    return operations.enqueue(
        OperationKind.REFUND,
        payment,
        reason=f"refund:{payment.order_id}:{reason}",
        amount_minor=payment.captured_minor,
    )
