"""How a payment intent is paid: at once by card, after the customer's word, by a slow debit, or by bank transfer."""

from typing import Any

from stripe_sandbox import events, outcomes
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import CardRefused, InvalidRequest
from stripe_sandbox.passing import falls_due
from stripe_sandbox.resources import bank_transfers, cash, charges, disputes, payment_methods
from stripe_sandbox.resources.method_types import TYPES
from stripe_sandbox.world import Record

Json = dict[str, Any]
SETTLES_AFTER_S = {
    "alipay": 3 * 24 * 60 * 60,
    "wechat_pay": 3 * 24 * 60 * 60,
    "sepa_debit": 5 * 24 * 60 * 60,
    "customer_balance": 0,
}
"""Assumptions: what a bank transfer brought is there; what others brought comes some days later."""
DEBITED_AFTER_S = 60
DEBIT_FAILS = {"AT861904300235473202": 1, "AT481904300235473205": 3 * 60}
"""Test bank accounts whose debit fails, by the seconds it takes (docs.stripe.com/payments/sepa-debit)."""
NOT_AUTHENTICATED = {
    "card": (
        "payment_intent_authentication_failure",
        "We are unable to authenticate your payment method. Please choose a different payment method and try again.",
    ),
    "other": (
        "payment_intent_payment_attempt_failed",
        "The customer did not approve the payment. Please choose a different payment method and try again.",
    ),
}


def start(call: Call, intent: Record, method: Record, given: Json) -> None:
    """The customer has chosen how to pay.

    Raises InvalidRequest for a way that the intent does not allow, CardRefused when the card is declined.
    """
    type, shown = method.shown["type"], intent.shown
    check(type, shown["payment_method_types"], shown["capture_method"], given.get("return_url"))
    if type != "customer_balance":
        cash.give_back(call, intent)
    if type == "card" and not payment_methods.card_of(method).asks_customer:
        charge_card(call, intent, method)
    elif type == "customer_balance":
        _await_transfer(call, intent, method)
    elif type == "sepa_debit":
        _debit(call, intent, method)
    else:
        _ask(call, intent, method, given)


def charge_card(call: Call, intent: Record, method: Record) -> None:
    """Take the money from the card, or hold it. Raises CardRefused."""
    charge = charges.attempt(call, intent, method)
    if charge.shown["failure_code"]:
        raise _decline(call, intent, charge, method)
    if charge.shown["captured"]:
        succeed(call, intent, charge)
        if reason := payment_methods.card_of(method).disputed_as:
            disputes.open_dispute(call, charge, reason)
    else:
        _hold(call, intent, charge)


def succeed(call: Call, intent: Record, charge: Record) -> None:
    """The customer has paid."""
    intent.shown.update(
        status="succeeded",
        amount_received=charge.shown["amount_captured"],
        amount_capturable=0,
        latest_charge=charge.id,
        payment_method=charge.shown["payment_method"],
        last_payment_error=None,
        next_action=None,
    )
    events.emit(call, "payment_intent.succeeded", intent)
    outcomes.tell(call, intent, "succeeded")


def approve(call: Call, intent: Record) -> None:
    """The customer says yes on the page that they were sent to. Raises CardRefused when the card is declined then."""
    method = call.world.records[intent.shown["payment_method"]]
    intent.shown["next_action"] = None
    type = method.shown["type"]
    if type == "card":
        charge_card(call, intent, method)
    else:
        succeed(call, intent, charges.pay(call, intent, method, settles_in_s=SETTLES_AFTER_S[type]))


def refuse(call: Call, intent: Record) -> None:
    """The customer says no, or cannot show who they are; nothing was charged, and another method may pay."""
    type = call.world.records[intent.shown["payment_method"]].shown["type"]
    code, message = NOT_AUTHENTICATED["card" if type == "card" else "other"]
    _fail(call, intent, {"type": "invalid_request_error", "code": code, "message": message})


def transferred(call: Call, intent: Record) -> None:
    """The customer's transfers cover what they have to pay."""
    method = call.world.records[intent.shown["payment_method"]]
    settles = SETTLES_AFTER_S["customer_balance"]
    succeed(call, intent, charges.pay(call, intent, method, settles_in_s=settles))


@falls_due("payment_intent.debited")
def _debited(call: Call, intent: Record) -> None:
    """The bank has answered a debit."""
    if intent.shown["status"] != "processing":
        return
    charge = call.world.records[intent.shown["latest_charge"]]
    method = call.world.records[intent.shown["payment_method"]]
    if method.kept["iban"] not in DEBIT_FAILS:
        charges.arrive(call, charge, settles_in_s=SETTLES_AFTER_S["sepa_debit"])
        succeed(call, intent, charge)
        return
    message = "The customer's account cannot be debited."
    charges.miss(call, charge, "debit_not_authorized", message)
    _fail(call, intent, {"type": "invalid_request_error", "code": "debit_not_authorized", "message": message})


@falls_due("payment_intent.hold_ends")
def _hold_ends(call: Call, intent: Record) -> None:
    """Nobody took what was held, so the bank gives it free."""
    if intent.shown["status"] == "requires_capture":
        cancel(call, intent, "automatic", event="charge.expired")


def cancel(call: Call, intent: Record, reason: str | None, *, event: str = "charge.refunded") -> None:
    """Nothing will be paid any more; what was held is free again, what was transferred is the customer's."""
    if intent.shown["status"] == "requires_capture":
        charges.release(call, call.world.records[intent.shown["latest_charge"]], event)
    call.world.agenda.strike(intent.id)
    intent.shown.update(
        status="canceled",
        amount_capturable=0,
        canceled_at=call.world.now(),
        cancellation_reason=reason,
        next_action=None,
    )
    cash.give_back(call, intent)
    events.emit(call, "payment_intent.canceled", intent)


def check(type: str, allowed: list[str], capture_method: str, return_url: str | None) -> None:
    """Raises InvalidRequest for a way to pay that a payment does not allow, or that lacks a way back."""
    if type not in allowed:
        raise InvalidRequest(
            f"The PaymentMethod provided ({type}) is not allowed for this PaymentIntent. It allows "
            f"{', '.join(allowed)}.",
            code="payment_intent_incompatible_payment_method",
            param="payment_method",
        )
    if capture_method == "manual" and not TYPES[type].may_hold:
        raise InvalidRequest(
            f"The payment method type {type} does not support manual capture.",
            code="payment_intent_incompatible_payment_method",
            param="capture_method",
        )
    if TYPES[type].leaves_page and not return_url:
        message = f"A return_url is needed to pay with {type}."
        raise InvalidRequest(message, code="parameter_missing", param="return_url")


def _hold(call: Call, intent: Record, charge: Record) -> None:
    intent.shown.update(
        status="requires_capture",
        amount_capturable=charge.shown["amount"],
        latest_charge=charge.id,
        payment_method=charge.shown["payment_method"],
        last_payment_error=None,
        next_action=None,
    )
    call.world.due(intent, "payment_intent.hold_ends", in_s=charges.HELD_FOR_S)
    events.emit(call, "payment_intent.amount_capturable_updated", intent)
    outcomes.tell(call, intent, "held")


def _ask(call: Call, intent: Record, method: Record, given: Json) -> None:
    """The customer has to say yes on a page of their bank or wallet first."""
    type, url = method.shown["type"], f"{call.base_url}/_sandbox/approve/{intent.id}"
    back = given.get("return_url")
    if TYPES[type].leaves_page and not back:
        raise InvalidRequest(
            f"A return_url is needed to pay with {type}.", code="parameter_missing", param="return_url"
        )
    intent.kept["return_url"] = back
    action = ACTIONS.get(type, _authenticate)(url, back)
    _require_action(call, intent, method, action)


def _authenticate(url: str, back: str | None) -> Json:
    """3-D Secure: a redirect, or what Stripe's own script opens when there is nowhere to come back to."""
    if back:
        return {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": back}}
    return {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect", "stripe_js": url}}


def _alipay(url: str, back: str | None) -> Json:
    told = {"url": url, "return_url": back, "native_data": None, "native_url": None}
    return {"type": "alipay_handle_redirect", "alipay_handle_redirect": told}


def _wechat_pay(url: str, _back: str | None) -> Json:
    pictures = dict.fromkeys(("image_data_url", "image_url_png", "image_url_svg"), url)
    told = {"data": url, "hosted_instructions_url": url, **pictures}
    return {"type": "wechat_pay_display_qr_code", "wechat_pay_display_qr_code": told}


ACTIONS = {"alipay": _alipay, "wechat_pay": _wechat_pay}


def _require_action(call: Call, intent: Record, method: Record, action: Json) -> None:
    intent.shown.update(status="requires_action", payment_method=method.id, next_action=action, last_payment_error=None)
    events.emit(call, "payment_intent.requires_action", intent)


def _await_transfer(call: Call, intent: Record, method: Record) -> None:
    """The customer learns where to transfer the money; what they have transferred before counts."""
    shown = intent.shown
    customer = shown["customer"]
    told = bank_transfers.instructions(customer, shown["currency"])
    instructions = {
        "amount_remaining": shown["amount"],
        "currency": shown["currency"],
        "financial_addresses": told["financial_addresses"],
        "hosted_instructions_url": f"{call.base_url}/_sandbox/transfer/{intent.id}",
        "reference": bank_transfers.reference(intent.id),
        "type": told["type"],
    }
    _require_action(
        call,
        intent,
        method,
        {"type": "display_bank_transfer_instructions", "display_bank_transfer_instructions": instructions},
    )
    outcomes.tell(call, intent, "processing")
    if cash.apply(call, intent):
        transferred(call, intent)


def _debit(call: Call, intent: Record, method: Record) -> None:
    """The bank is asked, and answers later."""
    charge = charges.wait(call, intent, method)
    intent.shown.update(
        status="processing",
        payment_method=method.id,
        latest_charge=charge.id,
        last_payment_error=None,
        next_action=None,
        processing={"type": "sepa_debit"},
    )
    call.world.due(intent, "payment_intent.debited", in_s=DEBIT_FAILS.get(method.kept["iban"], DEBITED_AFTER_S))
    events.emit(call, "payment_intent.processing", intent)
    outcomes.tell(call, intent, "processing")


def _decline(call: Call, intent: Record, charge: Record, method: Record) -> CardRefused:
    """The intent waits for another card; the answer tells why this one did not do."""
    card = payment_methods.card_of(method)
    told: Json = {"code": card.code, "charge": charge.id, "payment_method": dict(method.shown)}
    told |= {"decline_code": card.decline_code} if card.decline_code else {}
    intent.shown["latest_charge"] = charge.id
    _fail(call, intent, {"type": "card_error", "message": card.message, **told})
    return CardRefused(card.message, **told)


def _fail(call: Call, intent: Record, error: Json) -> None:
    intent.shown.update(
        status="requires_payment_method",
        payment_method=None,
        last_payment_error=error,
        next_action=None,
        processing=None,
    )
    events.emit(call, "payment_intent.payment_failed", intent)
    outcomes.tell(call, intent, "failed")
