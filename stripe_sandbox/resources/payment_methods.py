"""Payment methods: a test id becomes a payment method of its own when it is used."""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject
from stripe_sandbox.resources.cards import CARDS, Card
from stripe_sandbox.routing import serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
NO_BILLING_DETAILS = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}
EXPIRES = {"exp_month": 12, "exp_year": 2040}


@serves("GET", "/v1/payment_methods/{payment_method}")
def retrieve(call: Call, _given: Json, payment_method: str) -> Json:
    """One payment method."""
    return call.world.find("payment_method", payment_method, call.account).shown


def use(call: Call, id: str) -> Record:
    """The payment method to charge: a test card by its published id, or one that exists. Raises NoSuchObject."""
    card = CARDS.get(id)
    if card:
        return _of_card(call, card)
    if id.startswith("pm_card_"):
        raise NoSuchObject("PaymentMethod", id, param="payment_method", status=400)
    return call.world.find("payment_method", id, call.account, param="payment_method")


def card_of(payment_method: Record) -> Card:
    """The test card behind a payment method."""
    card: Card = payment_method.kept["card"]
    return card


def _of_card(call: Call, card: Card) -> Record:
    return call.world.add(
        "payment_method",
        call.account,
        type="card",
        card=_card_as_shown(card),
        billing_details=NO_BILLING_DETAILS,
        metadata={},
        allow_redisplay="unspecified",
        kept={"card": card},
    )


def _card_as_shown(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None},
        "country": "US",
        "display_brand": card.brand,
        **EXPIRES,
        "fingerprint": f"localFingerprint{card.last4}",
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
