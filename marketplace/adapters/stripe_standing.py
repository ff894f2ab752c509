"""How far a payment intent has come at Stripe, beyond whether it is paid: what is to be done next, or what went wrong.

Source: docs.stripe.com/payments/paymentintents/lifecycle.
"""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import stripe

from marketplace.adapters import stripe_intents
from marketplace.adapters.stripe_client import Connection
from marketplace.payments.models import WayState
from marketplace.payments.ports import IntentSeen

STATES: Final = {
    "requires_action": WayState.REQUIRES_ACTION,
    "requires_confirmation": WayState.REQUIRES_ACTION,
    "processing": WayState.PROCESSING,
    "succeeded": WayState.PAID,
    "canceled": WayState.ENDED,
}
"""`requires_payment_method` is a way to begin or a failure; the last error tells which."""
CANNOT_BE_CANCELLED: Final = "payment_intent_unexpected_state"


@dataclass(frozen=True, slots=True)
class Standing:
    """An intent, its state, and what Stripe says of the next step or of the last one."""

    seen: IntentSeen
    state: WayState
    next_action: dict[str, Any]
    problem: str | None
    metadata: dict[str, str]
    left_minor: int | None
    """Of a bank transfer that is awaited: what is still to come."""


class Intents:
    """Payment intents of ways other than a card."""

    def __init__(self, connection: Connection) -> None:
        self._client = connection.client

    def standing(self, intent_id: str) -> Standing:
        """An intent as it is now."""
        return self._read("get", f"/{quote(intent_id, safe='')}")

    def create(self, key: str, **asked: Any) -> Standing:
        """A new intent, once for each key."""
        return self._read("post", "", idempotency_key=key, **asked)

    def cancel(self, intent_id: str, *, key: str) -> Standing:
        """Nothing will be paid with it any more; one that cannot be cancelled now comes back as it is."""
        where = f"/{quote(intent_id, safe='')}"
        try:
            return self._read("post", f"{where}/cancel", idempotency_key=key)
        except stripe.InvalidRequestError as error:
            if error.code != CANNOT_BE_CANCELLED:
                raise
            return self._read("get", where)

    def _read(self, method: str, where: str, **asked: Any) -> Standing:
        answer = self._client.raw_request(
            method, f"/v1/payment_intents{where}", expand=stripe_intents.EXPANDED, **asked
        )
        return _standing(answer.data)


def _standing(told: dict[str, Any]) -> Standing:
    seen = stripe_intents.seen(told)
    action = told.get("next_action") or {}
    error = told.get("last_payment_error") or {}
    begun = WayState.FAILED if error else WayState.REQUIRES_ACTION
    transfer = action.get("display_bank_transfer_instructions") or {}
    return Standing(
        seen=seen,
        state=STATES.get(told["status"], begun),
        next_action=action,
        problem=error.get("message"),
        metadata=told.get("metadata") or {},
        left_minor=transfer.get("amount_remaining"),
    )
