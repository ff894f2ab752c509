from marshmallow import fields, validate

from blueprints.http.fields import Whole, Words
from blueprints.http.schemas import Accepts
from marketplace.claims.models import Remedy
from marketplace.kernel.money import LARGEST_CHARGE


class OfferRemedy(Accepts):
    """What you would do instead of what the customer wants, and why."""

    answer = Words(most=4000, required=True, metadata={"example": "One piece is off, the other two are within limits."})
    remedy = fields.Enum(Remedy, by_value=True, required=True, metadata={"example": "part_refund"})
    amount_minor = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LARGEST_CHARGE),
        metadata={"description": "Of a part refund: less than the job costs.", "example": 400},
    )


class RejectClaim(Accepts):
    """Why there is nothing to put right; the customer reads it."""

    answer = Words(least=10, most=4000, required=True, metadata={"example": "All bores are within H7, see our record."})
