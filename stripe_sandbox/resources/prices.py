"""Prices: for how much a product is sold, per piece; nothing here is paid again by itself."""

from typing import Any

from stripe_sandbox import events, money
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata, products
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
ONCE_A = {"interval_count": 1, "meter": None, "trial_period_days": None, "usage_type": "licensed"}


@serves("POST", "/v1/prices", "active currency lookup_key metadata nickname product product_data recurring unit_amount")
def create(call: Call, given: Json) -> Json:
    """A price of a product, or of one that is made along the way."""
    return make(call, given).shown


@serves("GET", "/v1/prices/{price}")
def retrieve(call: Call, _given: Json, price: str) -> Json:
    """One price."""
    return call.world.find("price", price, call.account).shown


@serves("POST", "/v1/prices/{price}", "active metadata nickname lookup_key")
def update(call: Call, given: Json, price: str) -> Json:
    """Other words about a price; its amount never changes."""
    return change(call, call.world.find("price", price, call.account), given, event="price.updated")


@serves("GET", "/v1/prices", f"active currency product {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The prices of an account or of a product."""
    return page(call, "price", given, url="/v1/prices", by=("product", "active", "currency"))


def check(call: Call, given: Json) -> None:
    """Raises InvalidRequest for a price without an amount, or without one product."""
    if "unit_amount" not in given:
        raise InvalidRequest("Missing required param: unit_amount.", code="parameter_missing", param="unit_amount")
    if ("product" in given) == ("product_data" in given):
        raise InvalidRequest("A price has either product or product_data.", param="product")
    if given["unit_amount"] < 0:
        message = "This value must be greater than or equal to 0."
        raise InvalidRequest(message, code="parameter_invalid_integer", param="unit_amount")
    if "product" in given:
        call.world.find("product", given["product"], call.account, param="product")


def make(call: Call, given: Json) -> Record:
    """A new price. Raises InvalidRequest without an amount, or without one product."""
    check(call, given)
    recurring = given.get("recurring")
    price = call.world.add(
        "price",
        call.account,
        active=given.get("active", True),
        billing_scheme="per_unit",
        currency=money.currency_of(given["currency"]),
        lookup_key=given.get("lookup_key"),
        metadata=metadata.given_in(given),
        nickname=given.get("nickname"),
        product=_product(call, given).id,
        recurring={**ONCE_A, **recurring} if recurring else None,
        tax_behavior="unspecified",
        type="recurring" if recurring else "one_time",
        unit_amount=given["unit_amount"],
        unit_amount_decimal=str(given["unit_amount"]),
    )
    events.emit(call, "price.created", price)
    return price


def _product(call: Call, given: Json) -> Record:
    if "product" in given:
        return call.world.records[given["product"]]
    return products.make(call, given["product_data"])
