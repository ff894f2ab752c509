"""Refunds: money that goes back to the customer, never more than was paid."""

from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("POST", "/v1/refunds", "amount charge payment_intent reason metadata")
def create(call: Call, given: Json) -> Json:
    """Give money back, the rest of the charge if no amount is named. The processing fee stays with Stripe.

    Raises InvalidRequest when nothing was paid, or beyond what is left of it.
    """
    charge = _charge(call, given)
    shown = charge.shown
    left = shown["amount_captured"] - shown["amount_refunded"]
    amount = given.get("amount", left)
    _check(charge, amount, left)
    refund = _new(call, given, charge, amount)
    shown["amount_refunded"] += amount
    shown["refunded"] = shown["amount_refunded"] == shown["amount"]
    events.emit(call, "refund.created", refund)
    events.emit(call, "charge.refunded", charge, before={"amount_refunded": shown["amount_refunded"] - amount})
    return refund.shown


@serves("GET", "/v1/refunds/{refund}")
def retrieve(call: Call, _given: Json, refund: str) -> Json:
    """One refund."""
    return call.world.find("refund", refund, call.account).shown


@serves("GET", "/v1/refunds", f"charge payment_intent {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The refunds of an account, a charge or a payment intent."""
    return page(call, "refund", given, url="/v1/refunds", by=("charge", "payment_intent"))


def _charge(call: Call, given: Json) -> Record:
    if ("charge" in given) == ("payment_intent" in given):
        code = "parameters_exclusive" if "charge" in given else "parameter_missing"
        raise InvalidRequest("One of the following params should be provided: payment_intent or charge.", code=code)
    if "charge" in given:
        return call.world.find("charge", given["charge"], call.account, param="charge")
    intent = call.world.find("payment_intent", given["payment_intent"], call.account, param="payment_intent")
    if not intent.shown["latest_charge"]:
        message = f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
        raise InvalidRequest(message, param="payment_intent")
    return call.world.records[intent.shown["latest_charge"]]


def _check(charge: Record, amount: int, left: int) -> None:
    shown = charge.shown
    if shown["source_transfer"]:
        raise InvalidRequest("A transfer cannot be refunded; reverse it.", code="charge_not_refundable", param="charge")
    if not shown["paid"]:
        raise InvalidRequest(f"Charge {charge.id} was not paid.", code="charge_not_refundable", param="charge")
    if not left:
        raise InvalidRequest(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    money.check_amount(amount, shown["currency"])
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise InvalidRequest(message, code="amount_too_large", param="amount")


def _new(call: Call, given: Json, charge: Record, amount: int) -> Record:
    shown = charge.shown
    refund = call.world.add(
        "refund",
        call.account,
        amount=amount,
        charge=charge.id,
        currency=shown["currency"],
        destination_details={"type": "card", "card": {"reference_status": "pending", "type": "refund"}},
        metadata=metadata.given_in(given),
        payment_intent=shown["payment_intent"],
        payment_method=shown["payment_method"],
        reason=given.get("reason"),
        status="succeeded",
    )
    entry = ledger.enter(
        call.world, call.account, type="refund", source=refund.id, amount=-amount, currency=shown["currency"]
    )
    refund.shown["balance_transaction"] = entry.id
    return refund
