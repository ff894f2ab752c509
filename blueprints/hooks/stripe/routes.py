"""Stripe's events: signed, stored once, answered at once; what they mean is found out later."""

from typing import Any, Final

from flask import request
from marshmallow import fields

from blueprints.hooks.door import door
from blueprints.http.ports import ports
from blueprints.http.rooms import documented
from blueprints.http.schemas import Shows
from marketplace.kernel.transaction import transaction
from marketplace.payments import inbox

stripe = door.room("stripe", "Events of the payment provider, for its eyes only.", path="/hooks/stripe")

LARGEST_EVENT: Final = 2**20
SIGNATURE: Final = {
    "in": "header",
    "name": "Stripe-Signature",
    "required": True,
    "schema": {"type": "string"},
    "description": "Made by Stripe with the secret of the webhook endpoint; at most five minutes old.",
    "example": "t=1767225600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd",
}
EXAMPLE: Final = {
    "id": "evt_1PqN2w",
    "object": "event",
    "api_version": "2026-10-28.endive",
    "type": "payment_intent.succeeded",
    "data": {"object": {"id": "pi_3PqN2w", "object": "payment_intent"}},
}
EVENT: Final = {"type": "object", "description": "docs.stripe.com/api/events/object"}
BODY: Final = {"required": True, "content": {"application/json": {"schema": EVENT, "example": EXAMPLE}}}


class Received(Shows):
    """The event is safe with us."""

    delivery = fields.Enum(inbox.Delivery, by_value=True, required=True, metadata={"example": "first"})


@stripe.post("")
@stripe.doc(requestBody=BODY)
@stripe.response(200, Received)
@documented(SIGNATURE)
def receive() -> dict[str, Any]:
    """Take in an event, once; it is handled later."""
    request.max_content_length = LARGEST_EVENT
    event = ports().gateway.verify(request.get_data(cache=False), request.headers.get("Stripe-Signature"))
    with transaction():
        delivery = inbox.receive(event)
    return {"delivery": delivery}
