"""Transfers: money of the platform that goes to the balance of a connected account."""

import secrets
from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NoSuchObject
from stripe_sandbox.listing import embedded, page
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("POST", "/v1/transfers", "amount currency destination description metadata source_transaction transfer_group")
def create(call: Call, given: Json) -> Json:
    """Send money to a connected account, out of one charge or out of the available balance.

    Raises InvalidRequest when the account cannot receive, the charge does not cover it, or the balance is too small.
    """
    currency = money.currency_of(given["currency"])
    destination = _destination(call, given["destination"])
    source = _source(call, given, currency)
    amount = _amount(given, source)
    money.check_amount(amount, currency)
    if source:
        _check_covered(source, amount)
    elif call.world.balances.available(call.account, currency) < amount:
        raise _balance_insufficient()
    transfer = _new(call, given, amount, currency, destination, source)
    _move(call, transfer, source)
    events.emit(call, "transfer.created", transfer)
    return transfer.shown


@serves("GET", "/v1/transfers/{transfer}")
def retrieve(call: Call, _given: Json, transfer: str) -> Json:
    """One transfer."""
    return call.world.find("transfer", transfer, call.account).shown


@serves("GET", "/v1/transfers", f"destination transfer_group {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The transfers of an account, to a destination or of a transfer group."""
    return page(call, "transfer", given, url="/v1/transfers", by=("transfer_group", "destination"))


def _destination(call: Call, id: str) -> Record:
    account = call.world.known(id, "account")
    if account is None:
        raise NoSuchObject("destination", id, param="destination", status=400)
    if account.shown["capabilities"].get("transfers") != "active":
        raise InvalidRequest(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            param="destination",
        )
    return account


def _source(call: Call, given: Json, currency: str) -> Record | None:
    if "source_transaction" not in given:
        return None
    charge = call.world.find("charge", given["source_transaction"], call.account, param="source_transaction")
    if charge.shown["currency"] != currency:
        message = f"The transfer currency ({currency}) must be that of source_transaction's balance transaction."
        raise InvalidRequest(message, param="currency")
    if charge.shown["status"] != "succeeded" or not charge.shown["captured"]:
        raise InvalidRequest("The source_transaction must be a charge that was captured.", param="source_transaction")
    return charge


def _amount(given: Json, source: Record | None) -> int:
    if "amount" in given:
        return int(given["amount"])
    if source is None:
        raise InvalidRequest("Missing required param: amount.", code="parameter_missing", param="amount")
    return int(source.shown["amount_captured"]) - int(source.kept["transferred"])


def _check_covered(source: Record, amount: int) -> None:
    total, used = source.shown["amount_captured"], source.kept["transferred"]
    if used + amount > total:
        raise InvalidRequest(
            f"Transfers using this transaction as a source must not exceed the source amount of {total}. "
            f"(There is already {used} transferred using this source.)",
            param="amount",
        )


def _new(call: Call, given: Json, amount: int, currency: str, destination: Record, source: Record | None) -> Record:
    id = "tr_" + secrets.token_hex(12)
    return call.world.add(
        "transfer",
        call.account,
        id=id,
        amount=amount,
        amount_reversed=0,
        currency=currency,
        description=given.get("description"),
        destination=destination.id,
        destination_payment="py_" + secrets.token_hex(12),
        metadata=metadata.given_in(given),
        reversals=embedded(call.world, [], url=f"/v1/transfers/{id}/reversals"),
        reversed=False,
        source_transaction=source and source.id,
        source_type="card",
        transfer_group=given.get("transfer_group") or (source and source.shown["transfer_group"]),
    )


def _move(call: Call, transfer: Record, source: Record | None) -> None:
    """The same amount leaves the platform and reaches the account, both when the charge's money becomes available."""
    world, shown = call.world, transfer.shown
    available_on = world.records[source.shown["balance_transaction"]].shown["available_on"] if source else world.now()
    told = {"currency": shown["currency"], "available_on": available_on}
    out = ledger.enter(world, call.account, type="transfer", source=transfer.id, amount=-shown["amount"], **told)
    payment = _payment(call, transfer)
    entered = ledger.enter(world, payment.account, type="payment", source=payment.id, amount=shown["amount"], **told)
    payment.shown["balance_transaction"] = entered.id
    shown["balance_transaction"] = out.id
    if source:
        source.kept["transferred"] += shown["amount"]


def _payment(call: Call, transfer: Record) -> Record:
    """What the connected account sees of a transfer: a charge that was paid by the platform."""
    shown = transfer.shown
    return call.world.add(
        "charge",
        shown["destination"],
        id=shown["destination_payment"],
        amount=shown["amount"],
        amount_captured=shown["amount"],
        amount_refunded=0,
        currency=shown["currency"],
        billing_details={"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        captured=True,
        disputed=False,
        fraud_details={},
        metadata={},
        paid=True,
        refunded=False,
        source_transfer=transfer.id,
        status="succeeded",
        transfer_group=shown["transfer_group"],
        kept={"transferred": 0},
    )


def _balance_insufficient() -> InvalidRequest:
    return InvalidRequest(
        "You have insufficient available funds in your Stripe account. Try adding funds directly to your available "
        "balance by creating Charges using the 4000000000000077 test card.",
        code="balance_insufficient",
    )
