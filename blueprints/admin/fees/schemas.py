from marshmallow import fields, validate

from blueprints.http.fields import Day, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.fees.paging import FeeRequest
from marketplace.fees.rules import HIGHEST_BPS
from marketplace.fees.service import FeeDecision


class DecideFee(Accepts):
    """The platform's fee from a day on, of one organisation or the usual one, and why."""

    makes = FeeDecision

    organisation_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: what all pay that have no rate of their own.", "example": None},
    )
    fee_bps = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(0, HIGHEST_BPS),
        metadata={"description": "Null: the organisation pays the usual fee again.", "example": 650},
    )
    valid_from = Day(required=True, metadata={"description": "Today or later.", "example": "2199-01-01"})
    reason = Words(least=10, most=4000, required=True, metadata={"example": "Agreed for two years on 20 November."})


class ShowFee(Shows):
    """A fee that was decided, by whom and why."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    fee_bps = fields.Integer(required=True, allow_none=True)
    valid_from = fields.Date(required=True)
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Instant(attribute="created_at", required=True)


class FeeQuery(Query):
    """Which fees to list."""

    makes = FeeRequest

    organisation_id = fields.UUID(load_default=None, metadata={"description": "Those of one organisation only."})


FeePage = page_of(ShowFee)
