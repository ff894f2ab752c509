"""What Stripe's own page and its CLI ask behind a Checkout Session; it is no part of the public API.

Only as much as the CLI's recipes send (`stripe trigger checkout.session.completed`).
"""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.resources import checkout_sessions, payment_methods
from stripe_sandbox.routing import serves

Json = dict[str, Any]


@serves("GET", "/v1/payment_pages/{session}")
def retrieve(call: Call, _given: Json, session: str) -> Json:
    """The session behind a page."""
    return call.world.find(checkout_sessions.KIND, session, call.account).shown


@serves("POST", "/v1/payment_pages/{session}/confirm", "payment_method expected_amount")
def confirm(call: Call, given: Json, session: str) -> Json:
    """The customer pays on the page. Raises InvalidRequest when they saw another amount."""
    found = call.world.find(checkout_sessions.KIND, session, call.account)
    if given.get("expected_amount") != str(found.shown["amount_total"]):
        raise InvalidRequest("The amount has changed since the page was shown.", param="expected_amount")
    checkout_sessions.pay(call, found, payment_methods.use(call, given.get("payment_method", "")))
    return found.shown
