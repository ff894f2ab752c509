from marshmallow import fields, validate

from blueprints.http.fields import Amount, Currency, Instant, Whole
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.quoting.models import QuoteState, RankBy
from marketplace.quoting.service import Requirement


class AskForQuote(Accepts):
    """What is to be made, how often, and how the answers are ranked."""

    makes = Requirement

    revision_id = fields.UUID(
        required=True,
        metadata={
            "description": "A measured revision with confirmed units.",
            "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e11",
        },
    )
    process = fields.String(required=True, validate=validate.Length(1, 60), metadata={"example": "cnc_milling"})
    material = fields.String(required=True, validate=validate.Length(1, 60), metadata={"example": "aluminium_6061"})
    quantity = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 25})
    currency = Currency(required=True, metadata={"example": "EUR"})
    rank_by = fields.Enum(RankBy, by_value=True, load_default=RankBy.PRICE, metadata={"example": "price"})
    supersedes = fields.UUID(
        load_default=None, metadata={"description": "A quote of yours that this one replaces.", "example": None}
    )


class ShowOffer(Shows):
    """One factory's priced and dated answer."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    listing_id = fields.UUID(required=True)
    factory_id = fields.UUID(required=True)
    total = Amount(attribute="total_minor")
    unit_price = Amount(attribute="unit_minor")
    factory_price = Amount(attribute="factory_minor")
    platform_fee = Amount(attribute="fee_minor")
    machine_min = fields.Integer(required=True, metadata={"description": "Minutes that an order holds."})
    finish_by = fields.Date(required=True)
    ships_on = fields.Date(required=True, metadata={"description": "The factory's local day."})
    breakdown = fields.Raw(
        required=True,
        metadata={
            "type": "object",
            "description": "The price as a tree: amounts of children add up to their parent's, to the minor unit.",
        },
    )


class ShowQuote(Shows):
    """A requirement and how many listings could make it."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "1, and one more each time it is replaced."})
    state = fields.Enum(QuoteState, by_value=True, required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)
    revision_id = fields.UUID(required=True)
    process = fields.String(required=True)
    material = fields.String(required=True)
    quantity = fields.Integer(required=True)
    currency = fields.String(required=True)
    rank_by = fields.Enum(RankBy, by_value=True, required=True)
    eligible = fields.Integer(required=True, metadata={"description": "Live listings that could make it."})
    findings = fields.List(fields.Dict(), required=True)


class ShowQuoteWithOffers(ShowQuote):
    """A requirement and the offers that answered it, best first."""

    offers = fields.List(fields.Nested(ShowOffer), required=True)


QuotePage = page_of(ShowQuote)
