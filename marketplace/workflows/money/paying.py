"""The customer pays: an intent is opened at the provider for what the order says is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.payments import service as payments
from marketplace.payments.errors import NotAwaitingPayment, OtherWayChosen
from marketplace.payments.models import Method, PaymentState, WayState
from marketplace.payments.ports import Gateway, IntentAsked, IntentSeen
from marketplace.workflows import queries
from marketplace.workflows.money import settlement
from marketplace.workflows.queries import Due

WHY_NOT_AWAITED: Final[Mapping[PaymentState, str]] = {
    PaymentState.CAPTURED: "This order is paid; nothing of it is left to pay.",
    PaymentState.CANCELLED: "This payment was called off, with its order or for another way to pay; look at it again.",
    PaymentState.PENDING: "The time to pay this order is over; order again.",
}


@dataclass(frozen=True, slots=True)
class BankTransfer:
    """Where to transfer the money to, with which words, and how much of it has arrived."""

    reference: str
    accounts: Sequence[Mapping[str, Any]]
    """Each in the words of its country: IBAN and BIC, sort code and number."""
    paid: Money
    left: Money


@dataclass(frozen=True, slots=True)
class PaymentOpened:
    """What a customer's browser needs to pay; the secret is handed on and never stored.

    An intent and its secret are of a card, an address is of a page, a bank transfer has neither.
    """

    intent_id: str | None
    client_secret: str | None = field(repr=False)
    amount: Money
    method: Method = Method.CARD
    state: WayState = WayState.REQUIRES_ACTION
    url: str | None = None
    bank_transfer: BankTransfer | None = None
    pay_by: datetime | None = None
    problem: str | None = None


def open_payment(order_id: UUID, gateway: Gateway, *, by: Actor) -> PaymentOpened:
    """Open the order's payment, or hand out the open one again: committed, asked, committed; safe twice.

    Raises OrderNotFound, NotAwaitingPayment, OtherWayChosen, ProviderUnavailable, ProviderRefused.
    """
    with transaction():
        due = queries.due(by, order_id, now=clock.now())
    if not due.is_awaited:
        raise not_awaited(due.payment_state)
    if due.method is not Method.CARD:
        raise OtherWayChosen("Another way to pay was chosen for this order.", method=due.method)
    intent = _intent(due, gateway)
    with transaction():
        is_open = _take_in(due, intent)
    if not is_open:
        raise not_awaited(PaymentState.CANCELLED if intent.charge is None else PaymentState.CAPTURED)
    return PaymentOpened(intent.id, intent.client_secret, due.amount)


def _intent(due: Due, gateway: Gateway) -> IntentSeen:
    if due.intent_id is not None:
        return gateway.intent(due.intent_id)
    return gateway.open_intent(
        IntentAsked(key=due.key, payment_id=due.payment_id, order_id=due.order_id, amount=due.amount)
    )


def _take_in(due: Due, intent: IntentSeen) -> bool:
    """Remember the intent, or that it is paid already: its event is late or lost. Whether it is still to be paid."""
    if intent.charge is None:
        return payments.note_intent(due.payment_id, intent.id, key=due.key)
    settlement.capture(intent)
    return False


def not_awaited(payment: PaymentState) -> NotAwaitingPayment:
    """The refusal of whoever wants to pay what is not to be paid, by what became of the payment."""
    return NotAwaitingPayment(WHY_NOT_AWAITED[payment], payment=payment)
