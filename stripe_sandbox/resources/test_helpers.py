"""Stripe's own helpers for tests: money that a customer transfers."""

from typing import Any

from stripe_sandbox import money, paying
from stripe_sandbox.calls import Call
from stripe_sandbox.resources import cash
from stripe_sandbox.resources.method_types import bank_transfer_type
from stripe_sandbox.routing import serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("POST", "/v1/test_helpers/customers/{customer}/fund_cash_balance", "amount currency reference")
def fund_cash_balance(call: Call, given: Json, customer: str) -> Json:
    """A customer's transfer arrives. Raises InvalidRequest for a currency without bank transfers."""
    owner = call.world.find("customer", customer, call.account)
    currency = money.currency_of(given["currency"])
    money.check_amount(given["amount"], currency)
    bank_transfer_type(currency)
    return arrive(call, owner, given["amount"], currency, given.get("reference")).shown


def arrive(call: Call, owner: Record, amount: int, currency: str, reference: str | None = None) -> Record:
    """Money of a customer arrives and goes to the payments that wait for it, the oldest first."""
    entry = cash.receive(call, owner, amount, currency, reference)
    for intent in cash.waiting(call, owner, currency):
        if cash.apply(call, intent):
            paying.transferred(call, intent)
    return entry
