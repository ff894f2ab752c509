from dataclasses import asdict
from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.payments.schemas import OpenedPayment
from blueprints.http.identity import actor
from blueprints.http.ports import ports, settings
from marketplace.workflows import paying

payments = door.room("payments", "Paying for what you ordered.", path="/orders")


@payments.post("/<uuid:order_id>/payment")
@payments.response(200, OpenedPayment)
def open_payment(order_id: UUID) -> dict[str, Any]:
    """Open the payment of an order, or get the open one again.

    Pay it in the browser with Stripe.js; the order is paid when Stripe has told us so, usually within a second.
    """
    opened = paying.open_payment(order_id, ports().gateway, by=actor())
    amount = opened.amount
    public = {"publishable_key": settings().stripe_publishable_key, "api_base": settings().stripe_api_base}
    return asdict(opened) | public | {"amount": amount}
