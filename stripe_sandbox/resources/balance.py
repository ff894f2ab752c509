"""Balance and balance transactions: what an account has, and every movement that made it so."""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.listing import from_shelf, page
from stripe_sandbox.routing import PAGING, serves

Json = dict[str, Any]


@serves("GET", "/v1/balance")
def retrieve(call: Call, _given: Json) -> Json:
    """What the account has, by currency: the sums of its balance transactions."""
    return call.world.balances.shown(call.account)


@serves("GET", "/v1/balance_transactions/{transaction}")
def retrieve_transaction(call: Call, _given: Json, transaction: str) -> Json:
    """One movement of money."""
    return call.world.find("balance_transaction", transaction, call.account).shown


@serves("GET", "/v1/balance_transactions", f"currency payout source type {PAGING}")
def list_transactions(call: Call, given: Json) -> Json:
    """The movements of an account's money; with `payout` those that an automatic payout brought to the bank."""
    url = "/v1/balance_transactions"
    if "payout" not in given:
        return page(call, "balance_transaction", given, url=url, by=("source", "type", "currency"))
    covered = frozenset(call.world.find("payout", given["payout"], call.account, param="payout").kept.get("covers", ()))
    shelf = call.world.shelf("balance_transaction", call.account)
    return from_shelf(call.world, shelf, given, url=url, keep=lambda shown: shown["id"] in covered)
