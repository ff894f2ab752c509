"""Disputes of what a job is paid out of, as its factory sees them."""

from typing import Any
from uuid import UUID

from marshmallow import fields

from blueprints.factory.door import door
from blueprints.http.fields import Amount, Instant
from blueprints.http.identity import actor
from blueprints.http.schemas import Shows
from marketplace.disputes import queries
from marketplace.disputes.states import DisputeState

disputes = door.room(
    "disputes",
    "When the bank of a job's customer takes back what it is paid out of: your money waits, and if it is lost you bear "
    "your share.",
    path="/jobs/<uuid:job_id>/disputes",
)


class ShowJobDispute(Shows):
    """A payment that the customer's bank has taken back, or a part of it."""

    id = fields.UUID(required=True)
    state = fields.Enum(DisputeState, by_value=True, required=True)
    reason = fields.String(required=True, metadata={"example": "product_not_received"})
    opened_at = Instant(attribute="created_at", required=True)
    borne = Amount(attribute="borne_minor", required=True)
    """What the factory gives up for it, once it is lost."""


class ShowJobDisputes(Shows):
    """All disputes that concern a job, the first first."""

    items = fields.List(fields.Nested(ShowJobDispute), required=True)


@disputes.get("")
@disputes.response(200, ShowJobDisputes)
def browse(job_id: UUID) -> dict[str, Any]:
    """Show all disputes that concern a job. While one is open its money is not released or sent."""
    return {"items": queries.of_job(actor(), job_id)}
