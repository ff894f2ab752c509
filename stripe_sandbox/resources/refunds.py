"""Refunds: money that goes back to the customer, never more than was paid; some arrive late, some come back."""

from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.passing import falls_due
from stripe_sandbox.resources import cash, disputes, metadata, method_types, payment_methods
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
DECIDED_AFTER_S = 24 * 60 * 60
"""Test cards whose refund is not over at once: it is after a day of the clock."""
USUAL_FAILURE = "lost_or_stolen_card"


@serves("POST", "/v1/refunds", "amount charge currency customer origin payment_intent reason metadata")
def create(call: Call, given: Json) -> Json:
    """Give money back, the rest of the charge if no amount is named. The processing fee stays with Stripe.

    With `origin=customer_balance`: what a customer has transferred and not used.
    Raises InvalidRequest when nothing was paid, beyond what is left of it, or when the customer's bank took it back.
    """
    if given.keys() & {"origin", "customer", "currency"}:
        return _out_of_cash(call, given)
    charge = _charge(call, given)
    shown = charge.shown
    left = shown["amount_captured"] - shown["amount_refunded"]
    amount = given.get("amount", left)
    _check(call, charge, amount, left)
    refund = _new(call, given, charge, amount)
    _count(charge, amount)
    events.emit(call, "refund.created", refund)
    events.emit(call, "charge.refunded", charge, before={"amount_refunded": shown["amount_refunded"] - amount})
    return refund.shown


@serves("GET", "/v1/refunds/{refund}")
def retrieve(call: Call, _given: Json, refund: str) -> Json:
    """One refund."""
    return call.world.find("refund", refund, call.account).shown


@serves("POST", "/v1/refunds/{refund}", "metadata")
def update(call: Call, given: Json, refund: str) -> Json:
    """Other metadata."""
    found = call.world.find("refund", refund, call.account)
    shown = change(call, found, given, event=None)
    _tell_update(call, found)
    return shown


@serves("GET", "/v1/refunds", f"charge payment_intent {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The refunds of an account, a charge or a payment intent."""
    return page(call, "refund", given, url="/v1/refunds", by=("charge", "payment_intent"))


def succeed(call: Call, refund: Record) -> None:
    """The money has reached the customer. Raises InvalidRequest unless the refund is pending."""
    _require(refund, ("pending",))
    refund.shown.update(status="succeeded", pending_reason=None)
    call.world.agenda.strike(refund.id)
    _tell_update(call, refund)


def fail(call: Call, refund: Record, reason: str = USUAL_FAILURE) -> None:
    """The money came back from the customer's bank: the platform has it again and still owes it.

    Raises InvalidRequest unless the refund is pending or had succeeded.
    """
    _require(refund, ("pending", "succeeded"))
    shown = refund.shown
    if shown["charge"] is None:
        _back_to_cash(call, refund, reason)
        return
    entry = ledger.enter(
        call.world,
        refund.account,
        type="refund_failure",
        source=refund.id,
        amount=shown["amount"],
        currency=shown["currency"],
    )
    shown.update(status="failed", failure_reason=reason, failure_balance_transaction=entry.id, pending_reason=None)
    call.world.agenda.strike(refund.id)
    charge = call.world.records[shown["charge"]]
    before = charge.shown["amount_refunded"]
    _count(charge, -shown["amount"])
    events.emit(call, "refund.failed", refund)
    _tell_update(call, refund)
    events.emit(call, "charge.updated", charge, before={"amount_refunded": before})


@falls_due("refund.decided")
def _decide(call: Call, refund: Record) -> None:
    if refund.shown["status"] == "pending":
        succeed(call, refund)
    elif refund.shown["status"] == "succeeded":
        fail(call, refund)


def _tell_update(call: Call, refund: Record) -> None:
    events.emit(call, "refund.updated", refund)
    if refund.shown["charge"]:
        events.emit(call, "charge.refund.updated", refund)


def _out_of_cash(call: Call, given: Json) -> Json:
    """Cash that a customer has not used goes to their bank; no money of the account moves.

    Raises InvalidRequest for an incomplete request, and beyond what the customer has.
    """
    for name in ("origin", "customer", "currency", "amount"):
        if name not in given:
            raise InvalidRequest(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if exclusive := given.keys() & {"charge", "payment_intent"}:
        message = f"A refund from a customer balance names no {min(exclusive)}."
        raise InvalidRequest(message, code="parameters_exclusive", param=min(exclusive))
    owner = call.world.find("customer", given["customer"], call.account, param="customer")
    currency = money.currency_of(given["currency"])
    money.check_amount(given["amount"], currency)
    cash.take(call, owner, given["amount"], currency)
    where = method_types.refund_destination("customer_balance", currency)
    refund = call.world.add(
        "refund",
        call.account,
        amount=given["amount"],
        currency=currency,
        destination_details=where,
        metadata=metadata.given_in(given),
        pending_reason="processing",
        reason=given.get("reason"),
        status="pending",
        kept={"customer": owner.id},
    )
    call.world.due(refund, "refund.decided", in_s=DECIDED_AFTER_S)
    events.emit(call, "refund.created", refund)
    return refund.shown


def _back_to_cash(call: Call, refund: Record, reason: str) -> None:
    """The bank did not take it: the customer has it in their cash balance again."""
    shown = refund.shown
    shown.update(status="failed", failure_reason=reason, pending_reason=None)
    call.world.agenda.strike(refund.id)
    cash.put_back(call, call.world.records[refund.kept["customer"]], shown["amount"], shown["currency"])
    events.emit(call, "refund.failed", refund)
    _tell_update(call, refund)


def _require(refund: Record, statuses: tuple[str, ...]) -> None:
    if refund.shown["status"] not in statuses:
        raise InvalidRequest(f"Refund {refund.id} has a status of {refund.shown['status']}.")


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


def _check(call: Call, charge: Record, amount: int, left: int) -> None:
    shown = charge.shown
    if shown["source_transfer"]:
        raise InvalidRequest("A transfer cannot be refunded; reverse it.", code="charge_not_refundable", param="charge")
    if shown["status"] != "succeeded" or not shown["captured"]:
        raise InvalidRequest(f"Charge {charge.id} was not paid.", code="charge_not_refundable", param="charge")
    if shown["disputed"] and not disputes.leaves_refundable(call, charge):
        message = f"Charge {charge.id} has been charged back; cannot issue a refund."
        raise InvalidRequest(message, code="charge_disputed")
    if not left:
        raise InvalidRequest(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    money.check_amount(amount, shown["currency"])
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise InvalidRequest(message, code="amount_too_large", param="amount")


def _new(call: Call, given: Json, charge: Record, amount: int) -> Record:
    shown = charge.shown
    method = call.world.records[shown["payment_method"]]
    ends = _ends(method)
    refund = call.world.add(
        "refund",
        call.account,
        amount=amount,
        charge=charge.id,
        currency=shown["currency"],
        destination_details=method_types.refund_destination(method.shown["type"], shown["currency"]),
        metadata=metadata.given_in(given),
        payment_intent=shown["payment_intent"],
        payment_method=shown["payment_method"],
        pending_reason="processing" if ends == "pending" else None,
        reason=given.get("reason"),
        status="pending" if ends == "pending" else "succeeded",
    )
    entry = ledger.enter(
        call.world, call.account, type="refund", source=refund.id, amount=-amount, currency=shown["currency"]
    )
    refund.shown["balance_transaction"] = entry.id
    if ends != "succeeded":
        call.world.due(refund, "refund.decided", in_s=DECIDED_AFTER_S)
    return refund


def _ends(method: Record) -> str:
    """How a refund to this payment method ends; what is no card takes its time."""
    return payment_methods.card_of(method).refunds if method.shown["type"] == "card" else "pending"


def _count(charge: Record, amount: int) -> None:
    refunded = charge.shown["amount_refunded"] + amount
    charge.shown.update(amount_refunded=refunded, refunded=refunded == charge.shown["amount_captured"])
