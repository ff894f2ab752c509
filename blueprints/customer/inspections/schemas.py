from marshmallow import fields, validate

from blueprints.http.fields import Whole
from blueprints.http.schemas import Accepts


class RequireCharacteristics(Accepts):
    """What must be measured on every inspected piece, by its numbers in the plan."""

    characteristics = fields.List(
        Whole(validate=validate.Range(1, 10_000)),
        required=True,
        validate=validate.Length(1, 200),
        metadata={"example": [1]},
    )
