"""A slot of spare capacity as whoever may book it sees it: at the public door, and at the customer's."""

from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows


class ShowSlotFactory(Shows):
    """Who offers it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    country = fields.String(required=True, metadata={"description": "ISO 3166-1 alpha-2", "example": "VN"})


class ShowSlot(Shows):
    """Spare minutes of a work centre on some days, for less than its rate card asks."""

    id = fields.UUID(required=True)
    listing_id = fields.UUID(required=True)
    title = fields.String(attribute="listing.title", required=True)
    process = fields.String(required=True, metadata={"example": "cnc_milling"})
    factory = fields.Nested(ShowSlotFactory, attribute="listing.organisation", required=True)
    envelope_mm = fields.List(
        fields.Integer(),
        attribute="listing.work_centre.envelope_mm",
        required=True,
        metadata={"description": "The largest part, three extents ascending.", "example": [200, 300, 400]},
    )
    materials = fields.List(fields.String(), attribute="listing.work_centre.materials", required=True)
    time_zone = fields.String(attribute="listing.work_centre.time_zone", required=True)
    first_day = fields.Date(required=True, metadata={"description": "The factory's local day."})
    last_day = fields.Date(required=True)
    offered_min = fields.Integer(required=True)
    free_min = fields.Integer(
        required=True,
        metadata={"description": "What is neither sold of it nor taken by other orders, now: nothing is reserved."},
    )
    least_min = fields.Integer(required=True, metadata={"description": "A booking takes so many minutes at least."})
    discount_bps = fields.Integer(
        required=True, metadata={"description": "Off the factory's price, before its minimum order.", "example": 2_000}
    )
    closes_at = Instant(required=True, metadata={"description": "Until when it can be booked."})
