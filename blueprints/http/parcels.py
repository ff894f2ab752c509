"""A parcel as both sides of a job are shown it."""

from marshmallow import fields

from blueprints.http.schemas import Shows


class ShowParcel(Shows):
    """One parcel of a shipment. Weight and size are null where the factory has told none."""

    id = fields.UUID(required=True, metadata={"description": "What the code on its label says, as `urn:uuid:…`."})
    number = fields.Integer(required=True)
    pieces = fields.Integer(required=True)
    weight_g = fields.Integer(required=True, allow_none=True)
    length_mm = fields.Integer(required=True, allow_none=True)
    width_mm = fields.Integer(required=True, allow_none=True)
    height_mm = fields.Integer(required=True, allow_none=True)
    carrier = fields.String(required=True)
    tracking_number = fields.String(required=True)
