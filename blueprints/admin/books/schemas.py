from marshmallow import fields

from blueprints.http.fields import Amount
from blueprints.http.schemas import Shows


class ShowDebt(Shows):
    """What a party owes us in a currency: refunds that it has to bear and that no payout has carried yet."""

    party_id = fields.UUID(required=True)
    owed = Amount(attribute="owed_minor", required=True)
    orders = fields.Integer(required=True, metadata={"description": "Of how many orders.", "example": 1})


class ShowDebts(Shows):
    """Who owes us."""

    items = fields.List(fields.Nested(ShowDebt), required=True)
