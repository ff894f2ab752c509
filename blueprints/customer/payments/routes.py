from dataclasses import fields
from typing import Any, Final
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.payments.schemas import ChooseMethod, OpenedPayment, ShowPayment
from blueprints.http.identity import actor
from blueprints.http.ports import ports, settings
from marketplace.kernel.transaction import transaction
from marketplace.workflows.money import opening_payments, showing_payments
from marketplace.workflows.money.paying import PaymentOpened
from marketplace.workflows.money.showing_payments import PaymentTold

OPENED: Final = tuple(each.name for each in fields(PaymentOpened))
payments = door.room("payments", "Paying for what you ordered.", path="/orders")


@payments.post("/<uuid:order_id>/payment")
@payments.arguments(ChooseMethod, required=False)
@payments.response(200, OpenedPayment)
def open_payment(chosen: dict[str, Any], order_id: UUID) -> dict[str, Any]:
    """Open the payment of an order, or get the open one again; say `method` to pay otherwise than by card.

    A card is paid in the browser with Stripe.js, a page at its `url`, an invoice by bank transfer. The order is paid
    when Stripe has told us so: usually within a second, by bank transfer within days. Another method may be chosen
    while nothing has come; what is paid twice goes back.
    """
    opened = opening_payments.open_payment(
        order_id, chosen["method"], ports().gateway, by=actor(), return_to=f"{settings().public_url}/pay"
    )
    public = {"publishable_key": settings().stripe_publishable_key, "api_base": settings().stripe_api_base}
    return {name: getattr(opened, name) for name in OPENED} | public


@payments.get("/<uuid:order_id>/payment")
@payments.response(200, ShowPayment)
def show_payment(order_id: UUID) -> PaymentTold:
    """Show how far the payment of an order is: each way tried, why it failed, which ways remain, what went back."""
    with transaction():
        return showing_payments.told(order_id, by=actor())
