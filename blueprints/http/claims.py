"""A claim as both sides of a job see it, and what both may ask."""

from marshmallow import fields

from blueprints.http.fields import Amount, Instant, Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.claims.models import Remedy
from marketplace.claims.states import ClaimState, RemeasurementState
from marketplace.orders.models import Side


class AskRemeasurement(Accepts):
    """Why a third factory should look; both sides read it."""

    why = Words(most=2000, required=True, metadata={"example": "We measure 8.02 mm, they measure 8.11 mm."})


class ShowRemeasurement(Shows):
    """What a third factory was asked, and what it has found."""

    asked_at = Instant(attribute="created_at", required=True)
    asked_by = fields.Enum(Side, by_value=True, attribute="side", required=True)
    why = fields.String(required=True)
    state = fields.Enum(RemeasurementState, by_value=True, required=True)
    factory_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Once the staff has named it."})
    pieces = fields.Integer(required=True, allow_none=True, metadata={"description": "How many were measured."})
    conforming = fields.Integer(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)


class ShowClaim(Shows):
    """What the customer says is wrong, what the factory says to it, and what became of it."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    claimed_at = Instant(attribute="created_at", required=True)
    text = fields.String(required=True)
    pieces = fields.Integer(required=True, metadata={"description": "How many of the pieces it is about."})
    wanted = fields.Enum(Remedy, by_value=True, required=True)
    wanted_amount = Amount(attribute="wanted_minor")
    attachment_ids = fields.List(fields.UUID(), required=True, metadata={"description": "Files that show it."})
    state = fields.Enum(ClaimState, by_value=True, required=True)
    answer_by = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "Until when the side that is asked answers; silence counts as /v1/terms says."},
    )
    answer = fields.String(required=True, allow_none=True, metadata={"description": "What the factory says to it."})
    disagreement = fields.String(required=True, allow_none=True)
    remedy = fields.Enum(
        Remedy,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "What is on offer; once it is settled, what is done."},
    )
    remedy_amount = Amount(attribute="remedy_minor")
    decision = fields.String(
        required=True, allow_none=True, metadata={"description": "The reason, where the staff has decided."}
    )
    remeasurement = fields.Nested(ShowRemeasurement, required=True, allow_none=True)


class ShowClaims(Shows):
    """All claims of one job, the first first."""

    items = fields.List(fields.Nested(ShowClaim), required=True)
