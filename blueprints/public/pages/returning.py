"""Where customers come back to from a page of the payment provider. That they came says nothing: the provider does."""

from typing import Final
from uuid import UUID

from flask import Response, redirect, render_template, request

from blueprints.http.ports import ports
from blueprints.public.pages.routes import room
from marketplace.accounts import throttling
from marketplace.kernel.errors import Unavailable
from marketplace.payments.models import WayState
from marketplace.workflows.money import choosing

SAID: Final = {
    WayState.PAID: ("Paid", "Your payment has arrived, and the factories are asked now."),
    WayState.PROCESSING: ("On its way", "Your bank is at work on it. Your order waits, and you hear of the end."),
    WayState.PARTIALLY_FUNDED: ("Partly paid", "A part has arrived; your order shows what is left."),
    WayState.FAILED: ("Not paid", "Nothing was taken. Try again from your order, this way or another."),
    WayState.ENDED: ("Closed", "This way to pay is closed. Open the payment anew from your order."),
}
WAITING: Final = ("Not paid yet", "If you have paid, look again in a moment; else go on from your order.")


@room.get("/pay/<uuid:way_id>")
def come_back(way_id: UUID) -> str | Response:
    """Look at what the provider says of the payment, take it in, and tell the customer.

    What the provider adds to the address, a secret of the payment among it, is neither read nor left there.
    """
    if request.query_string:
        return redirect(request.path, 303)  # type: ignore[return-value]
    throttling.count(throttling.RETURN_FROM_IP, throttling.client(request.remote_addr))
    try:
        title, text = SAID.get(choosing.look(way_id, ports().gateway), WAITING)
    except Unavailable:
        title, text = WAITING
    return render_template("paid.html", title=title, text=text)
