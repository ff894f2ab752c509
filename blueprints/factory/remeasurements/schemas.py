from marshmallow import fields, validate

from blueprints.http.fields import Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.claims.states import RemeasurementState


class ReportRemeasurement(Accepts):
    """What you have measured; both sides of the claim read it."""

    pieces = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 3})
    conforming = Whole(required=True, validate=validate.Range(0, 1_000_000), metadata={"example": 2})
    result = Words(most=4000, required=True, metadata={"example": "Two bores are 8.01 mm wide, one is 8.11 mm."})


class ShowNeutralRemeasurement(Shows):
    """What is to be measured, and what you have reported; of the parties it says nothing."""

    id = fields.UUID(required=True)
    asked_at = Instant(attribute="created_at", required=True)
    state = fields.Enum(RemeasurementState, by_value=True, required=True)
    process = fields.String(attribute="claim.job.process", required=True)
    material = fields.String(attribute="claim.job.material", required=True)
    claimed = fields.String(attribute="claim.text", required=True)
    claimed_pieces = fields.Integer(attribute="claim.pieces", required=True)
    why = fields.String(required=True, metadata={"description": "Why a third factory should look."})
    pieces = fields.Integer(required=True, allow_none=True)
    conforming = fields.Integer(required=True, allow_none=True)
    result = fields.String(required=True, allow_none=True)


NeutralRemeasurementPage = page_of(ShowNeutralRemeasurement)
