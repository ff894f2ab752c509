"""Line items: what a Checkout Session sells, each a number of pieces at a price."""

import secrets
from typing import Any

from stripe_sandbox import money
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.resources import prices
from stripe_sandbox.world import Record

Json = dict[str, Any]
MOST = 100


def read(call: Call, given: list[Json], currency: str | None) -> tuple[list[Json], str, int]:
    """The items as they are shown, their one currency, and what they cost together.

    Raises InvalidRequest for an item without a price, for two currencies, for more items than fit, and for a sum that
    no card can be charged with.
    """
    if len(given) > MOST:
        raise InvalidRequest(f"A session has at most {MOST} line items.", param="line_items")
    told = [_told(call, each, f"line_items[{place}]") for place, each in enumerate(given)]
    currencies = {money.currency_of(each["currency"]) for each in told}
    if len(currencies) > 1 or currency not in (None, *currencies):
        raise InvalidRequest("All line items must have the same currency.", param="line_items")
    one = currencies.pop()
    total = sum(each["unit_amount"] * item.get("quantity", 1) for each, item in zip(told, given, strict=True))
    money.check_charge(total, one)
    return [_shown(call, _price(call, item), item.get("quantity", 1)) for item in given], one, total


def _told(call: Call, item: Json, where: str) -> Json:
    """Currency and amount of one piece. Raises InvalidRequest."""
    if ("price" in item) == ("price_data" in item):
        raise InvalidRequest("A line item has either price or price_data.", param=where)
    if item.get("quantity", 1) < 1:
        message = "This value must be greater than or equal to 1."
        raise InvalidRequest(message, code="parameter_invalid_integer", param=f"{where}[quantity]")
    if "price" in item:
        return call.world.find("price", item["price"], call.account, param=f"{where}[price]").shown
    prices.check(call, item["price_data"])
    return dict(item["price_data"])


def _price(call: Call, item: Json) -> Record:
    if "price" in item:
        return call.world.records[item["price"]]
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
