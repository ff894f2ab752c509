"""Disputes of an order's payments, as its customer sees them."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from blueprints.customer.door import door
from blueprints.http.fields import Amount, Instant
from blueprints.http.identity import actor
from blueprints.http.schemas import Shows
from marketplace.disputes import queries
from marketplace.disputes.states import DisputeState

disputes = door.room(
    "disputes",
    "What your bank takes back of an order's payments when it is asked to.",
    path="/orders/<uuid:order_id>/disputes",
)


class ShowOwnDispute(Shows):
    """A payment that your bank has taken back, or a part of it."""

    id = fields.UUID(required=True)
    state = fields.Enum(DisputeState, by_value=True, required=True)
    reason = fields.String(required=True, metadata={"example": "product_not_received"})
    amount = Amount(attribute="amount_minor", required=True)
    opened_at = Instant(attribute="created_at", required=True)


class ShowOwnDisputes(Shows):
    """All disputes of an order, the first first."""

    items = fields.List(fields.Nested(ShowOwnDispute), required=True)


@disputes.get("")
@disputes.response(200, ShowOwnDisputes)
def browse(order_id: UUID) -> dict[str, Any]:
    """Show all disputes of an order. While one is open, what goes back to you waits until your bank has decided."""
    return {"items": queries.of_order(actor(), order_id)}
