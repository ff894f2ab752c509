"""Transfer reversals: money that comes back from a connected account to the platform."""

from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NoSuchObject
from stripe_sandbox.listing import embedded, page
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("POST", "/v1/transfers/{transfer}/reversals", "amount metadata")
def create(call: Call, given: Json, transfer: str) -> Json:
    """Take a transfer back, whole or in part.

    Raises InvalidRequest beyond what is left of it, or when the account does not have the money any more.
    """
    found = call.world.find("transfer", transfer, call.account)
    shown = found.shown
    left = shown["amount"] - shown["amount_reversed"]
    amount = given.get("amount", left)
    _check(call, found, amount, left)
    reversal = call.world.add(
        "transfer_reversal",
        call.account,
        amount=amount,
        currency=shown["currency"],
        metadata=metadata.given_in(given),
        transfer=found.id,
    )
    _move(call, found, reversal)
    _note(call, found, amount)
    return reversal.shown


@serves("GET", "/v1/transfers/{transfer}/reversals/{reversal}")
def retrieve(call: Call, _given: Json, transfer: str, reversal: str) -> Json:
    """One reversal of a transfer."""
    found = call.world.find("transfer_reversal", reversal, call.account)
    if found.shown["transfer"] != transfer:
        raise NoSuchObject("transfer_reversal", reversal)
    return found.shown


@serves("GET", "/v1/transfers/{transfer}/reversals", PAGING.replace("created ", ""))
def listed(call: Call, given: Json, transfer: str) -> Json:
    """The reversals of a transfer."""
    found = call.world.find("transfer", transfer, call.account)
    url = f"/v1/transfers/{found.id}/reversals"
    return page(call, "transfer_reversal", given, url=url, where={"transfer": found.id})


def _check(call: Call, transfer: Record, amount: int, left: int) -> None:
    shown, balances = transfer.shown, call.world.balances
    if not left:
        raise InvalidRequest(f"Transfer {transfer.id} is already fully reversed.")
    money.check_amount(amount, shown["currency"])
    if amount > left:
        message = f"Reversal amount ({amount}) is greater than unreversed amount on transfer ({left})"
        raise InvalidRequest(message, code="amount_too_large", param="amount")
    key = (shown["destination"], shown["currency"])
    if balances.available(*key) + balances.pending(*key) < amount:
        message = "Insufficient funds in the destination account to reverse this transfer."
        raise InvalidRequest(message, code="balance_insufficient")


def _move(call: Call, transfer: Record, reversal: Record) -> None:
    """The money goes the way of the transfer backwards, and is available when the transfer's would have been."""
    world, shown = call.world, transfer.shown
    available_on = world.records[shown["balance_transaction"]].shown["available_on"]
    told = {"currency": shown["currency"], "available_on": available_on}
    amount = reversal.shown["amount"]
    back = ledger.enter(world, call.account, type="transfer_refund", source=reversal.id, amount=amount, **told)
    payment = world.records[shown["destination_payment"]]
    ledger.enter(world, payment.account, type="payment_refund", source=payment.id, amount=-amount, **told)
    reversal.shown["balance_transaction"] = back.id
    payment.shown["amount_refunded"] += amount
    payment.shown["refunded"] = payment.shown["amount_refunded"] == payment.shown["amount"]


def _note(call: Call, transfer: Record, amount: int) -> None:
    """The transfer shows what came back, and its charge can be transferred from again."""
    world, shown = call.world, transfer.shown
    shelf = world.shelf("transfer_reversal", call.account, "transfer", transfer.id)
    reversed_now = shown["amount_reversed"] + amount
    shown.update(
        amount_reversed=reversed_now,
        reversed=reversed_now == shown["amount"],
        reversals=embedded(world, shelf, url=shown["reversals"]["url"]),
    )
    if shown["source_transaction"]:
        world.records[shown["source_transaction"]].kept["transferred"] -= amount
    events.emit(call, "transfer.reversed", transfer)
