"""Payouts: money that leaves Stripe for a bank account; it may come back, even after it was shown as paid."""

from typing import Any

from stripe_sandbox import events, ledger, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest, NotOffered
from stripe_sandbox.listing import page
from stripe_sandbox.passing import falls_due
from stripe_sandbox.resources import bank_accounts, metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import PLATFORM, Record

Json = dict[str, Any]
ON_ITS_WAY_AFTER_S = 60 * 60
ARRIVES_AFTER_S = 2 * 24 * 60 * 60
COMES_BACK_AFTER_S = 2 * 24 * 60 * 60
"""A bank that refuses does so after the payout was shown as paid (docs.stripe.com/payouts#payout-failures)."""
MESSAGES = {
    "account_closed": "The bank account has been closed.",
    "account_frozen": "The bank account has been frozen.",
    "bank_account_restricted": "The bank account restricts the kind or the number of payouts.",
    "could_not_process": "The bank could not process this payout.",
    "debit_not_authorized": "Debit transactions are not approved on the bank account.",
    "insufficient_funds": "Your Stripe account has insufficient funds to cover the payout.",
    "invalid_account_number": "The routing number seems correct, but the account number is invalid.",
    "no_account": "The bank account details on file are probably incorrect. No bank account could be located.",
}
"""Some of the codes at docs.stripe.com/api/payouts/failures; what they say is the local Stripe's."""


@serves("POST", "/v1/payouts", "amount currency description destination metadata method statement_descriptor")
def create(call: Call, given: Json) -> Json:
    """Send money that is available to a bank account.

    Raises InvalidRequest beyond the available balance, or when there is no bank account in this currency.
    """
    currency = money.currency_of(given["currency"])
    money.check_amount(given["amount"], currency)
    if given.get("method", "standard") != "standard":
        raise NotOffered("The local Stripe pays out in the standard way only.")
    _check_allowed(call)
    bank = bank_accounts.destination(call, given.get("destination"), currency)
    if call.world.balances.available(call.account, currency) < given["amount"]:
        message = "You have insufficient funds in your Stripe account for this payout."
        raise InvalidRequest(message, code="balance_insufficient", param="amount")
    told = {name: given[name] for name in ("description", "statement_descriptor") if name in given}
    return send(call, bank, given["amount"], **told, metadata=metadata.given_in(given)).shown


@serves("GET", "/v1/payouts/{payout}")
def retrieve(call: Call, _given: Json, payout: str) -> Json:
    """One payout."""
    return call.world.find("payout", payout, call.account).shown


@serves("POST", "/v1/payouts/{payout}", "metadata")
def update(call: Call, given: Json, payout: str) -> Json:
    """Other metadata."""
    return change(call, call.world.find("payout", payout, call.account), given, event="payout.updated")


@serves("GET", "/v1/payouts", f"destination status {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The payouts of an account."""
    return page(call, "payout", given, url="/v1/payouts", by=("status", "destination"))


@serves("POST", "/v1/payouts/{payout}/cancel")
def cancel(call: Call, _given: Json, payout: str) -> Json:
    """Call a payout off before it is on its way; the money is in the balance again."""
    found = call.world.find("payout", payout, call.account)
    _require(found, ("pending",))
    call.world.agenda.strike(found.id)
    entry = _enter(call, found, "payout_cancel", found.shown["amount"])
    found.shown.update(status="canceled", failure_balance_transaction=entry.id)
    events.emit(call, "payout.canceled", found)
    return found.shown


def everything(call: Call, currency: str) -> Record:
    """The automatic payout of a day: all that is available goes to the bank. Raises InvalidRequest if there is none."""
    amount = call.world.balances.available(call.account, currency)
    if amount < 1:
        raise InvalidRequest(f"Nothing is available in {currency}.", code="balance_insufficient", param="currency")
    _check_allowed(call)
    bank = bank_accounts.destination(call, None, currency)
    covered = _not_paid_out(call, currency)
    payout = send(call, bank, amount, is_automatic=True, metadata={})
    payout.kept["covers"] = [*covered, payout.shown["balance_transaction"]]
    for id in covered:
        call.world.records[id].kept["payout"] = payout.id
    return payout


def send(call: Call, bank: Record, amount: int, *, is_automatic: bool = False, **told: Any) -> Record:
    """A payout on its way to a bank account."""
    payout = call.world.add(
        "payout",
        call.account,
        amount=amount,
        arrival_date=call.world.now() + ARRIVES_AFTER_S,
        automatic=is_automatic,
        currency=bank.shown["currency"],
        destination=bank.id,
        method="standard",
        reconciliation_status="completed" if is_automatic else "not_applicable",
        source_type="card",
        status="pending",
        type="bank_account",
        **told,
    )
    payout.shown["balance_transaction"] = _enter(call, payout, "payout", -amount).id
    call.world.due(payout, "payout.leaves", in_s=ON_ITS_WAY_AFTER_S)
    events.emit(call, "payout.created", payout)
    return payout


def pay(call: Call, payout: Record) -> None:
    """The money has arrived, as far as anybody knows. Raises InvalidRequest for what is not on its way."""
    _require(payout, ("pending", "in_transit"))
    payout.shown["status"] = "paid"
    call.world.agenda.strike(payout.id)
    if bank_accounts.refusal(call.world.records[payout.shown["destination"]]):
        call.world.due(payout, "payout.comes_back", in_s=COMES_BACK_AFTER_S)
    events.emit(call, "payout.paid", payout)


def fail(call: Call, payout: Record, code: str = "could_not_process") -> None:
    """The bank sends the money back, also after it was shown as paid. Raises InvalidRequest."""
    if code not in MESSAGES:
        raise InvalidRequest(f"A payout fails with one of {', '.join(MESSAGES)}.", param="code")
    _require(payout, ("pending", "in_transit", "paid"))
    call.world.agenda.strike(payout.id)
    entry = _enter(call, payout, "payout_failure", payout.shown["amount"])
    payout.shown.update(
        status="failed", failure_code=code, failure_message=MESSAGES[code], failure_balance_transaction=entry.id
    )
    events.emit(call, "payout.failed", payout)


@falls_due("payout.leaves")
def _leave(call: Call, payout: Record) -> None:
    payout.shown["status"] = "in_transit"
    call.world.agenda.put(payout.id, payout.shown["arrival_date"], "payout.arrives")
    events.emit(call, "payout.updated", payout, before={"status": "pending"})


@falls_due("payout.arrives")
def _arrive(call: Call, payout: Record) -> None:
    pay(call, payout)


@falls_due("payout.comes_back")
def _come_back(call: Call, payout: Record) -> None:
    fail(call, payout, bank_accounts.refusal(call.world.records[payout.shown["destination"]]) or "could_not_process")


def _check_allowed(call: Call) -> None:
    if call.account != PLATFORM and not call.world.records[call.account].shown["payouts_enabled"]:
        message = "Payouts are not enabled for this account: it has not told everything yet."
        raise InvalidRequest(message, code="payouts_not_allowed")


def _not_paid_out(call: Call, currency: str) -> list[str]:
    """The available movements that no automatic payout has covered yet, the newest first."""
    shelf = call.world.shelf("balance_transaction", call.account, "currency", currency)
    open = [each for each in shelf if "payout" not in each.kept and each.shown["status"] == "available"]
    return [each.id for each in reversed(open)]


def _enter(call: Call, payout: Record, type: str, amount: int) -> Record:
    return ledger.enter(
        call.world, payout.account, type=type, source=payout.id, amount=amount, currency=payout.shown["currency"]
    )


def _require(payout: Record, statuses: tuple[str, ...]) -> None:
    status = payout.shown["status"]
    if status not in statuses:
        raise InvalidRequest(f"Payout {payout.id} has a status of {status}.", param="payout")
