"""The hosted onboarding page: a plain form that a person (or a test) submits, and the way back to the platform."""

from html import escape
from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject, UnknownAddress
from stripe_sandbox.resources import accounts
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import PLATFORM, Record, World

Json = dict[str, Any]
ADDRESS = "/_sandbox/onboarding/"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Local Stripe: onboarding</title>
<style>body {{ font: 1rem/1.5 system-ui; max-width: 34rem; margin: 4rem auto; padding: 0 1rem }}</style></head>
<body><h1>Local Stripe</h1>
<p>No real money, no real bank. The account <code>{account}</code> of {email} ({country}) asks for: {capabilities}.</p>
<form method="post"><button>Give Stripe what it needs</button></form>
</body></html>
"""


def answer(world: World, request: Request) -> Reply:
    """Show the page (GET) or complete the onboarding (POST) and go back to the platform.

    A link that was used or is too old leads to the platform's refresh_url. Raises NoSuchObject for one never given out.
    """
    if request.method not in ("GET", "POST"):
        raise UnknownAddress(request.method, request.path)
    with world.lock:
        account, link = _find(world, request.path)
        if link.get("is_used") or world.now() > link["expires_at"]:
            return _go_to(link["refresh_url"])
        if request.method == "GET":
            return Reply(200, _page(account.shown).encode(), {}, "text/html; charset=utf-8")
        link["is_used"] = True
        accounts.complete(Call(world, PLATFORM, True, None, request.base_url), account)
        return _go_to(link["return_url"])


def _find(world: World, path: str) -> tuple[Record, Json]:
    id, _, token = path.removeprefix(ADDRESS).partition("/")
    account = world.records.get(id)
    link = account.kept.get("links", {}).get(token) if account else None
    if account is None or link is None:
        raise NoSuchObject("account link", id)
    return account, link


def _page(shown: Json) -> str:
    return PAGE.format(
        account=escape(shown["id"]),
        email=escape(shown["email"] or "a person without an address"),
        country=escape(shown["country"]),
        capabilities=escape(", ".join(shown["capabilities"]) or "nothing"),
    )


def _go_to(url: str) -> Reply:
    return Reply(303, b"", {"Location": url})
