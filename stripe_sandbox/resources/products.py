"""Products: what is sold; prices say for how much."""

from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.changing import change
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.resources import metadata
from stripe_sandbox.routing import PAGING, serves
from stripe_sandbox.world import Record

Json = dict[str, Any]
TOLD = "active description images name statement_descriptor unit_label url shippable"


@serves("POST", "/v1/products", f"id metadata type {TOLD}")
def create(call: Call, given: Json) -> Json:
    """Something to sell. Raises InvalidRequest when its id is taken."""
    return make(call, given).shown


@serves("GET", "/v1/products/{product}")
def retrieve(call: Call, _given: Json, product: str) -> Json:
    """One product."""
    return call.world.find("product", product, call.account).shown


@serves("POST", "/v1/products/{product}", f"metadata {TOLD}")
def update(call: Call, given: Json, product: str) -> Json:
    """Other words about a product."""
    found = call.world.find("product", product, call.account)
    return change(call, found, {**given, "updated": call.world.now()}, event="product.updated")


@serves("GET", "/v1/products", f"active {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The products of an account."""
    return page(call, "product", given, url="/v1/products", by=("active",))


@serves("DELETE", "/v1/products/{product}")
def delete(call: Call, _given: Json, product: str) -> Json:
    """The product was never sold. Raises InvalidRequest when it has prices."""
    found = call.world.find("product", product, call.account)
    if call.world.shelf("price", call.account, "product", found.id):
        raise InvalidRequest("This product cannot be deleted because it has one or more prices.", param="id")
    found.shown["deleted"] = True
    events.emit(call, "product.deleted", found)
    call.world.remove(found)
    return {"id": found.id, "object": "product", "deleted": True}


def make(call: Call, given: Json) -> Record:
    """A new product."""
    if given.get("id") in call.world.records:
        raise InvalidRequest("Product already exists.", code="resource_already_exists", param="id")
    told = {name: given[name] for name in TOLD.split() if name in given}
    usual = {"active": True, "images": [], "type": given.get("type", "service")}
    product = call.world.add(
        "product",
        call.account,
        id=given.get("id"),
        marketing_features=[],
        metadata=metadata.given_in(given),
        updated=call.world.now(),
        **{**usual, **told},
    )
    events.emit(call, "product.created", product)
    return product
