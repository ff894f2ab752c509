"""Where goods go, as those see it who send and who await them."""

from marshmallow import fields

from blueprints.http.schemas import Shows


class ShowAddress(Shows):
    """Where goods go."""

    name = fields.String(required=True)
    street = fields.String(required=True)
    postal_code = fields.String(required=True)
    city = fields.String(required=True)
    region = fields.String(required=True)
    country = fields.String(required=True)
    phone = fields.String(required=True)
