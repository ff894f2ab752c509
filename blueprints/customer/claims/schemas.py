from marshmallow import fields, validate

from blueprints.http.fields import Whole, Words
from blueprints.http.schemas import Accepts
from marketplace.claims.models import Remedy
from marketplace.kernel.money import LARGEST_CHARGE

MOST_FILES = 20


class RaiseClaim(Accepts):
    """What is wrong with how many pieces, and how it should be put right."""

    text = Words(most=4000, required=True, metadata={"example": "The bores of three pieces are 0.1 mm too wide."})
    pieces = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 3})
    remedy = fields.Enum(
        Remedy,
        by_value=True,
        required=True,
        metadata={
            "description": "The pieces made again, an amount back, or all goods and all money back.",
            "example": "part_refund",
        },
    )
    amount_minor = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, LARGEST_CHARGE),
        metadata={"description": "Of a part refund: less than the job costs.", "example": 1200},
    )
    attachment_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_FILES),
        metadata={
            "description": "Photos and papers that lie beside the job, see /v1/customer/orders/{id}/attachments.",
            "example": ["01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e16"],
        },
    )


class Disagree(Accepts):
    """Why the factory's answer does not do; it and whoever decides read it."""

    reason = Words(most=4000, required=True, metadata={"example": "The drawing says H7, and the bores are not."})
