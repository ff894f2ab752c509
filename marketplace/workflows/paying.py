"""The customer pays: an intent is opened at the provider for what the order says is due."""

from dataclasses import dataclass, field
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.payments import service as payments
from marketplace.payments.errors import NotAwaitingPayment
from marketplace.payments.models import PaymentState
from marketplace.payments.ports import Gateway, IntentAsked, IntentSeen
from marketplace.workflows import queries, settlement
from marketplace.workflows.queries import Due


@dataclass(frozen=True, slots=True)
class PaymentOpened:
    """What a customer's browser needs to pay; the secret is handed on and never stored."""

    intent_id: str
    client_secret: str = field(repr=False)
    amount: Money


def open_payment(order_id: UUID, gateway: Gateway, *, by: Actor) -> PaymentOpened:
    """Open the order's payment, or hand out the open one again: committed, asked, committed; safe twice.

    Raises OrderNotFound, NotAwaitingPayment, ProviderUnavailable, ProviderRefused.
    """
    with transaction():
        due = queries.due(by, order_id, now=clock.now())
    if not due.is_awaited:
        raise _not_awaited()
    intent = _intent(due, gateway)
    with transaction():
        state = _take_in(due, intent)
    if state is not PaymentState.PENDING:
        raise _not_awaited()
    return PaymentOpened(intent.id, intent.client_secret, due.amount)


def _intent(due: Due, gateway: Gateway) -> IntentSeen:
    if due.intent_id is not None:
        return gateway.intent(due.intent_id)
    return gateway.open_intent(
        IntentAsked(key=due.key, payment_id=due.payment_id, order_id=due.order_id, amount=due.amount)
    )


def _take_in(due: Due, intent: IntentSeen) -> PaymentState:
    """Remember the intent, or that it is paid already: its event is late or lost."""
    if intent.charge is None:
        return payments.note_intent(due.payment_id, intent.id)
    settlement.capture(intent)
    return PaymentState.CAPTURED


def _not_awaited() -> NotAwaitingPayment:
    return NotAwaitingPayment("This order is not awaiting payment: it is paid, cancelled, or its time to pay is over.")
