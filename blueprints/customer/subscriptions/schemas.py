from marshmallow import fields, validate

from blueprints.http.fields import CatalogueId, Day, Instant, Whole
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.spare.subscribing import SubscriptionTerms


class Subscribe(Accepts):
    """What capacity you want to be told of."""

    makes = SubscriptionTerms

    process = CatalogueId(required=True, metadata={"example": "cnc_milling"})
    material = CatalogueId(
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: any that the process works.", "example": "aluminium_6061"},
    )
    first_day = Day(
        load_default=None, allow_none=True, metadata={"description": "Not before this day.", "example": None}
    )
    last_day = Day(load_default=None, allow_none=True, metadata={"description": "Not after this day.", "example": None})
    least_min = Whole(
        load_default=1,
        validate=validate.Range(1, 10_000_000),
        metadata={"description": "So many machine minutes at least.", "example": 600},
    )


class ShowSubscription(Shows):
    """What capacity you want to be told of."""

    id = fields.UUID(required=True)
    process = fields.String(required=True)
    material = fields.String(required=True, allow_none=True)
    first_day = fields.Date(required=True, allow_none=True)
    last_day = fields.Date(required=True, allow_none=True)
    least_min = fields.Integer(required=True)
    created_at = Instant(required=True)


class ShowMatch(Shows):
    """A slot that appeared, or a listing that went live, as you want it."""

    id = fields.UUID(required=True)
    listing_id = fields.UUID(required=True)
    slot_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "null: the listing itself went live."}
    )
    created_at = Instant(required=True)


SubscriptionPage = page_of(ShowSubscription)
MatchPage = page_of(ShowMatch)
