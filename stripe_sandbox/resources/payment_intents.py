"""Payment intents: what a customer is to pay, from the first word to the money."""

import secrets
from typing import Any

from stripe_sandbox import events, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import CardRefused, InvalidRequest, NotOffered, NotPermitted
from stripe_sandbox.listing import page
from stripe_sandbox.resources import charges, metadata, payment_methods
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
CONFIRMABLE = ("requires_payment_method", "requires_confirmation")
SHOWN_TO_BROWSERS = """
    id object amount automatic_payment_methods canceled_at cancellation_reason capture_method client_secret
    confirmation_method created currency description last_payment_error livemode next_action payment_method
    payment_method_types processing receipt_email setup_future_usage shipping source status
"""
COPIED = (
    "description",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


@serves(
    "POST",
    "/v1/payment_intents",
    f"""amount currency automatic_payment_methods allowed_payment_method_types capture_method confirm payment_method
    metadata return_url use_stripe_sdk {" ".join(COPIED)}""",
)
def create(call: Call, given: Json) -> Json:
    """A new payment intent; with `confirm` it is paid at once."""
    currency = money.currency_of(given["currency"])
    money.check_charge(given["amount"], currency)
    _check_method(given)
    method = payment_methods.use(call, given["payment_method"]) if "payment_method" in given else None
    intent = _new(call, given, currency, method)
    events.emit(call, "payment_intent.created", intent)
    return _confirm(call, intent, method) if method and given.get("confirm") else intent.shown


@serves("GET", "/v1/payment_intents/{intent}", "client_secret", is_open_to_browsers=True)
def retrieve(call: Call, given: Json, intent: str) -> Json:
    """One payment intent; a browser sees a part of it."""
    return _seen(call, _find(call, given, intent))


@serves("GET", "/v1/payment_intents", PAGING)
def listed(call: Call, given: Json) -> Json:
    """The payment intents of an account."""
    return page(call, "payment_intent", given, url="/v1/payment_intents")


@serves(
    "POST",
    "/v1/payment_intents/{intent}/confirm",
    "payment_method return_url use_stripe_sdk receipt_email shipping",
    is_open_to_browsers=True,
)
def confirm(call: Call, given: Json, intent: str) -> Json:
    """The customer pays. Raises CardRefused when the card is declined."""
    found = _find(call, given, intent)
    _require(found, CONFIRMABLE, "confirm")
    found.shown.update({name: given[name] for name in ("receipt_email", "shipping") if name in given})
    _confirm(call, found, _method_for(call, found, given))
    return _seen(call, found)


@serves("POST", "/v1/payment_intents/{intent}/cancel", "cancellation_reason")
def cancel(call: Call, given: Json, intent: str) -> Json:
    """Nothing will be paid any more."""
    found = _find(call, given, intent)
    _require(found, CONFIRMABLE, "cancel")
    reason = given.get("cancellation_reason")
    found.shown.update(status="canceled", canceled_at=call.world.now(), cancellation_reason=reason)
    events.emit(call, "payment_intent.canceled", found)
    return found.shown


def _check_method(given: Json) -> None:
    if given.get("capture_method") == "manual":
        raise NotOffered("The local Stripe captures automatically; it does not offer capture_method=manual.")
    if "card" not in given.get("allowed_payment_method_types", ["card"]):
        raise NotOffered("The local Stripe takes cards only.")
    if given.get("confirm") and "payment_method" not in given:
        raise _method_missing()


def _new(call: Call, given: Json, currency: str, method: Record | None) -> Record:
    id = "pi_" + secrets.token_hex(12)
    automatic = given.get("automatic_payment_methods")
    return call.world.add(
        "payment_intent",
        call.account,
        id=id,
        amount=given["amount"],
        amount_capturable=0,
        amount_received=0,
        amount_details={"tip": {}},
        automatic_payment_methods={"allow_redirects": "always", **automatic} if automatic else None,
        allowed_payment_method_types=given.get("allowed_payment_method_types"),
        capture_method=given.get("capture_method", "automatic_async"),
        client_secret=f"{id}_secret_{secrets.token_hex(12)}",
        confirmation_method="automatic",
        currency=currency,
        metadata=metadata.given_in(given),
        payment_method=method and method.id,
        payment_method_types=["card"],
        status="requires_confirmation" if method else "requires_payment_method",
        **{name: given[name] for name in COPIED if name in given},
    )


def _method_for(call: Call, intent: Record, given: Json) -> Record:
    """The payment method to charge: the one named now, or the one that the intent has. Raises InvalidRequest."""
    named = given.get("payment_method") or intent.shown["payment_method"]
    if not named:
        raise _method_missing()
    return payment_methods.use(call, named)


def _confirm(call: Call, intent: Record, method: Record) -> Json:
    charge = charges.attempt(call, intent, method)
    if charge.shown["paid"]:
        return _succeed(call, intent, charge)
    raise _fail(call, intent, charge, method)


def _succeed(call: Call, intent: Record, charge: Record) -> Json:
    intent.shown.update(
        status="succeeded",
        amount_received=charge.shown["amount"],
        latest_charge=charge.id,
        payment_method=charge.shown["payment_method"],
        last_payment_error=None,
    )
    events.emit(call, "payment_intent.succeeded", intent)
    return intent.shown


def _fail(call: Call, intent: Record, charge: Record, method: Record) -> CardRefused:
    """The intent waits for another card; the answer tells why this one did not do."""
    card = payment_methods.card_of(method)
    told: Json = {"code": card.code, "charge": charge.id, "payment_method": dict(method.shown)}
    told |= {"decline_code": card.decline_code} if card.decline_code else {}
    intent.shown.update(
        status="requires_payment_method",
        latest_charge=charge.id,
        payment_method=None,
        last_payment_error={"type": "card_error", "message": card.message, **told},
    )
    events.emit(call, "payment_intent.payment_failed", intent)
    return CardRefused(card.message, **told, payment_intent=_seen(call, intent))


def _find(call: Call, given: Json, id: str) -> Record:
    """The intent; a browser has to know its secret. Raises NoSuchObject, NotPermitted."""
    intent = call.world.find("payment_intent", id, call.account)
    secret = given.get("client_secret")
    if (call.is_browser or secret) and secret != intent.shown["client_secret"]:
        message = "The client_secret provided does not match the client_secret associated with this PaymentIntent."
        raise NotPermitted(message, code="payment_intent_invalid_parameter", param="client_secret")
    return intent


def _seen(call: Call, intent: Record) -> Json:
    if not call.is_browser:
        return intent.shown
    return {name: value for name, value in intent.shown.items() if name in SHOWN_TO_BROWSERS.split()}


def _require(intent: Record, statuses: tuple[str, ...], verb: str) -> None:
    status = intent.shown["status"]
    if status not in statuses:
        message = f"You cannot {verb} this PaymentIntent because it has a status of {status}."
        raise InvalidRequest(message, code="payment_intent_unexpected_state", payment_intent=dict(intent.shown))


def _method_missing() -> InvalidRequest:
    return InvalidRequest(
        "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
        "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment "
        "method.",
        code="parameter_missing",
        param="payment_method",
    )
