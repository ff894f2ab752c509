from marshmallow import fields, validate

from blueprints.http.fields import Day
from blueprints.http.schemas import Query, page_of
from blueprints.http.slots import ShowSlot
from marketplace.spare.paging import SlotRequest


class SlotQuery(Query):
    """Which slots."""

    makes = SlotRequest

    process = fields.String(
        load_default=None,
        validate=validate.Length(1, 60),
        metadata={"description": "Only this process of the catalogue.", "example": "cnc_milling"},
    )
    material = fields.String(
        load_default=None,
        validate=validate.Length(1, 60),
        metadata={"description": "Only where this material is worked.", "example": "aluminium_6061"},
    )
    first_day = Day(
        load_default=None, metadata={"description": "Only with a day on or after this one.", "example": "2027-03-22"}
    )
    last_day = Day(
        load_default=None, metadata={"description": "Only with a day on or before this one.", "example": "2027-03-26"}
    )


SlotPage = page_of(ShowSlot)
