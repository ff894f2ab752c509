"""Invoices: what a customer is asked to pay, by card at once or by transfer within some days; without taxes."""

from typing import Any

from stripe_sandbox import events, invoicing, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page, part_of
from stripe_sandbox.resources import metadata, payment_methods
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
AMOUNTS = """
    amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count
    post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance subtotal total
"""
FINALIZED_AFTER_S = 60 * 60
"""With `auto_advance` (docs.stripe.com/invoicing/integration/automatic-advancement-collection)."""
WORDS = "custom_fields description footer statement_descriptor"
TERMS = "auto_advance collection_method days_until_due default_payment_method due_date payment_settings"


@serves(
    "POST",
    "/v1/invoices",
    f"currency customer metadata number pending_invoice_items_behavior {TERMS} {WORDS}",
)
def create(call: Call, given: Json) -> Json:
    """A draft, with what the customer owes so far if `pending_invoice_items_behavior` is `include`.

    Raises InvalidRequest for a customer who is not there, and for terms that do not fit the way of collection.
    """
    if "customer" not in given:
        raise InvalidRequest("Missing required param: customer.", code="parameter_missing", param="customer")
    owner = call.world.find("customer", given["customer"], call.account, param="customer")
    _check_terms(given, given.get("collection_method", "charge_automatically"))
    pending = _pending(call, owner, given)
    currency = money.currency_of(given.get("currency") or (pending[0].shown["currency"] if pending else "usd"))
    invoice = _new(call, given, owner, currency)
    for item in pending:
        if item.shown["currency"] == currency:
            item.shown["invoice"] = invoice.id
    _set_terms(call, invoice, given)
    invoicing.sum_up(call, invoice)
    events.emit(call, "invoice.created", invoice)
    return invoice.shown


@serves("GET", "/v1/invoices/{invoice}")
def retrieve(call: Call, _given: Json, invoice: str) -> Json:
    """One invoice."""
    return call.world.find("invoice", invoice, call.account).shown


@serves("GET", "/v1/invoices", f"collection_method customer status {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The invoices of an account or of a customer."""
    return page(call, "invoice", given, url="/v1/invoices", by=("customer", "status", "collection_method"))


@serves("GET", "/v1/invoices/{invoice}/lines", "limit starting_after ending_before")
def lines(call: Call, given: Json, invoice: str) -> Json:
    """What an invoice asks for."""
    found = call.world.find("invoice", invoice, call.account)
    return part_of(invoicing.lines(call, found), given, url=f"/v1/invoices/{found.id}/lines")


@serves("POST", "/v1/invoices/{invoice}", f"metadata number {TERMS} {WORDS}")
def update(call: Call, given: Json, invoice: str) -> Json:
    """Other terms of a draft; words and metadata of any invoice. Raises InvalidRequest."""
    found = call.world.find("invoice", invoice, call.account)
    if given.keys() - {"metadata", "description"}:
        invoicing.require(found, ("draft",), "invoice_not_editable")
    _check_terms(given, given.get("collection_method") or found.shown["collection_method"], is_new=False)
    terms: Json = {name: given.pop(name) for name in ("days_until_due", "payment_settings") if name in given}
    if terms:
        _set_terms(call, found, {**terms, **given})
    return change(call, found, given, event="invoice.updated")


@serves("DELETE", "/v1/invoices/{invoice}")
def delete(call: Call, _given: Json, invoice: str) -> Json:
    """A draft is thrown away, with its items. Raises InvalidRequest once it was finalized."""
    found = call.world.find("invoice", invoice, call.account)
    invoicing.require(found, ("draft",), "invoice_not_editable")
    for item in invoicing.items(call, found):
        call.world.remove(item)
    found.shown["deleted"] = True
    events.emit(call, "invoice.deleted", found)
    call.world.remove(found)
    return {"id": found.id, "object": "invoice", "deleted": True}


@serves("POST", "/v1/invoices/{invoice}/finalize", "auto_advance")
def finalize(call: Call, given: Json, invoice: str) -> Json:
    """The draft becomes an invoice with a number, which nobody changes any more. Raises InvalidRequest."""
    found = call.world.find("invoice", invoice, call.account)
    invoicing.require(found, ("draft",), "invoice_not_editable")
    found.shown["auto_advance"] = given.get("auto_advance", found.shown["auto_advance"])
    invoicing.finalize(call, found)
    return found.shown


@serves("POST", "/v1/invoices/{invoice}/send")
def send(call: Call, _given: Json, invoice: str) -> Json:
    """The customer gets the invoice; a draft is finalized first. Raises InvalidRequest for one that is charged."""
    found = call.world.find("invoice", invoice, call.account)
    if found.shown["collection_method"] != "send_invoice":
        raise InvalidRequest("You can only send an invoice with collection_method=send_invoice.", param="invoice")
    invoicing.require(found, ("draft", "open"), "invoice_not_editable")
    if found.shown["status"] == "draft":
        invoicing.finalize(call, found)
    events.emit(call, "invoice.sent", found)
    return found.shown


@serves("POST", "/v1/invoices/{invoice}/pay", "payment_method paid_out_of_band")
def pay(call: Call, given: Json, invoice: str) -> Json:
    """Collect now, or take note that it was paid in another way.

    Raises InvalidRequest for an invoice that is not open, CardRefused when the card is declined or asks the customer.
    """
    found = call.world.find("invoice", invoice, call.account)
    invoicing.require(found, ("draft", "open", "uncollectible"), "invoice_not_editable")
    if found.shown["status"] == "draft":
        invoicing.finalize(call, found)
    if found.shown["status"] == "paid":
        return found.shown
    if given.get("paid_out_of_band"):
        invoicing.call_off(call, found)
        invoicing.settle(call, found, amount_paid_off_stripe=found.shown["amount_due"])
        return found.shown
    invoicing.collect(call, found, _method(call, found, given.get("payment_method")))
    return found.shown


@serves("POST", "/v1/invoices/{invoice}/void")
def void(call: Call, _given: Json, invoice: str) -> Json:
    """The invoice was a mistake; nothing is to be paid, and what was transferred for it is the customer's."""
    found = call.world.find("invoice", invoice, call.account)
    invoicing.require(found, ("open", "uncollectible"), "invoice_not_editable")
    invoicing.call_off(call, found)
    invoicing.move(call, found, "void", "voided_at")
    events.emit(call, "invoice.voided", found)
    return found.shown


@serves("POST", "/v1/invoices/{invoice}/mark_uncollectible")
def mark_uncollectible(call: Call, _given: Json, invoice: str) -> Json:
    """Nobody expects the money any more; if it comes, it is taken."""
    found = call.world.find("invoice", invoice, call.account)
    invoicing.require(found, ("open",), "invoice_not_editable")
    invoicing.move(call, found, "uncollectible", "marked_uncollectible_at")
    events.emit(call, "invoice.marked_uncollectible", found)
    return found.shown


def _new(call: Call, given: Json, owner: Record, currency: str) -> Record:
    now, shown = call.world.now(), owner.shown
    nothing: Json = dict.fromkeys(AMOUNTS.split(), 0)
    method = {"default_payment_method": None, **given}["default_payment_method"]
    return call.world.add(
        "invoice",
        call.account,
        **nothing,
        attempted=False,
        auto_advance=given.get("auto_advance", False),
        automatic_tax=dict.fromkeys(("disabled_reason", "liability", "provider", "status")) | {"enabled": False},
        billing_reason="manual",
        collection_method=given.get("collection_method", "charge_automatically"),
        currency=currency,
        customer=owner.id,
        customer_email=shown["email"],
        customer_name=shown["name"],
        customer_tax_exempt=shown["tax_exempt"],
        default_payment_method=method and payment_methods.use(call, method).id,
        default_tax_rates=[],
        discounts=[],
        issuer={"type": "self"},
        metadata=metadata.given_in(given),
        number=given.get("number"),
        payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        period_end=now,
        period_start=now,
        status="draft",
        status_transitions=dict.fromkeys(("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")),
        **{name: given[name] or None for name in WORDS.split() if name in given},
    )


def _check_terms(given: Json, collection: str, *, is_new: bool = True) -> None:
    terms = [name for name in ("days_until_due", "due_date") if name in given]
    if collection != "send_invoice" and terms:
        raise InvalidRequest("Only an invoice that is sent (send_invoice) has a due date.", param=terms[0])
    if collection == "send_invoice" and len(terms) != 1 and (is_new or terms):
        message = "An invoice that is sent has either days_until_due or due_date."
        raise InvalidRequest(message, code="parameter_missing", param="days_until_due")


def _set_terms(call: Call, invoice: Record, given: Json) -> None:
    """When it is due, how it can be paid, and whether it advances by itself."""
    if "days_until_due" in given:
        invoice.kept["days_until_due"] = given["days_until_due"]
    if "due_date" in given:
        invoice.shown["due_date"] = given["due_date"]
    if "payment_settings" in given:
        known = invoice.shown["payment_settings"]
        invoice.shown["payment_settings"] = {**known, **given["payment_settings"]}
    if invoice.shown["auto_advance"]:
        call.world.due(invoice, "invoice.advances", in_s=FINALIZED_AFTER_S)


def _pending(call: Call, owner: Record, given: Json) -> list[Record]:
    if given.get("pending_invoice_items_behavior") != "include":
        return []
    shelf = call.world.shelf("invoiceitem", call.account, "customer", owner.id)
    return [each for each in shelf if each.shown["invoice"] is None]


def _method(call: Call, invoice: Record, named: str | None) -> Record:
    """What an invoice is paid with: as told, as usual for it, or as usual for the customer."""
    owner = call.world.find("customer", invoice.shown["customer"], invoice.account, param="customer")
    usual = invoice.shown["default_payment_method"] or owner.shown["invoice_settings"]["default_payment_method"]
    if named or usual:
        return payment_methods.use(call, named or usual)
    shelf = call.world.shelf("payment_method", call.account)
    saved = [each for each in shelf if each.shown["customer"] == owner.id]
    if not saved:
        message = "There is no payment_method set on this Invoice or this Customer."
        raise InvalidRequest(message, code="parameter_missing", param="payment_method")
    return saved[-1]
