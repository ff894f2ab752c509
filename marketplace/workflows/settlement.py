"""Money and the order it belongs to, moved together: held when it is paid, owed to the sellers when it is accepted.

One completion path (C1): the provider's event, a second look by the customer, and the schedule all end in `capture`.
"""

from collections import defaultdict
from uuid import UUID

from marketplace.kernel.actor import SYSTEM
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.ledger.values import Outcome as Posted
from marketplace.orders import service as orders
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.payments import operations
from marketplace.payments import queries as payment_rows
from marketplace.payments import service as payments
from marketplace.payments.errors import NotPaid, ProviderUnavailable, RefundedAlready
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import OperationKind, Payment, PaymentState
from marketplace.payments.ports import IntentSeen
from marketplace.workflows import queries, refunding


def capture(intent: IntentSeen) -> Outcome:
    """Take in what the provider shows of an intent, inside the caller's transaction: paid once, whoever tells it.

    Money for an order that was cancelled meanwhile is taken in too, and goes back. Raises ProviderUnavailable while
    the provider has not yet written the charge into its books.
    """
    if intent.charge is None:
        return Outcome.STALE
    found = queries.paid_by(intent)
    if found is None:
        return Outcome.UNKNOWN
    order, payment = found
    if payment.state is PaymentState.CAPTURED:
        return Outcome.REPEATED
    movement = intent.charge.movement
    if movement is None:
        raise ProviderUnavailable("The charge is not in the provider's books yet.")
    if not intent.amount == movement.gross == payments.amount(payment):
        return Outcome.DIFFERENT
    payments.capture(payment, intent, intent.charge, movement)
    _tell(order, payment)
    return Outcome.APPLIED


def _tell(order: Order, payment: Payment) -> None:
    if order.state is OrderState.AWAITING_PAYMENT:
        orders.mark_paid(order, by=SYSTEM)
    else:
        refunding.give_back(payment, reason="paid_after_cancellation")


def release(order: Order) -> None:
    """The goods are accepted: what was held is owed by the frozen shares, and each seller's part is sent to them.

    Inside the caller's transaction, which has locked the order and loaded its shares. A second time changes nothing.
    Raises NotPaid, RefundedAlready.
    """
    payment = payment_rows.locked_of_order(order.id)
    if payment.state is not PaymentState.CAPTURED:
        raise NotPaid("This order is not paid; there is nothing to release.")
    shares = _shares(order)
    lines = rules.release(order.id, shares=shares, currency=order.currency)
    if ledger.post("release", reference=f"release:{order.id}", lines=lines, order_id=order.id) is Posted.REPEATED:
        return
    if payment_rows.committed_minor(payment.id):
        raise RefundedAlready("The customer is getting the money of this order back; it cannot be released.")
    for party_id, minor in shares.items():
        if party_id is not None and minor:
            _owe(payment, party_id, minor)


def _shares(order: Order) -> dict[UUID | None, int]:
    shares: dict[UUID | None, int] = defaultdict(int)
    for share in order.shares:
        shares[share.party_id] += share.amount_minor
    return shares


def _owe(payment: Payment, party_id: UUID, minor: int) -> None:
    reason = f"transfer:{payment.order_id}:{party_id}"
    operations.enqueue(OperationKind.TRANSFER, payment, reason=reason, amount_minor=minor, party_id=party_id)
