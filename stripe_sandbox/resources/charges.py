"""Charges: one attempt each to take a payment, kept whether it worked or not."""

import secrets
from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.listing import page
from stripe_sandbox.resources import payment_methods
from stripe_sandbox.resources.cards import Card
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
HELD_FOR_S = 7 * 24 * 60 * 60
"""A card's bank keeps money for an uncaptured charge for a week (docs.stripe.com/payments/place-a-hold)."""
PAID = {"network_status": "approved_by_network", "type": "authorized", "seller_message": "Payment complete."}


@serves("GET", "/v1/charges/{charge}")
def retrieve(call: Call, _given: Json, charge: str) -> Json:
    """One charge."""
    return call.world.find("charge", charge, call.account).shown


@serves("POST", "/v1/charges/{charge}", "description metadata receipt_email shipping transfer_group")
def update(call: Call, given: Json, charge: str) -> Json:
    """Other words about a charge."""
    return change(call, call.world.find("charge", charge, call.account), given, event="charge.updated")


@serves("GET", "/v1/charges", f"customer payment_intent transfer_group {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The charges of an account, a customer, a payment intent or a transfer group."""
    return page(call, "charge", given, url="/v1/charges", by=("payment_intent", "transfer_group", "customer"))


def attempt(call: Call, intent: Record, payment_method: Record) -> Record:
    """Charge the card with the intent's amount, or only hold it; a declined attempt leaves a failed charge."""
    card = payment_methods.card_of(payment_method)
    is_held = intent.shown["capture_method"] == "manual"
    charge = _of_card(call, intent, payment_method, card, is_held=is_held)
    if card.is_good and not is_held:
        _collect(call, charge, settles_in_s=0 if card.settles_at_once else ledger.CARD_SETTLES_AFTER_S)
    events.emit(call, "charge.succeeded" if card.is_good else "charge.failed", charge)
    if card.settles_at_once:
        events.tell(call, "balance.available", call.world.balances.shown(call.account), call.account)
    return charge


def pay(call: Call, intent: Record, payment_method: Record, *, settles_in_s: int) -> Record:
    """A payment without a card has arrived."""
    charge = _new(call, intent, payment_method, _state("succeeded"), id="py_" + secrets.token_hex(12))
    _collect(call, charge, settles_in_s=settles_in_s)
    events.emit(call, "charge.succeeded", charge)
    return charge


def wait(call: Call, intent: Record, payment_method: Record) -> Record:
    """A payment without a card is on its way."""
    charge = _new(call, intent, payment_method, _state("pending"), id="py_" + secrets.token_hex(12))
    events.emit(call, "charge.pending", charge)
    return charge


def arrive(call: Call, charge: Record, *, settles_in_s: int) -> None:
    """What was on its way has arrived."""
    charge.shown.update(_state("succeeded"), amount_captured=charge.shown["amount"])
    _collect(call, charge, settles_in_s=settles_in_s)
    events.emit(call, "charge.succeeded", charge)


def miss(call: Call, charge: Record, code: str, message: str) -> None:
    """What was on its way will not arrive."""
    charge.shown.update(_state("failed", code, message))
    events.emit(call, "charge.failed", charge)


def capture(call: Call, charge: Record, amount: int) -> None:
    """Take what is held, or a part of it; the bank gives the rest free."""
    card = payment_methods.card_of(call.world.records[charge.shown["payment_method"]])
    charge.shown.update(captured=True, amount_captured=amount)
    _collect(call, charge, settles_in_s=0 if card.settles_at_once else ledger.CARD_SETTLES_AFTER_S)
    events.emit(call, "charge.captured", charge)


def release(call: Call, charge: Record, event: str) -> None:
    """Nothing will be taken of what is held: it is shown as refunded, and no money has moved."""
    charge.shown.update(amount_refunded=charge.shown["amount"], refunded=True)
    events.emit(call, event, charge)


def _of_card(call: Call, intent: Record, payment_method: Record, card: Card, *, is_held: bool) -> Record:
    if not card.is_good:
        return _new(call, intent, payment_method, _state("failed", card.code, card.message, card.decline_code))
    charge = _new(call, intent, payment_method, _state("succeeded", is_captured=not is_held))
    if is_held:
        details = charge.shown["payment_method_details"]
        until = {"capture_before": call.world.now() + HELD_FOR_S}
        charge.shown["payment_method_details"] = {**details, "card": {**details["card"], **until}}
    return charge


def _new(call: Call, intent: Record, payment_method: Record, state: Json, *, id: str | None = None) -> Record:
    paid = intent.shown
    return call.world.add(
        "charge",
        call.account,
        id=id,
        amount=paid["amount"],
        amount_captured=paid["amount"] if state["paid"] and state["captured"] else 0,
        amount_refunded=0,
        currency=paid["currency"],
        customer=paid["customer"],
        payment_intent=intent.id,
        payment_method=payment_method.id,
        payment_method_details=payment_methods.details(payment_method),
        billing_details=payment_method.shown["billing_details"],
        description=paid["description"],
        metadata=paid["metadata"],
        transfer_group=paid["transfer_group"],
        statement_descriptor_suffix=paid["statement_descriptor_suffix"],
        receipt_email=paid["receipt_email"],
        shipping=paid["shipping"],
        refunded=False,
        disputed=False,
        fraud_details={},
        kept={"transferred": 0},
        **state,
    )


def _collect(call: Call, charge: Record, *, settles_in_s: int) -> None:
    """The money goes to the account's balance, less the processing fee."""
    shown = charge.shown
    entry = ledger.enter(
        call.world,
        call.account,
        type="charge" if charge.id.startswith("ch_") else "payment",
        category="charge",
        source=charge.id,
        amount=shown["amount_captured"],
        currency=shown["currency"],
        fee=money.processing_fee(shown["amount_captured"], shown["currency"]),
        available_on=call.world.now() + settles_in_s,
    )
    shown["balance_transaction"] = entry.id


def _state(
    status: str,
    code: str | None = None,
    message: str | None = None,
    decline_code: str | None = None,
    *,
    is_captured: bool = True,
) -> Json:
    """How far the attempt has come, and why it failed if it did."""
    has_failed = status == "failed"
    return {
        "status": status,
        "paid": status == "succeeded",
        "captured": is_captured and not has_failed,
        "failure_code": code,
        "failure_message": message,
        "outcome": _outcome(decline_code or code) if has_failed else {**NO_REASON, **PAID},
    }


NO_REASON = {"advice_code": None, "network_advice_code": None, "network_decline_code": None, "reason": None}


def _outcome(reason: str | None) -> Json:
    told = {"network_status": "declined_by_network", "type": "issuer_declined", "reason": reason}
    return {**NO_REASON, **told, "seller_message": "The bank declined the payment."}
