"""Cash balances: what customers have transferred, and which payments it goes to.

Source: docs.stripe.com/payments/customer-balance (automatic reconciliation: the oldest payment first, in part too).
"""

from typing import Any

from stripe_sandbox import events, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import bank_transfers
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
KIND = "customer_cash_balance_transaction"
AUTOMATIC = {"reconciliation_mode": "automatic", "using_merchant_default": True}


@serves("GET", "/v1/customers/{customer}/cash_balance")
def retrieve(call: Call, _given: Json, customer: str) -> Json:
    """What a customer has transferred and not yet used."""
    return _balance(call.world.find("customer", customer, call.account))


@serves("GET", "/v1/customers/{customer}/cash_balance_transactions", PAGING.replace("created ", ""))
def listed(call: Call, given: Json, customer: str) -> Json:
    """What came into a customer's cash balance, and what it was used for."""
    owner = call.world.find("customer", customer, call.account)
    url = f"/v1/customers/{owner.id}/cash_balance_transactions"
    return page(call, KIND, given, url=url, where={"customer": owner.id})


@serves("POST", "/v1/customers/{customer}/funding_instructions", "bank_transfer currency funding_type")
def instructions(call: Call, given: Json, customer: str) -> Json:
    """Where a customer can transfer money to. Raises InvalidRequest for a currency without bank transfers."""
    owner = call.world.find("customer", customer, call.account)
    currency = money.currency_of(given["currency"])
    told = bank_transfers.instructions(owner.id, currency)
    if given["bank_transfer"]["type"] != told["type"]:
        raise InvalidRequest(f"Transfers in {currency} are of type {told['type']}.", param="bank_transfer[type]")
    return {
        "object": "funding_instructions",
        "bank_transfer": told,
        "currency": currency,
        "funding_type": "bank_transfer",
        "livemode": False,
    }


def receive(call: Call, owner: Record, amount: int, currency: str, reference: str | None) -> Record:
    """Money of a customer has arrived."""
    sender = {**bank_transfers.sender(currency), "reference": reference}
    entry = _enter(call, owner, amount, currency, "funded", {"bank_transfer": sender})
    events.tell(call, "cash_balance.funds_available", _balance(owner), owner.account)
    return entry


def apply(call: Call, intent: Record) -> bool:
    """Use what the customer has transferred for a payment, in part if it is not enough; whether it is enough."""
    shown = intent.shown
    owner = call.world.records[shown["customer"]]
    paid = intent.kept.get("funded", 0)
    part = min(shown["amount"] - paid, _available(owner, shown["currency"]))
    if part:
        told = {"payment_intent": intent.id}
        _enter(call, owner, -part, shown["currency"], "applied_to_payment", told)
        intent.kept["funded"] = paid + part
    left = shown["amount"] - paid - part
    if left and part:
        _show_remaining(intent, left)
        events.emit(call, "payment_intent.partially_funded", intent)
    return not left


def give_back(call: Call, intent: Record) -> None:
    """A payment was called off: what was used for it is the customer's again."""
    if part := intent.kept.pop("funded", 0):
        owner = call.world.records[intent.shown["customer"]]
        told = {"payment_intent": intent.id}
        _enter(call, owner, part, intent.shown["currency"], "unapplied_from_payment", told)


def take(call: Call, owner: Record, amount: int, currency: str) -> None:
    """What a customer has not used goes back to their bank. Raises InvalidRequest beyond what they have."""
    if amount > _available(owner, currency):
        message = f"Refund amount ({amount}) is greater than the customer's cash balance."
        raise InvalidRequest(message, code="amount_too_large", param="amount")
    _enter(call, owner, -amount, currency, "return_initiated", None)


def put_back(call: Call, owner: Record, amount: int, currency: str) -> None:
    """What was to go back to the customer's bank has not."""
    _enter(call, owner, amount, currency, "return_canceled", None)
    events.tell(call, "cash_balance.funds_available", _balance(owner), owner.account)


def waiting(call: Call, owner: Record, currency: str) -> list[Record]:
    """The payments that wait for a customer's transfers, the oldest first."""
    shelf = call.world.shelf("payment_intent", owner.account, "customer", owner.id)
    return [each for each in shelf if each.shown["currency"] == currency and awaits_transfer(each)]


def awaits_transfer(intent: Record) -> bool:
    """Whether a payment waits for money by bank transfer."""
    action = intent.shown["next_action"] or {}
    return action.get("type") == "display_bank_transfer_instructions"


def _show_remaining(intent: Record, left: int) -> None:
    name = "display_bank_transfer_instructions"
    action = intent.shown["next_action"]
    intent.shown["next_action"] = {**action, name: {**action[name], "amount_remaining": left}}


def _available(owner: Record, currency: str) -> int:
    return int(owner.kept.setdefault("cash", {}).get(currency, 0))


def _enter(call: Call, owner: Record, amount: int, currency: str, type: str, told: Json | None) -> Record:
    after = _available(owner, currency) + amount
    owner.kept["cash"][currency] = after
    shown: Json = {
        "currency": currency,
        "customer": owner.id,
        "ending_balance": after,
        "net_amount": amount,
        "type": type,
        **({type: told} if told else {}),
    }
    entry = call.world.add(KIND, owner.account, **shown)
    events.emit(call, f"{KIND}.created", entry)
    return entry


def _balance(owner: Record) -> Json:
    held = {currency: amount for currency, amount in owner.kept.get("cash", {}).items() if amount}
    return {
        "object": "cash_balance",
        "available": held or None,
        "customer": owner.id,
        "customer_account": None,
        "livemode": False,
        "settings": AUTOMATIC,
    }
