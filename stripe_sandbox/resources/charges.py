"""Charges: one attempt each to take a payment from a card, kept whether it worked or not."""

from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.listing import page
from stripe_sandbox.resources import payment_methods
from stripe_sandbox.resources.cards import Card
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("GET", "/v1/charges/{charge}")
def retrieve(call: Call, _given: Json, charge: str) -> Json:
    """One charge."""
    return call.world.find("charge", charge, call.account).shown


@serves("GET", "/v1/charges", f"payment_intent transfer_group {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The charges of an account, a payment intent or a transfer group."""
    return page(call, "charge", given, url="/v1/charges", by=("payment_intent", "transfer_group"))


def attempt(call: Call, intent: Record, payment_method: Record) -> Record:
    """Charge the card with the intent's amount; a declined attempt leaves a failed charge."""
    card = payment_methods.card_of(payment_method)
    charge = _new(call, intent, payment_method, card)
    if card.is_good:
        _collect(call, charge, card)
        events.emit(call, "charge.succeeded", charge)
    else:
        events.emit(call, "charge.failed", charge)
    return charge


def _new(call: Call, intent: Record, payment_method: Record, card: Card) -> Record:
    paid = intent.shown
    amount = paid["amount"] if card.is_good else 0
    return call.world.add(
        "charge",
        call.account,
        amount=paid["amount"],
        amount_captured=amount,
        amount_refunded=0,
        currency=paid["currency"],
        payment_intent=intent.id,
        payment_method=payment_method.id,
        payment_method_details=_details(payment_method),
        billing_details=payment_method.shown["billing_details"],
        description=paid["description"],
        metadata=paid["metadata"],
        transfer_group=paid["transfer_group"],
        statement_descriptor_suffix=paid["statement_descriptor_suffix"],
        receipt_email=paid["receipt_email"],
        paid=card.is_good,
        captured=card.is_good,
        refunded=False,
        disputed=False,
        status="succeeded" if card.is_good else "failed",
        failure_code=card.code,
        failure_message=card.message or None,
        outcome=_outcome(card),
        fraud_details={},
        kept={"transferred": 0},
    )


def _collect(call: Call, charge: Record, card: Card) -> None:
    """The money goes to the account's balance, less the processing fee."""
    shown, now = charge.shown, call.world.now()
    entry = ledger.enter(
        call.world,
        call.account,
        type="charge",
        source=charge.id,
        amount=shown["amount"],
        currency=shown["currency"],
        fee=money.processing_fee(shown["amount"], shown["currency"]),
        available_on=now if card.settles_at_once else now + ledger.CARD_SETTLES_AFTER_S,
    )
    shown["balance_transaction"] = entry.id


def _details(payment_method: Record) -> Json:
    card = payment_method.shown["card"]
    told = {
        name: card[name] for name in ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    }
    more = {"last4": card["last4"], "network": card["brand"], "three_d_secure": None, "wallet": None}
    return {"type": "card", "card": {**told, **more}}


def _outcome(card: Card) -> Json:
    told = {"network_status": "approved_by_network", "type": "authorized", "seller_message": "Payment complete."}
    if not card.is_good:
        told = {
            "network_status": "declined_by_network",
            "type": "issuer_declined",
            "reason": card.decline_code or str(card.code),
            "seller_message": "The bank declined the payment.",
        }
    return {"advice_code": None, "network_advice_code": None, "network_decline_code": None, "reason": None, **told}
