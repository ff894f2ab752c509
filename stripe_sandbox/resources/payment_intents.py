"""Payment intents: what a customer is to pay, from the first word to the money."""

import os
from typing import Any

from stripe_sandbox import events, money, paying
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import CardRefused, InvalidRequest, NotPermitted
from stripe_sandbox.listing import page
from stripe_sandbox.resources import charges, metadata, method_types, payment_methods
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
CHANGEABLE = ("requires_payment_method", "requires_confirmation")
CONFIRMABLE = (*CHANGEABLE, "requires_action")
CANCELLABLE = (*CONFIRMABLE, "requires_capture", "processing")
FOR_BROWSERS = """
    id object amount automatic_payment_methods canceled_at cancellation_reason capture_method client_secret
    confirmation_method created currency description last_payment_error livemode next_action payment_method
    payment_method_types processing receipt_email setup_future_usage shipping source status
"""
SHOWN_TO_BROWSERS = frozenset(FOR_BROWSERS.split())
COPIED = (
    "description",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)
PAYS_WITH = (
    "payment_method payment_method_data payment_method_options return_url use_stripe_sdk mandate_data off_session"
)


@serves(
    "POST",
    "/v1/payment_intents",
    f"""amount currency automatic_payment_methods allowed_payment_method_types capture_method confirmation_method
    confirm customer metadata {PAYS_WITH} {" ".join(COPIED)}""",
)
def create(call: Call, given: Json) -> Json:
    """A new payment intent; with `confirm` it is paid at once."""
    currency = money.currency_of(given["currency"])
    money.check_charge(given["amount"], currency)
    method = _method_in(call, given)
    if given.get("confirm"):
        _check(given, currency, method)
    intent = make(call, given, currency, method)
    if given.get("confirm"):
        _start(call, intent, given)
    return intent.shown


@serves("GET", "/v1/payment_intents/{intent}", "client_secret", is_open_to_browsers=True)
def retrieve(call: Call, given: Json, intent: str) -> Json:
    """One payment intent; a browser sees a part of it."""
    return _seen(call, _find(call, given, intent))


@serves("GET", "/v1/payment_intents", f"customer {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The payment intents of an account or of a customer."""
    return page(call, "payment_intent", given, url="/v1/payment_intents", by=("customer",))


@serves("POST", "/v1/payment_intents/{intent}", f"amount payment_method metadata {' '.join(COPIED)}")
def update(call: Call, given: Json, intent: str) -> Json:
    """Other words; another amount or payment method until the customer has begun to pay. Raises InvalidRequest."""
    found = _find(call, given, intent)
    if given.keys() & {"amount", "payment_method"}:
        _require(found, CHANGEABLE, "update")
    if "amount" in given:
        money.check_charge(given["amount"], found.shown["currency"])
    if "payment_method" in given:
        given["payment_method"] = payment_methods.use(call, given["payment_method"]).id
        given["status"] = "requires_confirmation"
    return change(call, found, given, event=None)


@serves(
    "POST",
    "/v1/payment_intents/{intent}/confirm",
    f"receipt_email shipping {PAYS_WITH}",
    is_open_to_browsers=True,
)
def confirm(call: Call, given: Json, intent: str) -> Json:
    """The customer pays. Raises CardRefused when the card is declined."""
    found = _find(call, given, intent)
    _require(found, CONFIRMABLE, "confirm")
    if call.is_browser and found.shown["confirmation_method"] == "manual":
        message = "This PaymentIntent is confirmed manually: only the platform can do it, with its secret key."
        raise InvalidRequest(message, code="payment_intent_invalid_parameter")
    found.shown.update({name: given[name] for name in ("receipt_email", "shipping") if name in given})
    _start(call, found, given)
    return _seen(call, found)


@serves("POST", "/v1/payment_intents/{intent}/capture", "amount_to_capture metadata")
def capture(call: Call, given: Json, intent: str) -> Json:
    """Take what is held, or a part of it; the rest is free again. Raises InvalidRequest beyond what is held."""
    found = _find(call, given, intent)
    _require(found, ("requires_capture",), "capture")
    held = int(found.shown["amount_capturable"])
    amount: int = given.get("amount_to_capture", held)
    if not 1 <= amount <= held:
        message = f"The amount {amount} cannot be captured: {held} is held."
        raise InvalidRequest(message, code="amount_too_large", param="amount_to_capture")
    if "metadata" in given:
        found.shown["metadata"] = metadata.changed_by(given, found.shown["metadata"])
    call.world.agenda.strike(found.id)
    charge = call.world.records[found.shown["latest_charge"]]
    charges.capture(call, charge, amount)
    paying.succeed(call, found, charge)
    return found.shown


@serves("POST", "/v1/payment_intents/{intent}/cancel", "cancellation_reason")
def cancel(call: Call, given: Json, intent: str) -> Json:
    """Nothing will be paid any more; what was held is free again."""
    found = _find(call, given, intent)
    _require(found, CANCELLABLE, "cancel")
    paying.cancel(call, found, given.get("cancellation_reason"))
    return found.shown


def make(call: Call, given: Json, currency: str, method: Record | None) -> Record:
    """A new payment intent that waits for its customer. Raises InvalidRequest when nobody could pay it."""
    if "customer" in given:
        call.world.find("customer", given["customer"], call.account, param="customer")
    id = "pi_" + os.urandom(12).hex()
    automatic = given.get("automatic_payment_methods")
    intent = call.world.add(
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
        client_secret=f"{id}_secret_{os.urandom(12).hex()}",
        confirmation_method=given.get("confirmation_method", "automatic"),
        currency=currency,
        customer=given.get("customer"),
        metadata=metadata.given_in(given),
        payment_method=method and method.id,
        payment_method_types=types_for(given, currency),
        status="requires_confirmation" if method else "requires_payment_method",
        **{name: given[name] for name in COPIED if name in given},
    )
    events.emit(call, "payment_intent.created", intent)
    return intent


def types_for(given: Json, currency: str) -> list[str]:
    """The ways in which a payment with these parameters can be made. Raises InvalidRequest when there is none."""
    wanted = given.get("allowed_payment_method_types")
    automatic = given.get("automatic_payment_methods") or {}
    types = method_types.usable(
        tuple(wanted) if wanted else None,
        currency=currency,
        has_customer="customer" in given,
        redirects=automatic.get("allow_redirects") != "never",
    )
    if not types:
        message = f"None of the payment methods {', '.join(wanted or ())} can be used for this payment in {currency}."
        raise InvalidRequest(message, param="allowed_payment_method_types")
    return list(types)


def _check(given: Json, currency: str, method: Record | None) -> None:
    """A payment that could never begin is not made at all. Raises InvalidRequest."""
    if method is None:
        raise _method_missing()
    types = types_for(given, currency)
    paying.check(method.shown["type"], types, given.get("capture_method", ""), given.get("return_url"))


def _method_in(call: Call, given: Json) -> Record | None:
    if "payment_method_data" in given:
        return payment_methods.make(call, given["payment_method_data"])
    return payment_methods.use(call, given["payment_method"]) if "payment_method" in given else None


def _start(call: Call, intent: Record, given: Json) -> None:
    """Pay with the method named now, or the one that the intent has. Raises InvalidRequest, CardRefused."""
    known = intent.shown["payment_method"]
    method = call.world.records[known] if known and given.get("confirm") else _method_in(call, given)
    if method is None and known is None:
        raise _method_missing()
    try:
        paying.start(call, intent, method or call.world.records[known], given)
    except CardRefused as refusal:
        refusal.error["payment_intent"] = _seen(call, intent)
        raise


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
    return {name: value for name, value in intent.shown.items() if name in SHOWN_TO_BROWSERS}


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
