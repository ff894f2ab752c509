"""Events: what happened, to be read again by those who missed the webhook."""

from typing import Any

from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import from_shelf, page
from stripe_sandbox.routing import PAGING, serves

Json = dict[str, Any]


@serves("GET", "/v1/events/{id}")
def retrieve(call: Call, _given: Json, id: str) -> Json:
    """One event, with the object as it was then."""
    return call.world.find("event", id, call.account).shown


@serves("GET", "/v1/events", f"delivery_success type types {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The events of an account, of one type or of several, all or those (not) delivered everywhere."""
    if "type" in given and "types" in given:
        raise InvalidRequest("You may only specify one of: type, types.", code="parameters_exclusive")
    if "types" not in given and "delivery_success" not in given:
        return page(call, "event", given, url="/v1/events", by=("type",))
    types = frozenset(given.get("types", [given["type"]] if "type" in given else []))
    delivered = given.get("delivery_success")
    shelf = call.world.shelf("event", call.account)
    return from_shelf(
        call.world, shelf, given, url="/v1/events", keep=lambda shown: _is_wanted(shown, types, delivered)
    )


def _is_wanted(shown: Json, types: frozenset[str], delivered: bool | None) -> bool:
    return (not types or shown["type"] in types) and delivered in (None, not shown["pending_webhooks"])
