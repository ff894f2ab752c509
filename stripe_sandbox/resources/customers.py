"""Customers: whoever pays more than once, or by bank transfer, or by invoice."""

import secrets
from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata, payment_methods
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
TOLD = "address business_name description email individual_name invoice_settings name phone preferred_locales shipping"
SETTINGS = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}


@serves("POST", "/v1/customers", f"metadata payment_method tax_exempt {TOLD}")
def create(call: Call, given: Json) -> Json:
    """A new customer, with a saved payment method if one is named."""
    return make(call, given).shown


@serves("GET", "/v1/customers/{customer}")
def retrieve(call: Call, _given: Json, customer: str) -> Json:
    """One customer."""
    return call.world.find("customer", customer, call.account).shown


@serves("POST", "/v1/customers/{customer}", f"metadata tax_exempt {TOLD}")
def update(call: Call, given: Json, customer: str) -> Json:
    """Other words about a customer."""
    found = call.world.find("customer", customer, call.account)
    if "invoice_settings" in given:
        given["invoice_settings"] = {**found.shown["invoice_settings"], **given["invoice_settings"]}
    return change(call, found, given, event="customer.updated")


@serves("GET", "/v1/customers", f"email {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The customers of an account."""
    return page(call, "customer", given, url="/v1/customers", by=("email",))


@serves("DELETE", "/v1/customers/{customer}")
def delete(call: Call, _given: Json, customer: str) -> Json:
    """The customer is gone; what they paid stays, and nothing new can be asked of them."""
    found = call.world.find("customer", customer, call.account)
    if any(found.kept.get("cash", {}).values()):
        raise InvalidRequest("A customer with a cash balance cannot be deleted.", param="id")
    found.shown["deleted"] = True
    events.emit(call, "customer.deleted", found)
    call.world.remove(found)
    return {"id": found.id, "object": "customer", "deleted": True}


def make(call: Call, given: Json) -> Record:
    """A new customer. Raises NoSuchObject for a payment method that is not there."""
    method = payment_methods.use(call, given["payment_method"]) if "payment_method" in given else None
    told: Json = {name: given[name] or None for name in TOLD.split() if name in given}
    told["invoice_settings"] = {**SETTINGS, **(told.get("invoice_settings") or {})}
    customer = call.world.add(
        "customer",
        call.account,
        balance=0,
        delinquent=False,
        metadata=metadata.given_in(given),
        next_invoice_sequence=1,
        invoice_prefix=secrets.token_hex(4).upper(),
        tax_exempt=given.get("tax_exempt") or "none",
        **told,
    )
    events.emit(call, "customer.created", customer)
    if method:
        payment_methods.attach(call, {"customer": customer.id}, method.id)
    return customer
