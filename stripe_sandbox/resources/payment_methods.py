"""Payment methods: what a customer pays with. A published test id becomes one of its own when it is used."""

import hashlib
from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import CardRefused, InvalidRequest, NoSuchObject, NotOffered
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata
from stripe_sandbox.resources.cards import CARDS, NUMBERS, TOKENS, Card
from stripe_sandbox.resources.method_types import TYPES
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
NO_BILLING_DETAILS = {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}
EXPIRES = {"exp_month": 12, "exp_year": 2040}
PARAMETERS = f"type billing_details metadata allow_redisplay {' '.join(TYPES)}"


@serves("POST", "/v1/payment_methods", PARAMETERS, is_open_to_browsers=True)
def create(call: Call, given: Json) -> Json:
    """A new payment method: a test card by its number or token, or one of the other ways to pay."""
    return make(call, given).shown


@serves("GET", "/v1/payment_methods/{payment_method}")
def retrieve(call: Call, _given: Json, payment_method: str) -> Json:
    """One payment method."""
    return call.world.find("payment_method", payment_method, call.account).shown


@serves("POST", "/v1/payment_methods/{payment_method}", "billing_details metadata allow_redisplay")
def update(call: Call, given: Json, payment_method: str) -> Json:
    """Other billing details or metadata."""
    found = call.world.find("payment_method", payment_method, call.account)
    if "billing_details" in given:
        given["billing_details"] = {**found.shown["billing_details"], **given["billing_details"]}
    return change(call, found, given, event="payment_method.updated")


@serves("GET", "/v1/payment_methods", f"customer type {PAGING.replace('created ', '')}")
def listed(call: Call, given: Json) -> Json:
    """The payment methods of an account or of a customer."""
    return page(call, "payment_method", given, url="/v1/payment_methods", by=("type", "customer"))


@serves("GET", "/v1/customers/{customer}/payment_methods", f"type {PAGING.replace('created ', '')}")
def of_customer(call: Call, given: Json, customer: str) -> Json:
    """The payment methods that a customer has saved."""
    owner = call.world.find("customer", customer, call.account)
    url = f"/v1/customers/{owner.id}/payment_methods"
    return page(call, "payment_method", given, url=url, by=("type",), where={"customer": owner.id})


@serves("POST", "/v1/payment_methods/{payment_method}/attach", "customer")
def attach(call: Call, given: Json, payment_method: str) -> Json:
    """A customer saves a payment method. Raises InvalidRequest when it is another customer's."""
    if "customer" not in given:
        raise InvalidRequest("Missing required param: customer.", code="parameter_missing", param="customer")
    owner = call.world.find("customer", given["customer"], call.account, param="customer")
    found = use(call, payment_method)
    if found.shown["customer"] not in (None, owner.id):
        message = "The payment method you provided has already been attached to a customer."
        raise InvalidRequest(message, code="payment_method_unexpected_state")
    found.shown["customer"] = owner.id
    events.emit(call, "payment_method.attached", found)
    return found.shown


@serves("POST", "/v1/payment_methods/{payment_method}/detach")
def detach(call: Call, _given: Json, payment_method: str) -> Json:
    """The customer does not want it kept any more."""
    found = call.world.find("payment_method", payment_method, call.account)
    owner = found.shown["customer"]
    if owner is None:
        raise InvalidRequest(
            "The payment method you provided is not attached to a customer so detachment is impossible.",
            code="payment_method_unexpected_state",
        )
    found.shown["customer"] = None
    events.emit(call, "payment_method.detached", found, before={"customer": owner})
    return found.shown


def use(call: Call, id: str) -> Record:
    """The payment method to charge: a test card by its published id, or one that exists. Raises NoSuchObject."""
    card = CARDS.get(id)
    if card:
        return _of_card(call, card)
    if id.startswith("pm_card_"):
        raise NoSuchObject("PaymentMethod", id, param="payment_method", status=400)
    return call.world.find("payment_method", id, call.account, param="payment_method")


def make(call: Call, given: Json) -> Record:
    """A payment method as described by `type` and the field of that name.

    Raises InvalidRequest when the description is missing, CardRefused for the number of no test card.
    """
    type = given.get("type")
    if type not in TYPES:
        raise NotOffered(f"The local Stripe knows no payment method of type {type}; it knows {', '.join(TYPES)}.")
    told: Json = {
        "billing_details": {**NO_BILLING_DETAILS, **given.get("billing_details", {})},
        "metadata": metadata.given_in(given),
        "allow_redisplay": given.get("allow_redisplay", "unspecified"),
    }
    if type == "card":
        described = given.get("card", {})
        return _of_card(call, _card(described), expires=_expiry(described), **told)
    if type == "sepa_debit":
        return _of_debit(call, given.get("sepa_debit", {}).get("iban", ""), **told)
    return call.world.add("payment_method", call.account, **{"type": type, type: {}, **told})


def card_of(payment_method: Record) -> Card:
    """The test card behind a payment method."""
    return NUMBERS[payment_method.kept["number"]]


def details(payment_method: Record) -> Json:
    """What a charge shows of the payment method that it was made with."""
    type = payment_method.shown["type"]
    if type == "sepa_debit":
        debited = {name: each for name, each in payment_method.shown[type].items() if name != "generated_from"}
        return {"type": type, type: {**debited, "mandate": None}}
    if type != "card":
        return {"type": type, type: payment_method.shown[type]}
    card = payment_method.shown["card"]
    told = {
        name: card[name] for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    }
    more = {"last4": card["last4"], "network": card["brand"], "three_d_secure": None, "wallet": None}
    return {"type": "card", "card": {**told, **more}}


def _card(given: Json) -> Card:
    if "token" in given:
        if given["token"] not in TOKENS:
            raise NoSuchObject("token", given["token"], param="card[token]", status=400)
        return TOKENS[given["token"]]
    number = given.get("number", "").replace(" ", "")
    if not number:
        raise InvalidRequest("Missing required param: card.", code="parameter_missing", param="card")
    if number not in NUMBERS:
        raise CardRefused("Your card number is incorrect.", code="incorrect_number", param="number")
    return NUMBERS[number]


def _expiry(given: Json) -> Json:
    if "token" in given:
        return EXPIRES
    if not 1 <= given.get("exp_month", 0) <= 12:
        raise CardRefused("Your card's expiration month is invalid.", code="invalid_expiry_month", param="exp_month")
    if not 2025 <= given.get("exp_year", 0) <= 2099:
        raise CardRefused("Your card's expiration year is invalid.", code="invalid_expiry_year", param="exp_year")
    return {"exp_month": given["exp_month"], "exp_year": given["exp_year"]}


def _of_card(call: Call, card: Card, *, expires: Json = EXPIRES, **told: Any) -> Record:
    usual = {"billing_details": NO_BILLING_DETAILS, "metadata": {}, "allow_redisplay": "unspecified"}
    return call.world.add(
        "payment_method",
        call.account,
        type="card",
        card=_card_as_shown(card, expires),
        **{**usual, **told},
        kept={"number": card.number},
    )


def _card_as_shown(card: Card, expires: Json) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": None},
        "country": "US",
        "display_brand": card.brand,
        **expires,
        "fingerprint": f"localFingerprint{card.last4}",
        "funding": card.funding,
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _of_debit(call: Call, iban: str, **told: Any) -> Record:
    """A bank account in the euro area that may be debited."""
    compact = iban.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34 or not compact[:2].isalpha() or not compact[2:4].isdigit():
        raise InvalidRequest(
            "The IBAN you provided is invalid.", code="account_number_invalid", param="sepa_debit[iban]"
        )
    shown = {
        "bank_code": compact[4:9],
        "branch_code": "",
        "country": compact[:2],
        "fingerprint": hashlib.sha256(compact.encode()).hexdigest()[:16],
        "generated_from": None,
        "last4": compact[-4:],
    }
    return call.world.add(
        "payment_method", call.account, type="sepa_debit", sepa_debit=shown, **told, kept={"iban": compact}
    )
