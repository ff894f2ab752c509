"""Balance and balance transactions: what an account has, and every movement that made it so."""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.listing import page
from stripe_sandbox.routing import PAGING, serves

Json = dict[str, Any]


@serves("GET", "/v1/balance")
def retrieve(call: Call, _given: Json) -> Json:
    """What the account has, by currency: the sums of its balance transactions."""
    balances, account = call.world.balances, call.account
    currencies = balances.currencies(account) or ["usd"]
    return {
        "object": "balance",
        "livemode": False,
        "available": [_amount(balances.available(account, currency), currency) for currency in currencies],
        "pending": [_amount(balances.pending(account, currency), currency) for currency in currencies],
    }


@serves("GET", "/v1/balance_transactions/{transaction}")
def retrieve_transaction(call: Call, _given: Json, transaction: str) -> Json:
    """One movement of money."""
    return call.world.find("balance_transaction", transaction, call.account).shown


@serves("GET", "/v1/balance_transactions", f"currency source type {PAGING}")
def list_transactions(call: Call, given: Json) -> Json:
    """The movements of an account's money."""
    return page(call, "balance_transaction", given, url="/v1/balance_transactions", by=("source", "type", "currency"))


def _amount(amount: int, currency: str) -> Json:
    return {"amount": amount, "currency": currency, "source_types": {"card": amount}}
