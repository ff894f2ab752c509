"""The page of an invoice: what it asks for, and the ways to pay it."""

from stripe_sandbox import invoicing
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject, Refused
from stripe_sandbox.pages import checkout, html
from stripe_sandbox.resources import cash
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import Record


def answer(call: Call, request: Request, rest: str) -> Reply:
    """Show an invoice (GET) or pay it (POST). Raises NoSuchObject for one that was never finalized."""
    invoice = call.world.known(rest, "invoice")
    if invoice is None or not invoice.shown["hosted_invoice_url"]:
        raise NoSuchObject("invoice", rest)
    call.account = invoice.account
    if request.method == "GET" or invoice.shown["status"] != "open":
        return _page(call, invoice)
    try:
        invoicing.collect(call, invoice, checkout.chosen(call, dict(request.pairs())))
    except Refused as refusal:
        return _asked(call, invoice) or _page(call, invoice, str(refusal))
    return _asked(call, invoice) or _page(call, invoice)


def _asked(call: Call, invoice: Record) -> Reply | None:
    """The page to which the payment sends the customer, if it sends them anywhere."""
    intent = invoicing.intent_of(call, invoice)
    action = intent.shown["next_action"]
    if not action:
        return None
    told = action[action["type"]]
    return html.go_to(told.get("url") or told["hosted_instructions_url"])


def _page(call: Call, invoice: Record, refusal: str = "") -> Reply:
    shown = invoice.shown
    facts = {"number": shown["number"], "status": shown["status"]}
    facts["to pay"] = html.amount(shown["amount_remaining"], shown["currency"])
    parts = [html.facts(**facts), html.lines(str(each["description"]) for each in shown["lines"]["data"])]
    if refusal:
        parts.append(html.facts(refused=refusal))
    if shown["status"] != "open":
        return html.page("invoice", *parts)
    intent = invoicing.intent_of(call, invoice)
    if cash.awaits_transfer(intent):
        url = intent.shown["next_action"]["display_bank_transfer_instructions"]["hosted_instructions_url"]
        parts.append(html.link(url, "Pay by bank transfer"))
    fields = checkout.choices(intent.shown["payment_method_types"])
    return html.page("invoice", *parts, html.form({"pay": "Pay"}, *fields))
