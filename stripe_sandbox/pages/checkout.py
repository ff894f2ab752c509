"""The page of a Checkout Session: a customer chooses how to pay, or goes back."""

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import NoSuchObject, Refused
from stripe_sandbox.pages import html
from stripe_sandbox.resources import checkout_sessions, payment_methods
from stripe_sandbox.resources.cards import NUMBERS
from stripe_sandbox.wire import Reply, Request
from stripe_sandbox.world import Record

BUTTONS = {"pay": "Pay", "cancel": "Go back"}
GOOD_IBAN, BAD_IBAN = "AT611904300234573201", "AT861904300235473202"
IBANS = {GOOD_IBAN: f"{GOOD_IBAN} (pays)", BAD_IBAN: f"{BAD_IBAN} (fails)"}


def answer(call: Call, request: Request, rest: str) -> Reply:
    """Show the page (GET), or pay or go back (POST). Raises NoSuchObject for a session that is not there."""
    session = call.world.known(rest, checkout_sessions.KIND)
    if session is None:
        raise NoSuchObject("checkout session", rest)
    call.account = session.account
    given = dict(request.pairs()) if request.method == "POST" else {}
    if session.shown["status"] != "open" or not given:
        return _page(session)
    if given.get("do") == "cancel":
        return html.go_to(session.shown["cancel_url"])
    return _pay(call, session, given)


def choices(types: list[str]) -> list[str]:
    """The fields in which a customer says how to pay."""
    cards = {number: f"{number} ({_what_happens(number)})" for number in NUMBERS}
    fields = [html.choice("method", "Pay with", {type: type.replace("_", " ") for type in types})]
    fields += [html.choice("card", "Card", cards)] if "card" in types else []
    return fields + ([html.choice("iban", "Bank account", IBANS)] if "sepa_debit" in types else [])


def chosen(call: Call, given: dict[str, str]) -> Record:
    """The payment method that a customer chose. Raises InvalidRequest, NotOffered, CardRefused."""
    type = given.get("method", "card")
    described = {
        "card": {"number": given.get("card", ""), "exp_month": 12, "exp_year": 2040},
        "sepa_debit": {"iban": given.get("iban", GOOD_IBAN)},
    }
    return payment_methods.make(call, {"type": type, type: described.get(type, {})})


def _pay(call: Call, session: Record, given: dict[str, str]) -> Reply:
    try:
        intent = checkout_sessions.pay(call, session, chosen(call, given))
    except Refused as refusal:
        return _page(session, str(refusal))
    action = intent.shown["next_action"] or {}
    if session.shown["status"] == "open" and "type" in action:
        told = action[action["type"]]
        return html.go_to(told.get("url") or told["hosted_instructions_url"])
    return html.go_to(checkout_sessions.way_back(session))


def _page(session: Record, refusal: str = "") -> Reply:
    shown = session.shown
    items = [f"{each['quantity']} × {each['description']}" for each in session.kept["items"]]
    total = html.amount(shown["amount_total"], shown["currency"])
    told = [html.facts(status=shown["status"], total=total), html.lines(items)]
    if refusal:
        told.append(html.facts(refused=refusal))
    if shown["status"] != "open":
        return html.page("checkout", *told)
    return html.page("checkout", *told, html.form(BUTTONS, *choices(shown["payment_method_types"])))


def _what_happens(number: str) -> str:
    card = NUMBERS[number]
    told = [
        card.decline_code or card.code or "pays",
        "asks the customer" if card.asks_customer else "",
        f"then disputed: {card.disputed_as}" if card.disputed_as else "",
        f"refunds: {card.refunds}" if card.refunds != "succeeded" else "",
    ]
    return ", ".join(each for each in told if each)
