"""The page of a customer's bank or wallet: 3-D Secure, Alipay, WeChat Pay. The customer says yes or no."""

from typing import Any

from stripe_sandbox import paying
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject, Refused
from stripe_sandbox.pages import html
from stripe_sandbox.resources import cash, checkout_sessions, setup_intents
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import Record

Json = dict[str, Any]
KINDS = ("payment_intent", "setup_intent")
BUTTONS = {"approve": "Yes, it is me", "refuse": "No"}


def answer(call: Call, request: Request, rest: str) -> Reply:
    """Show what is to be paid (GET), or take the customer's word (POST) and lead back to the platform's page.

    Raises NoSuchObject for an intent that never asked.
    """
    intent = call.world.known(rest, *KINDS)
    if intent is None:
        raise NoSuchObject("payment", rest)
    call.account = intent.account
    if request.method == "GET":
        return _page(intent)
    if intent.shown["status"] == "requires_action" and not cash.awaits_transfer(intent):
        _decide(call, intent, is_approved=dict(request.pairs()).get("do") == "approve")
    return _back(call, intent)


def _decide(call: Call, intent: Record, *, is_approved: bool) -> None:
    """Do what the customer said; a card that is declined in the end is told by the intent, not to the browser."""
    module = paying if intent.kind == "payment_intent" else setup_intents
    if not is_approved:
        module.refuse(call, intent)
        return
    try:
        module.approve(call, intent)
    except Refused as refusal:
        intent.kept["refusal"] = str(refusal)


def _page(intent: Record) -> Reply:
    shown = intent.shown
    told: Json = {"status": shown["status"], "for": shown["description"] or intent.id}
    if intent.kind == "payment_intent":
        told["amount"] = html.amount(shown["amount"], shown["currency"])
    asks = shown["status"] == "requires_action"
    return html.page("your bank", html.facts(**told), html.form(BUTTONS) if asks else "<p>Nothing is asked.</p>")


def _back(call: Call, intent: Record) -> Reply:
    waiting = call.world.records.get(intent.kept.get("for", ""))
    if waiting and waiting.kind == checkout_sessions.KIND:
        return html.go_to(checkout_sessions.way_back(waiting))
    shown, name = intent.shown, intent.kind
    how = "succeeded" if shown["status"] in ("succeeded", "requires_capture", "processing") else "failed"
    told = {name: intent.id, f"{name}_client_secret": shown["client_secret"], "redirect_status": how}
    return html.go_to(intent.kept.get("return_url"), **told)
