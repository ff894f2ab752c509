"""Prices that nobody stands behind, as every audience is shown them."""

from marshmallow import fields

from blueprints.http.fields import Amount
from blueprints.http.schemas import Shows


class ShowIndicative(Shows):
    """What a lot usually costs by published rates: no factory's price, in the currency of those rates."""

    total = Amount(attribute="total_minor")
    unit_price = Amount(attribute="unit_minor")
    at_least = Amount(attribute="low_minor")
    at_most = Amount(attribute="high_minor")
    doubts = fields.List(fields.String(), required=True, metadata={"description": "What it does not know."})
    sources = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
