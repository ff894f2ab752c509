"""Checkout Sessions: the customer pays on Stripe's own page, with whatever Stripe offers there.

A session that is complete is not therefore paid: slow ways to pay complete it and decide days later.
Source: docs.stripe.com/payments/checkout/fulfill-orders.
"""

from typing import Final

import stripe
from stripe.checkout import Session

from marketplace.adapters.stripe_client import Connection, written
from marketplace.adapters.stripe_standing import Intents, Standing
from marketplace.payments.cashier import WayAsked, WaySeen
from marketplace.payments.models import Method, WayState

STATES: Final = {"open": WayState.REQUIRES_ACTION, "expired": WayState.ENDED}
"""Of a session that is complete its intent says how far it is."""


class Checkouts:
    """Opens, shows and closes Checkout Sessions."""

    def __init__(self, connection: Connection, intents: Intents) -> None:
        self._sessions = connection.v1.checkout.sessions
        self._intents = intents

    def open(self, asked: WayAsked) -> WaySeen:
        """A page for one payment; the intent that it makes carries what we wrote on the session."""
        marks = {"order": str(asked.order_id), "payment": str(asked.payment_id), "way": str(asked.way_id)}
        session = self._sessions.create(
            {
                "mode": "payment",
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": asked.amount.currency.lower(),
                            "unit_amount": asked.amount.minor,
                            "product_data": {"name": f"Order {asked.order_number}"},
                        },
                    }
                ],
                "client_reference_id": str(asked.order_id),
                "success_url": asked.return_url,
                "cancel_url": asked.return_url,
                "expires_at": int(asked.due_by.timestamp()),
                "metadata": marks,
                "payment_intent_data": {
                    "capture_method": "automatic",
                    "transfer_group": str(asked.order_id),
                    "metadata": marks,
                },
            },
            {"idempotency_key": str(asked.key)},
        )
        return self._seen(session)

    def look(self, session_id: str) -> WaySeen:
        """A session as it is now."""
        return self._seen(self._sessions.retrieve(session_id))

    def of_intent(self, intent_id: str) -> WaySeen | None:
        """The session whose page made an intent."""
        found = self._sessions.list({"payment_intent": intent_id, "limit": 1}).data
        return self._seen(found[0]) if found else None

    def end(self, asked: WayAsked) -> WaySeen:
        """Close the page; where somebody has paid there and a bank takes its time, call its intent off if it can be."""
        seen = self.look(asked.provider_id) if asked.provider_id else self.open(asked)
        if seen.state is WayState.REQUIRES_ACTION:
            return self._expire(seen.id)
        if seen.intent is not None and seen.state in (WayState.PROCESSING, WayState.FAILED):
            self._intents.cancel(seen.intent.id, key=f"{asked.key}:cancel")
            return self.look(seen.id)
        return seen

    def _expire(self, session_id: str) -> WaySeen:
        """Without a key: a session expires once, and one that was completed just now is looked at instead."""
        try:
            return self._seen(self._sessions.expire(session_id))
        except stripe.InvalidRequestError:
            return self.look(session_id)

    def _seen(self, session: Session) -> WaySeen:
        intent = session.payment_intent
        standing = self._intents.standing(intent) if isinstance(intent, str) else None
        return WaySeen(
            id=session.id,
            method=Method.CHECKOUT,
            state=_state(session, standing),
            way_id=written(session, "way"),
            intent=standing.seen if standing else None,
            url=session.url,
            problem=standing.problem if standing else None,
        )


def _state(session: Session, standing: Standing | None) -> WayState:
    """A declined card leaves the page open for another; on a complete one a decline is the end."""
    if session.status in STATES or standing is None:
        return STATES.get(session.status or "", WayState.REQUIRES_ACTION)
    return standing.state
