from marshmallow import fields

from blueprints.http.schemas import Shows


class ShowMeaning(Shows):
    """What a problem code means."""

    code = fields.String(required=True, metadata={"example": "capacity_taken"})
    status = fields.Integer(required=True, metadata={"example": 409})
    title = fields.String(required=True, metadata={"example": "Conflict"})
    meaning = fields.String(required=True)


class ShowMeanings(Shows):
    """Every problem code."""

    items = fields.List(fields.Nested(ShowMeaning), required=True)
