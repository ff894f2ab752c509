"""Bank accounts: where payouts go. Some test numbers refuse what is sent to them.

Source: docs.stripe.com/connect/testing#account-numbers.
"""

import secrets
from typing import Any

from stripe_sandbox import events, money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NoSuchObject
from stripe_sandbox.listing import page, part_of
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import PLATFORM, Record

Json = dict[str, Any]
GOOD_NUMBER = "000123456789"
REFUSING = {
    "000111111113": "account_closed",
    "000111111116": "no_account",
    "000111111117": "invalid_account_number",
    "000111111119": "insufficient_funds",
    "000222222227": "debit_not_authorized",
}
"""What goes wrong with a payout to these account numbers."""


@serves("POST", "/v1/accounts/{account}/external_accounts", "external_account metadata default_for_currency")
def create(call: Call, given: Json, account: str) -> Json:
    """A bank account of a connected account; the first of a currency is its usual one."""
    owner = call.world.find("account", account, PLATFORM)
    told: Any = given["external_account"]
    if not isinstance(told, dict):
        raise InvalidRequest("An external account is told by country, currency and number.", param="external_account")
    return add(
        call,
        owner,
        country=told.get("country") or owner.shown["country"],
        currency=money.currency_of(told.get("currency") or owner.shown["default_currency"]),
        number=told.get("account_number", GOOD_NUMBER),
        metadata=metadata.given_in(given),
        is_usual=given.get("default_for_currency", False),
    ).shown


@serves("GET", "/v1/accounts/{account}/external_accounts/{id}")
def retrieve(call: Call, _given: Json, account: str, id: str) -> Json:
    """One bank account of a connected account."""
    found = call.world.known(id, "bank_account")
    if found is None or found.shown["account"] != account:
        raise NoSuchObject("external account", id)
    return found.shown


@serves("GET", "/v1/accounts/{account}/external_accounts", PAGING.replace("created ", ""))
def listed(call: Call, given: Json, account: str) -> Json:
    """The bank accounts of a connected account."""
    owner = call.world.find("account", account, PLATFORM)
    theirs = Call.of_nobody(call.world, owner.id)
    url = f"/v1/accounts/{owner.id}/external_accounts"
    return page(theirs, "bank_account", given, url=url, where={"account": owner.id})


def add(
    call: Call,
    owner: Record,
    *,
    country: str,
    currency: str,
    number: str,
    metadata: Json | None = None,
    is_usual: bool = False,
) -> Record:
    """A new bank account of a connected account."""
    usual = _usual(call, owner.id, currency)
    if usual and is_usual:
        usual.shown["default_for_currency"] = False
    bank = _new(call, owner.id, country, currency, number, is_usual=is_usual or usual is None)
    bank.shown["metadata"] = metadata or {}
    theirs = [dict(each.shown) for each in reversed(call.world.shelf("bank_account", owner.id))]
    owner.shown["external_accounts"] = part_of(theirs, {}, url=owner.shown["external_accounts"]["url"])
    events.emit(call, "account.external_account.created", bank)
    return bank


def destination(call: Call, id: str | None, currency: str) -> Record:
    """The bank account that a payout of the caller goes to.

    Raises NoSuchObject, and InvalidRequest when there is none in this currency.
    """
    if id is not None:
        found = call.world.find("bank_account", id, call.account, param="destination")
        if found.shown["currency"] == currency:
            return found
    elif usual := _usual(call, call.account, currency):
        return usual
    elif call.account == PLATFORM:
        return _new(call, PLATFORM, "US", currency, GOOD_NUMBER, is_usual=True)
    raise InvalidRequest(
        f"Sorry, you don't have any external accounts in that currency ({currency}).", param="currency"
    )


def refusal(bank: Record) -> str | None:
    """Why this bank account refuses what is paid to it; None if it takes it."""
    return REFUSING.get(bank.kept["number"])


def _usual(call: Call, account: str, currency: str) -> Record | None:
    shelf = call.world.shelf("bank_account", account)
    return next((each for each in shelf if _is_usual(each.shown, currency)), None)


def _is_usual(shown: Json, currency: str) -> bool:
    return bool(shown["currency"] == currency and shown["default_for_currency"])


def _new(call: Call, account: str, country: str, currency: str, number: str, *, is_usual: bool) -> Record:
    return call.world.add(
        "bank_account",
        account,
        account=account,
        available_payout_methods=["standard"],
        bank_name="STRIPE TEST BANK",
        country=country,
        currency=currency,
        default_for_currency=is_usual,
        fingerprint=secrets.token_hex(8),
        last4=number[-4:],
        metadata={},
        status="new",
        kept={"number": number},
    )
