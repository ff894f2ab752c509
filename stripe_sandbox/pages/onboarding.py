"""The page of an account link: the owner tells Stripe what it has to know, or stops half-way."""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject
from stripe_sandbox.pages import html
from stripe_sandbox.resources import accounts, bank_accounts
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import Record

Json = dict[str, Any]
BANKS = {bank_accounts.GOOD_NUMBER: "takes payouts"} | {
    number: f"payouts come back: {code}" for number, code in bank_accounts.REFUSING.items()
}
BUTTONS = {
    "complete": "Give Stripe what it needs",
    "pending": "Give it, and let Stripe look at it first",
    "leave": "Go back with nothing told",
}


def answer(call: Call, request: Request, rest: str) -> Reply:
    """Show the page (GET) or complete the onboarding (POST), then go back to the platform.

    A link that was used or is too old leads to the platform's refresh_url. Raises NoSuchObject for one never given out.
    """
    account, link = _find(call, rest)
    if link.get("is_used") or call.world.now() > link["expires_at"]:
        return html.go_to(link["refresh_url"])
    if request.method == "GET":
        return _page(account.shown)
    given = dict(request.pairs())
    link["is_used"] = True
    if given.get("do") != "leave":
        state = "pending" if given.get("do") == "pending" else "active"
        accounts.complete(call, account, number=given.get("bank", bank_accounts.GOOD_NUMBER), state=state)
    return html.go_to(link["return_url"])


def _find(call: Call, rest: str) -> tuple[Record, Json]:
    id, _, token = rest.partition("/")
    account = call.world.known(id, "account")
    link = account.kept.get("links", {}).get(token) if account else None
    if account is None or link is None:
        raise NoSuchObject("account link", id)
    return account, link


def _page(shown: Json) -> Reply:
    told = html.facts(
        account=shown["id"],
        owner=shown["email"] or "a person without an address",
        country=shown["country"],
        asks_for=", ".join(shown["capabilities"]) or "nothing",
    )
    return html.page("onboarding", told, html.form(BUTTONS, html.choice("bank", "Bank account", BANKS)))
