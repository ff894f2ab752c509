from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from blueprints.http.fields import Instant, Whole
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.costing.rates import LARGEST_DISCOUNT_BPS
from marketplace.spare.models import SlotState
from marketplace.spare.service import SlotTerms

MOST_MIN = 10_000_000
"""More than any work centre has in a month."""
LONGEST_HOURS = 24 * 365


class PublishSlot(Accepts):
    """Which minutes of which listing's work centre, for how much less, and until when they are booked."""

    makes = SlotTerms

    listing_id = fields.UUID(
        required=True,
        metadata={"description": "A live one of yours.", "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e10"},
    )
    first_day = fields.Date(
        required=True,
        metadata={"description": "The work centre's local day, tomorrow there or later.", "example": "2027-03-22"},
    )
    last_day = fields.Date(
        required=True, metadata={"description": "Included; 31 days at most.", "example": "2027-03-26"}
    )
    offered_min = Whole(
        required=True,
        validate=validate.Range(1, MOST_MIN),
        metadata={"description": "Machine minutes; at most what is free on these days now.", "example": 2_400},
    )
    least_min = Whole(
        load_default=1,
        validate=validate.Range(1, MOST_MIN),
        metadata={"description": "A booking takes so many minutes at least.", "example": 60},
    )
    discount_bps = Whole(
        required=True,
        validate=validate.Range(1, LARGEST_DISCOUNT_BPS),
        metadata={
            "description": "Off your price before your minimum order and the platform's fee.",
            "example": 2_000,
        },
    )
    closes_in_hours = Whole(
        required=True,
        validate=validate.Range(1, LONGEST_HOURS),
        metadata={"description": "Until when it can be booked: before its last day.", "example": 72},
    )

    @validates_schema
    def bookable(self, sent: dict[str, Any], **_: Any) -> None:
        """Refuse a slot that no booking is small enough for."""
        if sent["least_min"] > sent["offered_min"]:
            raise ValidationError("No more than is offered.", "least_min")


class ShowOwnSlot(Shows):
    """Your own slot."""

    id = fields.UUID(required=True)
    state = fields.Enum(SlotState, by_value=True, required=True)
    is_open = fields.Boolean(required=True, metadata={"description": "Neither withdrawn nor past its deadline."})
    listing_id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    process = fields.String(required=True)
    first_day = fields.Date(required=True)
    last_day = fields.Date(required=True)
    offered_min = fields.Integer(required=True)
    sold_min = fields.Integer(required=True)
    free_min = fields.Integer(
        required=True, metadata={"description": "Of what is not sold, what no other order has taken meanwhile."}
    )
    least_min = fields.Integer(required=True)
    discount_bps = fields.Integer(required=True)
    closes_at = Instant(required=True)
    created_at = Instant(required=True)


OwnSlotPage = page_of(ShowOwnSlot)
