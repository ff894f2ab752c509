"""Deliveries of Stripe's events: who signed them, when, and what they are about.

Sources: docs.stripe.com/webhooks#verify-manually and #roll-endpoint-secrets (two secrets are good while one is rolled).
"""

import json
from typing import Any, Final

import stripe

from marketplace.kernel import clock
from marketplace.payments.errors import SignatureInvalid
from marketplace.payments.ports import EventSeen

TOLERANCE_S: Final = 300
"""Either side of now; the SDK alone would take any time to come."""


UNREADABLE: Final = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
    stripe.SignatureVerificationError,
)
"""What reading a delivery raises that Stripe did not sign, or that is no event."""


def verify(payload: bytes, signature: str | None, *, secrets: tuple[str, ...]) -> EventSeen:
    """The event in a delivery, without the secrets it may carry. Raises SignatureInvalid."""
    try:
        _signed(payload, signature, secrets)
        event = json.loads(payload)
        return read(event)
    except UNREADABLE as error:
        raise SignatureInvalid("This is no event that the payment provider signed for us just now.") from error


def _signed(payload: bytes, signature: str | None, secrets: tuple[str, ...]) -> None:
    for secret in secrets:
        try:
            stripe.WebhookSignature.verify_header(payload, signature, secret)
            break
        except stripe.SignatureVerificationError:
            continue
    else:
        raise ValueError("no secret of ours signed it")
    if abs(clock.now().timestamp() - _timestamp(signature or "")) > TOLERANCE_S:
        raise ValueError("signed too long ago, or in the future")


def _timestamp(signature: str) -> int:
    """The instant that was signed, in seconds; the SDK has read the same header before."""
    return int(next(part[2:] for part in signature.split(",") if part.startswith("t=")))


def read(event: dict[str, Any]) -> EventSeen:
    """An event, without the secrets it may carry. Raises some of UNREADABLE for what is none."""
    if event["object"] != "event":
        raise ValueError("a thin event, or none at all")
    event["data"]["object"].pop("client_secret", None)
    version = event["api_version"] or ""
    return EventSeen(str(event["id"]), str(event["type"]), version, version == stripe.api_version, event)
