"""Invoice items: what a customer owes, until an invoice collects it."""

from typing import Any

from stripe_sandbox import events, invoicing, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]


@serves("POST", "/v1/invoiceitems", "amount currency customer description invoice metadata period pricing quantity")
def create(call: Call, given: Json) -> Json:
    """Something that a customer owes: an amount, or a number of pieces at a price.

    Raises InvalidRequest for an item of nobody, without an amount, or for an invoice that is no draft any more.
    """
    if "customer" not in given:
        raise InvalidRequest("Missing required param: customer.", code="parameter_missing", param="customer")
    owner = call.world.find("customer", given["customer"], call.account, param="customer")
    invoice = _draft(call, given)
    quantity = given.get("quantity", 1)
    amount, currency, pricing = _priced(call, given, quantity)
    now = call.world.now()
    item = call.world.add(
        "invoiceitem",
        call.account,
        amount=amount,
        currency=currency,
        customer=owner.id,
        date=now,
        description=given.get("description"),
        discountable=amount > 0,
        discounts=[],
        invoice=invoice and invoice.id,
        metadata=metadata.given_in(given),
        net_amount=amount,
        period=given.get("period", {"start": now, "end": now}),
        pricing=pricing,
        proration=False,
        quantity=quantity,
        quantity_decimal=str(quantity),
        tax_rates=[],
    )
    events.emit(call, "invoiceitem.created", item)
    if invoice:
        invoicing.sum_up(call, invoice)
    return item.shown


@serves("GET", "/v1/invoiceitems/{item}")
def retrieve(call: Call, _given: Json, item: str) -> Json:
    """One item."""
    return call.world.find("invoiceitem", item, call.account).shown


@serves("POST", "/v1/invoiceitems/{item}", "amount description metadata")
def update(call: Call, given: Json, item: str) -> Json:
    """Another amount or other words. Raises InvalidRequest once its invoice is no draft any more."""
    found = call.world.find("invoiceitem", item, call.account)
    invoice = _draft(call, found.shown)
    if "amount" in given:
        given["net_amount"] = given["amount"]
    change(call, found, given, event=None)
    if invoice:
        invoicing.sum_up(call, invoice)
    return found.shown


@serves("GET", "/v1/invoiceitems", f"customer invoice {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The items of an account, of a customer or of an invoice."""
    return page(call, "invoiceitem", given, url="/v1/invoiceitems", by=("customer", "invoice"))


@serves("DELETE", "/v1/invoiceitems/{item}")
def delete(call: Call, _given: Json, item: str) -> Json:
    """The customer does not owe it. Raises InvalidRequest once its invoice is no draft any more."""
    found = call.world.find("invoiceitem", item, call.account)
    invoice = _draft(call, found.shown)
    found.shown["deleted"] = True
    events.emit(call, "invoiceitem.deleted", found)
    call.world.remove(found)
    if invoice:
        invoicing.sum_up(call, invoice)
    return {"id": found.id, "object": "invoiceitem", "deleted": True}


def _draft(call: Call, given: Json) -> Record | None:
    """The invoice that an item is for, if it is for one already."""
    if not given.get("invoice"):
        return None
    invoice = call.world.find("invoice", given["invoice"], call.account, param="invoice")
    invoicing.require(invoice, ("draft",), "invoice_not_editable")
    return invoice


def _priced(call: Call, given: Json, quantity: int) -> tuple[int, str, Json | None]:
    """Amount in minor units, currency, and the price that they come from."""
    if "amount" in given:
        return given["amount"], money.currency_of(given.get("currency", "usd")), None
    named = given.get("pricing", {}).get("price")
    if named is None or quantity < 1:
        message = "An invoice item has an amount, or a price and a number of pieces."
        raise InvalidRequest(message, code="parameter_missing", param="amount")
    price = call.world.find("price", named, call.account, param="pricing[price]").shown
    pricing = {
        "price_details": {"price": price["id"], "product": price["product"]},
        "type": "price_details",
        "unit_amount_decimal": price["unit_amount_decimal"],
    }
    return price["unit_amount"] * quantity, price["currency"], pricing
