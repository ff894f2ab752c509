"""What a customer is shown of one listing's answer."""

from marshmallow import fields

from blueprints.customer.what_ifs.schemas import ShowAnswer
from blueprints.http.schemas import Shows


class ShowLack(Shows):
    """A reason why a listing does not answer."""

    reason = fields.String(required=True, metadata={"example": "envelope"})
    says = fields.String(required=True, metadata={"description": "For a person."})
    asked = fields.Raw(required=True, allow_none=True, metadata={"description": "What the requirement asks."})
    has = fields.Raw(required=True, allow_none=True, metadata={"description": "What the listing has."})


class ShowStanding(Shows):
    """How a listing stands to a requirement: its answer, or every reason why there is none."""

    listing_id = fields.UUID(required=True)
    reasons = fields.List(fields.Nested(ShowLack), required=True)
    answer = fields.Nested(ShowAnswer, required=True, allow_none=True)
