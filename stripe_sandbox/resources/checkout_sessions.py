"""Checkout Sessions: a hosted page on which a customer pays once, with whatever way of paying they choose there.

Source: docs.stripe.com/payments/checkout/fulfill-orders (a session can be complete and unpaid: slow ways to pay).
"""

from typing import Any

from stripe_sandbox import events, outcomes, paying
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest, NotOffered
from stripe_sandbox.listing import page, part_of
from stripe_sandbox.passing import falls_due
from stripe_sandbox.resources import customers, line_items, metadata, method_types, payment_intents
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
OPEN_FOR_S = 24 * 60 * 60
SHORTEST_S = 30 * 60
KIND = "checkout.session"
FOR_INTENT = frozenset(
    {
        "capture_method",
        "description",
        "metadata",
        "receipt_email",
        "setup_future_usage",
        "shipping",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_group",
    }
)
COPIED = ("cancel_url", "client_reference_id", "customer_creation", "customer_email", "locale", "submit_type")


@serves(
    "POST",
    "/v1/checkout/sessions",
    f"""allowed_payment_method_types currency customer expires_at line_items metadata mode payment_intent_data
    success_url ui_mode {" ".join(COPIED)}""",
)
def create(call: Call, given: Json) -> Json:
    """A page for one payment. Raises InvalidRequest for nothing to pay, NotOffered for what is no plain payment."""
    _check(call, given)
    items, currency, total = line_items.read(call, given["line_items"], given.get("currency"))
    session = call.world.add(
        KIND,
        call.account,
        allowed_payment_method_types=given.get("allowed_payment_method_types"),
        amount_subtotal=total,
        amount_total=total,
        automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
        currency=currency,
        custom_fields=[],
        custom_text=dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        customer=given.get("customer"),
        expires_at=given.get("expires_at", call.world.now() + OPEN_FOR_S),
        metadata=metadata.given_in(given),
        mode="payment",
        payment_method_types=_types(given, currency),
        payment_status="unpaid",
        shipping_options=[],
        status="open",
        success_url=given.get("success_url"),
        total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        ui_mode="hosted_page",
        **{name: given[name] for name in COPIED if name in given},
        kept={"items": items, "for_intent": given.get("payment_intent_data", {})},
    )
    session.shown["url"] = f"{call.base_url}/_sandbox/checkout/{session.id}"
    call.world.agenda.put(session.id, session.shown["expires_at"], "checkout.session.expires")
    return session.shown


@serves("GET", "/v1/checkout/sessions/{session}")
def retrieve(call: Call, _given: Json, session: str) -> Json:
    """One session."""
    return call.world.find(KIND, session, call.account).shown


@serves("POST", "/v1/checkout/sessions/{session}", "metadata")
def update(call: Call, given: Json, session: str) -> Json:
    """Other metadata."""
    return change(call, call.world.find(KIND, session, call.account), given, event=None)


@serves("GET", "/v1/checkout/sessions", f"customer payment_intent status {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The sessions of an account, of a customer or of a payment intent."""
    return page(call, KIND, given, url="/v1/checkout/sessions", by=("customer", "payment_intent", "status"))


@serves("GET", "/v1/checkout/sessions/{session}/line_items", "limit starting_after ending_before")
def items_of(call: Call, given: Json, session: str) -> Json:
    """What a session sells."""
    found = call.world.find(KIND, session, call.account)
    return part_of(found.kept["items"], given, url=f"/v1/checkout/sessions/{found.id}/line_items")


@serves("POST", "/v1/checkout/sessions/{session}/expire")
def expire(call: Call, _given: Json, session: str) -> Json:
    """Nobody can pay on this page any more. Raises InvalidRequest for a session that is not open."""
    found = call.world.find(KIND, session, call.account)
    require_open(found)
    _expire(call, found)
    return found.shown


def pay(call: Call, session: Record, method: Record) -> Record:
    """The customer pays on the page; the payment intent, which may ask for more.

    Raises InvalidRequest for a session that is not open, CardRefused when the card is declined: it stays open then.
    """
    require_open(session)
    intent = _intent(call, session, method)
    paying.start(call, intent, method, {"return_url": session.shown["success_url"] or session.shown["url"]})
    return intent


def require_open(session: Record) -> None:
    """Raises InvalidRequest for a session that is complete or expired."""
    status = session.shown["status"]
    if status != "open":
        raise InvalidRequest(f"This Checkout Session has a status of {status}; only open sessions can be used.")


def way_back(session: Record) -> str:
    """Where the customer goes on: to the platform once the session is complete, else to the page."""
    shown = session.shown
    if shown["status"] != "complete":
        return str(shown["url"])
    return str(shown["success_url"]).replace("{CHECKOUT_SESSION_ID}", session.id)


@outcomes.waits(KIND)
def _hear(call: Call, session: Record, intent: Record, how: str) -> None:
    """The payment of a session has come so far. Slow ways to pay complete it unpaid, and decide later."""
    was_open = session.shown["status"] == "open"
    if how == "failed":
        if not was_open:
            events.emit(call, "checkout.session.async_payment_failed", session)
        return
    if how == "succeeded":
        session.shown["payment_status"] = "paid"
    if was_open:
        _complete(call, session)
    elif how == "succeeded" and intent.shown["capture_method"] != "manual":
        events.emit(call, "checkout.session.async_payment_succeeded", session)


def _complete(call: Call, session: Record) -> None:
    session.shown.update(status="complete", url=None)
    call.world.agenda.strike(session.id)
    events.emit(call, "checkout.session.completed", session)


@falls_due("checkout.session.expires")
def _expire(call: Call, session: Record) -> None:
    session.shown.update(status="expired", url=None)
    call.world.agenda.strike(session.id)
    intent = call.world.records.get(session.shown["payment_intent"] or "")
    if intent and intent.shown["status"] in payment_intents.CANCELLABLE:
        paying.cancel(call, intent, "abandoned")
    events.emit(call, "checkout.session.expired", session)


def _check(call: Call, given: Json) -> None:
    if given.get("mode", "payment") != "payment":
        raise NotOffered("The local Stripe offers Checkout Sessions in mode=payment.")
    if given.get("ui_mode", "hosted_page") != "hosted_page":
        raise NotOffered("The local Stripe offers Checkout Sessions with a hosted page.")
    if unknown := given.get("payment_intent_data", {}).keys() - FOR_INTENT:
        raise NotOffered(f"The local Stripe does not act on payment_intent_data[{min(unknown)}].")
    for name in ("line_items", "success_url"):
        if not given.get(name):
            raise InvalidRequest(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if "customer" in given:
        call.world.find("customer", given["customer"], call.account, param="customer")
    in_s = given.get("expires_at", call.world.now() + OPEN_FOR_S) - call.world.now()
    if not SHORTEST_S <= in_s <= OPEN_FOR_S:
        raise InvalidRequest("A session expires between 30 minutes and 24 hours from now.", param="expires_at")


def _types(given: Json, currency: str) -> list[str]:
    wanted = given.get("allowed_payment_method_types")
    has_customer = "customer" in given or given.get("customer_creation") == "always"
    types = method_types.usable(
        tuple(wanted) if wanted else None, currency=currency, has_customer=has_customer, redirects=True
    )
    if not types:
        message = f"None of the payment methods {', '.join(wanted or ())} can be used in {currency}."
        raise InvalidRequest(message, param="allowed_payment_method_types")
    return list(types)


def _intent(call: Call, session: Record, method: Record) -> Record:
    """The payment intent of a session; it is made when the customer first tries to pay."""
    shown = session.shown
    if shown["payment_intent"]:
        return call.world.records[shown["payment_intent"]]
    if shown["customer"] is None and shown["customer_creation"] == "always":
        shown["customer"] = customers.make(call, {"email": shown["customer_email"]}).id
    asked = {
        **session.kept["for_intent"],
        "amount": shown["amount_total"],
        "allowed_payment_method_types": shown["payment_method_types"],
        **({"customer": shown["customer"]} if shown["customer"] else {}),
    }
    intent = payment_intents.make(call, asked, shown["currency"], None)
    outcomes.is_for(intent, session)
    shown["payment_intent"] = intent.id
    shown["customer_details"] = _details(method, shown["customer_email"])
    return intent


def _details(method: Record, email: str | None) -> Json:
    billing = method.shown["billing_details"]
    told = {name: billing[name] for name in ("address", "name", "phone")}
    nobody: Json = {"business_name": None, "individual_name": None, "tax_exempt": "none", "tax_ids": []}
    return {**told, "email": billing["email"] or email, **nobody}
