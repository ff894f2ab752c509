"""A review as both sides of a job write, answer and read it."""

from marshmallow import fields, validate

from blueprints.http.fields import Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.orders.models import Side


class WriteReview(Accepts):
    """What you think of the other side, in marks from 1 to 5 (best) and in words."""

    quality = Whole(
        required=True,
        validate=validate.Range(1, 5),
        metadata={"description": "Of the goods; of a customer, of what was ordered with.", "example": 5},
    )
    communication = Whole(required=True, validate=validate.Range(1, 5), metadata={"example": 4})
    text = Words(least=0, most=4000, load_default="", metadata={"example": "Clean edges, a day early."})


class AnswerReview(Accepts):
    """What you say to the other side's review, once."""

    answer = Words(
        most=4000, required=True, metadata={"example": "Thank you; next time with the thread that was meant."}
    )


class ShowReview(Shows):
    """What one side says of the other, and the answer to it."""

    id = fields.UUID(required=True)
    written_at = Instant(attribute="created_at", required=True)
    by = fields.Enum(Side, by_value=True, attribute="side", required=True)
    quality = fields.Integer(required=True)
    communication = fields.Integer(required=True)
    text = fields.String(required=True)
    public_from = Instant(required=True, metadata={"description": "Or as soon as the other side has written."})
    answer = fields.String(required=True, allow_none=True)
    hidden_reason = fields.String(
        required=True, allow_none=True, metadata={"description": "Why the staff shows it to nobody else."}
    )


class ShowReviews(Shows):
    """What you may read of a job's reviews: your own, and the other side's once it is public."""

    items = fields.List(fields.Nested(ShowReview), required=True)
