from marshmallow import fields, validate

from blueprints.http.claims import ShowClaim
from blueprints.http.fields import Whole, Words
from blueprints.http.schemas import Accepts, Query, page_of
from marketplace.claims.models import Remedy
from marketplace.claims.paging import ClaimRequest
from marketplace.claims.states import ClaimState
from marketplace.kernel.money import LARGEST_CHARGE


class ClaimQuery(Query):
    """Which claims to list."""

    makes = ClaimRequest

    state = fields.Enum(ClaimState, by_value=True, load_default=None, metadata={"description": "All of them without."})


class DecideClaim(Accepts):
    """What is to be done, and the reason that both sides read."""

    reason = Words(
        least=10,
        most=4000,
        required=True,
        metadata={"example": "One of three bores was found too wide."},
    )
    remedy = fields.Enum(
        Remedy,
        by_value=True,
        load_default=None,
        allow_none=True,
        metadata={"description": "None: there is nothing to put right.", "example": "part_refund"},
    )
    amount_minor = Whole(
        load_default=None, allow_none=True, validate=validate.Range(1, LARGEST_CHARGE), metadata={"example": 400}
    )


class NameFactory(Accepts):
    """Who measures again: a factory with a live listing of the process that is neither party."""

    factory_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e14"})


class ShowStaffClaim(ShowClaim):
    """A claim, and whose it is."""

    job_id = fields.UUID(required=True)
    order_id = fields.UUID(attribute="job.order_id", required=True)
    factory_id = fields.UUID(attribute="job.factory_id", required=True)
    process = fields.String(attribute="job.process", required=True)
    quantity = fields.Integer(attribute="job.quantity", required=True)
    job_total_minor = fields.Integer(attribute="job.total_minor", required=True)
    claimed_by = fields.UUID(required=True)
    answered_by = fields.UUID(required=True, allow_none=True)
    decided_by = fields.UUID(required=True, allow_none=True)


ClaimPage = page_of(ShowStaffClaim)
