"""Line items: what a Checkout Session sells, each a number of pieces at a price."""

import secrets
from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.resources import prices
from stripe_sandbox.world import Record

Json = dict[str, Any]
MOST = 100


def read(call: Call, given: list[Json], currency: str | None) -> tuple[list[Json], str, int]:
    """The items as they are shown, their one currency, and what they cost together.

    Raises InvalidRequest for an item without a price, for two currencies, and for more items than fit.
    """
    if len(given) > MOST:
        raise InvalidRequest(f"A session has at most {MOST} line items.", param="line_items")
    priced = [(_price(call, each, f"line_items[{place}]"), each) for place, each in enumerate(given)]
    currencies = {price.shown["currency"] for price, _ in priced}
    if len(currencies) > 1 or currency not in (None, *currencies):
        raise InvalidRequest("All line items must have the same currency.", param="line_items")
    items = [_shown(call, price, each.get("quantity", 1)) for price, each in priced]
    return items, currencies.pop(), sum(each["amount_total"] for each in items)


def _price(call: Call, item: Json, where: str) -> Record:
    if ("price" in item) == ("price_data" in item):
        raise InvalidRequest("A line item has either price or price_data.", param=where)
    if item.get("quantity", 1) < 1:
        message = "This value must be greater than or equal to 1."
        raise InvalidRequest(message, code="parameter_invalid_integer", param=f"{where}[quantity]")
    if "price" in item:
        return call.world.find("price", item["price"], call.account, param=f"{where}[price]")
    return prices.make(call, {**item["price_data"], "active": False})


def _shown(call: Call, price: Record, quantity: int) -> Json:
    amount = price.shown["unit_amount"] * quantity
    return {
        "id": "li_" + secrets.token_hex(12),
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price.shown["currency"],
        "description": call.world.records[price.shown["product"]].shown["name"],
        "metadata": {},
        "price": dict(price.shown),
        "quantity": quantity,
    }
