"""The customer wants to pay, by a card or otherwise: what they need for it, opened now or open since before."""

from uuid import UUID

from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import transaction
from marketplace.payments.cashier import Provider
from marketplace.payments.errors import OtherWayChosen
from marketplace.payments.models import Method
from marketplace.workflows.money import choosing, paying, showing_payments
from marketplace.workflows.money.paying import PaymentOpened


def open_payment(
    order_id: UUID, method: Method | None, gateway: Provider, *, by: Actor, return_to: str
) -> PaymentOpened:
    """Open the payment of an order by a method; without one by the way that is open, or else a card. Safe twice.

    Raises OrderNotFound, NotAwaitingPayment, PaymentUnderWay, MethodNotForCurrency, AmountNotPayable, TransferTooSlow,
    ProviderUnavailable, ProviderRefused.
    """
    if method in (None, Method.CARD):
        try:
            return paying.open_payment(order_id, gateway, by=by)
        except OtherWayChosen as chosen:
            other = Method(chosen.details["method"])
        if method is Method.CARD:
            choosing.put_card_first(order_id, by=by)
            return paying.open_payment(order_id, gateway, by=by)
        method = other
    assert method is not None, "a card, or what was chosen in its place"
    choosing.open_way(order_id, method, gateway, by=by, return_to=return_to)
    with transaction():
        return showing_payments.opened(order_id, method, by=by)
