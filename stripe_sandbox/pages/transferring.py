"""The page with a customer's instructions for a bank transfer, on which they also make one."""

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest, NoSuchObject
from stripe_sandbox.pages import html
from stripe_sandbox.resources import cash, test_helpers
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import Record


def answer(call: Call, request: Request, rest: str) -> Reply:
    """Show where to transfer how much (GET), or let an amount arrive (POST). Raises NoSuchObject, InvalidRequest."""
    intent = call.world.known(rest, "payment_intent")
    if intent is None or not intent.shown["customer"]:
        raise NoSuchObject("payment", rest)
    call.account = intent.account
    if request.method == "POST":
        owner = call.world.records[intent.shown["customer"]]
        amount = _amount(dict(request.pairs()).get("amount", ""))
        test_helpers.arrive(call, owner, amount, intent.shown["currency"])
    return _page(intent)


def _amount(said: str) -> int:
    if not said.isascii() or not said.isdigit() or not 0 < int(said) < 10**12:
        raise InvalidRequest("An amount is a whole number of minor units.", param="amount")
    return int(said)


def _page(intent: Record) -> Reply:
    shown = intent.shown
    if not cash.awaits_transfer(intent):
        return html.page("bank transfer", html.facts(status=shown["status"]))
    told = shown["next_action"]["display_bank_transfer_instructions"]
    address = told["financial_addresses"][0]
    left = told["amount_remaining"]
    facts = html.facts(
        still_to_pay=html.amount(left, shown["currency"]),
        reference=told["reference"],
        **{name: each for name, each in address[address["type"]].items() if isinstance(each, str)},
    )
    field = html.text("amount", "Transfer (minor units)", str(left))
    return html.page("bank transfer", facts, html.form({"transfer": "Transfer"}, field))
