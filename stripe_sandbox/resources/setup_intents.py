"""Setup intents: a customer saves a payment method for later, without paying now."""

import secrets
from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import CardRefused, InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata, method_types, payment_methods
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
TYPES = ("card", "sepa_debit")
"""What can be saved for later."""


@serves(
    "POST",
    "/v1/setup_intents",
    """allowed_payment_method_types automatic_payment_methods confirm customer description metadata payment_method
    payment_method_data return_url usage use_stripe_sdk""",
)
def create(call: Call, given: Json) -> Json:
    """A new setup intent; with `confirm` its payment method is saved at once."""
    if given.get("confirm") and not given.keys() & {"payment_method", "payment_method_data"}:
        raise _method_missing()
    method = payment_methods.use(call, given["payment_method"]) if "payment_method" in given else None
    if "customer" in given:
        call.world.find("customer", given["customer"], call.account, param="customer")
    wanted = given.get("allowed_payment_method_types", TYPES)
    id = "seti_" + secrets.token_hex(12)
    intent = call.world.add(
        "setup_intent",
        call.account,
        id=id,
        allowed_payment_method_types=given.get("allowed_payment_method_types"),
        automatic_payment_methods=given.get("automatic_payment_methods"),
        client_secret=f"{id}_secret_{secrets.token_hex(12)}",
        customer=given.get("customer"),
        description=given.get("description"),
        metadata=metadata.given_in(given),
        payment_method=method and method.id,
        payment_method_types=[name for name in method_types.TYPES if name in wanted and name in TYPES],
        status="requires_confirmation" if method else "requires_payment_method",
        usage=given.get("usage", "off_session"),
    )
    events.emit(call, "setup_intent.created", intent)
    if given.get("confirm"):
        _start(call, intent, given)
    return intent.shown


@serves("GET", "/v1/setup_intents/{intent}")
def retrieve(call: Call, _given: Json, intent: str) -> Json:
    """One setup intent."""
    return call.world.find("setup_intent", intent, call.account).shown


@serves("GET", "/v1/setup_intents", f"customer payment_method {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The setup intents of an account."""
    return page(call, "setup_intent", given, url="/v1/setup_intents", by=("customer", "payment_method"))


@serves("POST", "/v1/setup_intents/{intent}/confirm", "payment_method payment_method_data return_url use_stripe_sdk")
def confirm(call: Call, given: Json, intent: str) -> Json:
    """The customer agrees. Raises CardRefused when the bank does not."""
    found = call.world.find("setup_intent", intent, call.account)
    _require(found, "confirm")
    _start(call, found, given)
    return found.shown


@serves("POST", "/v1/setup_intents/{intent}/cancel", "cancellation_reason")
def cancel(call: Call, given: Json, intent: str) -> Json:
    """Nothing will be saved any more."""
    found = call.world.find("setup_intent", intent, call.account)
    _require(found, "cancel")
    reason = given.get("cancellation_reason")
    found.shown.update(status="canceled", cancellation_reason=reason, next_action=None)
    events.emit(call, "setup_intent.canceled", found)
    return found.shown


def approve(call: Call, intent: Record) -> None:
    """The customer has shown who they are. Raises CardRefused when the bank declines all the same."""
    method = call.world.records[intent.shown["payment_method"]]
    intent.shown["next_action"] = None
    if method.shown["type"] == "card" and not payment_methods.card_of(method).is_good:
        raise _decline(call, intent, method)
    intent.shown.update(status="succeeded", last_setup_error=None)
    if customer := intent.shown["customer"]:
        payment_methods.attach(call, {"customer": customer}, method.id)
    events.emit(call, "setup_intent.succeeded", intent)


def refuse(call: Call, intent: Record) -> None:
    """The customer could not show who they are; another payment method may do."""
    message = "We are unable to authenticate your payment method. Please choose a different payment method."
    _fail(
        call,
        intent,
        {"type": "invalid_request_error", "code": "setup_intent_authentication_failure", "message": message},
    )


def _start(call: Call, intent: Record, given: Json) -> None:
    method = _method(call, intent, given)
    intent.shown["payment_method"] = method.id
    if method.shown["type"] != "card" or not payment_methods.card_of(method).asks_customer:
        approve(call, intent)
        return
    url, back = f"{call.base_url}/_sandbox/approve/{intent.id}", given.get("return_url")
    intent.kept["return_url"] = back
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": back}}
    intent.shown.update(status="requires_action", next_action=action)
    events.emit(call, "setup_intent.requires_action", intent)


def _method(call: Call, intent: Record, given: Json) -> Record:
    if "payment_method_data" in given:
        return payment_methods.make(call, given["payment_method_data"])
    known = intent.shown["payment_method"]
    if known:
        return call.world.records[known]
    if "payment_method" in given:
        return payment_methods.use(call, given["payment_method"])
    raise _method_missing()


def _method_missing() -> InvalidRequest:
    message = "You cannot confirm this SetupIntent because it's missing a payment method."
    return InvalidRequest(message, code="parameter_missing", param="payment_method")


def _decline(call: Call, intent: Record, method: Record) -> CardRefused:
    card = payment_methods.card_of(method)
    told: Json = {"code": card.code, "payment_method": dict(method.shown)}
    told |= {"decline_code": card.decline_code} if card.decline_code else {}
    _fail(call, intent, {"type": "card_error", "message": card.message, **told})
    return CardRefused(card.message, **told, setup_intent=dict(intent.shown))


def _fail(call: Call, intent: Record, error: Json) -> None:
    intent.shown.update(status="requires_payment_method", payment_method=None, last_setup_error=error, next_action=None)
    events.emit(call, "setup_intent.setup_failed", intent)


def _require(intent: Record, verb: str) -> None:
    status = intent.shown["status"]
    if status not in OPEN:
        message = f"You cannot {verb} this SetupIntent because it has a status of {status}."
        raise InvalidRequest(message, code="setup_intent_unexpected_state")
