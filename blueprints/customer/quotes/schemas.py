from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import fields, validate

from blueprints.http.estimates import ShowIndicative
from blueprints.http.fields import Amount, CatalogueId, Country, Currency, Flag, Instant, Whole, WrittenJson
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.costing.rates import LeadTime
from marketplace.quoting.models import QuoteState, RankBy
from marketplace.quoting.service import Requirement

CONTROLLED = {
    "description": "The file is under export control: only factories that may see it answer.",
    "example": False,
}


def requirement(**asked: Any) -> Requirement:
    """The requirement that was stated; lists of ids without repetitions, as the values that it compares."""
    return Requirement(**asked | distinct(asked))


def distinct(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The lists of ids among what was asked, each id once."""
    lists = {name: tuple(dict.fromkeys(asked[name])) for name in ("finishes", "certificates") if name in asked}
    return lists | {"certificates": tuple(sorted(lists["certificates"]))} if "certificates" in lists else lists


class StateRequirement(Accepts):
    """What is to be made, how often, and how the answers are ranked."""

    makes: ClassVar[Callable[..., Any]] = requirement

    revision_id = fields.UUID(
        required=True,
        metadata={
            "description": "A measured revision with confirmed units.",
            "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e11",
        },
    )
    process = CatalogueId(required=True, metadata={"example": "cnc_milling"})
    material = CatalogueId(required=True, metadata={"example": "aluminium_6061"})
    quantity = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 25})
    currency = Currency(required=True, metadata={"example": "EUR"})
    tolerance = CatalogueId(load_default="standard", metadata={"example": "standard"})
    finishes = fields.List(CatalogueId(), load_default=(), validate=validate.Length(max=4), metadata={"example": []})
    inspection = CatalogueId(load_default="standard", metadata={"example": "standard"})
    thickness_um = Whole(
        load_default=None,
        allow_none=True,
        validate=validate.Range(1, 1_000_000),
        metadata={
            "description": "Of the sheet in µm, where the file cannot say it; one that can is not contradicted.",
            "example": None,
        },
    )
    lead_time = fields.Enum(LeadTime, by_value=True, load_default=LeadTime.STANDARD, metadata={"example": "standard"})
    deliver_to = Country(
        load_default=None,
        allow_none=True,
        metadata={"description": "A country (ISO 3166-1); left out: you fetch the goods.", "example": None},
    )
    certificates = fields.List(
        CatalogueId(),
        load_default=(),
        validate=validate.Length(max=10),
        metadata={"description": "Only factories that claim all of these answer.", "example": []},
    )
    is_controlled = Flag(load_default=False, metadata=CONTROLLED)
    rank_by = fields.Enum(RankBy, by_value=True, load_default=RankBy.PRICE, metadata={"example": "price"})


class AskForQuote(StateRequirement):
    """What is to be made, how often, how the answers are ranked, and which quote this one replaces."""

    supersedes = fields.UUID(
        load_default=None, metadata={"description": "A quote of yours that this one replaces.", "example": None}
    )


BREAKDOWN = {
    "type": "object",
    "description": "The price as a tree: amounts of children add up to their parent's, to the minor unit.",
}


class ShowPricedOffer(Shows):
    """One factory's priced and dated answer, without what the price is made of."""

    id = fields.UUID(required=True)
    position = fields.Integer(required=True)
    listing_id = fields.UUID(required=True)
    factory_id = fields.UUID(required=True)
    total = Amount(attribute="total_minor")
    unit_price = Amount(attribute="unit_minor")
    factory_price = Amount(attribute="factory_minor")
    platform_fee = Amount(attribute="fee_minor")
    royalty = Amount(attribute="royalty_minor")
    tax = Amount(attribute="tax_minor")
    net = Amount(attribute="net_minor")
    taxed = fields.Dict(
        required=True,
        metadata={
            "description": "How the sale is taxed and why; offers are ranked by `net`. `note` is what the invoice says "
            "besides, `fee` how the platform's own service to the factory is taxed.",
            "example": {"treatment": "domestic", "rate_bps": 1_900, "country": "DE"},
        },
    )
    delivery = Amount(attribute="delivery_minor")
    at_least = Amount(attribute="low_minor")
    at_most = Amount(attribute="high_minor")
    machine_min = fields.Integer(required=True, metadata={"description": "Minutes that an order holds."})
    because = fields.String(
        required=True, metadata={"description": "Why it stands behind the one before it.", "example": "12.30 EUR more"}
    )
    starts_after = fields.Date(required=True, allow_none=True)
    finish_by = fields.Date(required=True)
    ships_on = fields.Date(required=True, metadata={"description": "The factory's local day."})


class ShowOffer(ShowPricedOffer):
    """One factory's priced and dated answer."""

    breakdown = WrittenJson(attribute="breakdown_json", metadata=BREAKDOWN)


class ShowExplainedOffer(ShowPricedOffer):
    """One factory's answer with its price in full."""

    breakdown = fields.Dict(attribute="explained_breakdown", required=True, metadata=BREAKDOWN)


class ShowRequirement(Shows):
    """A requirement, whole; of which revision, says what it is shown with."""

    process = fields.String(required=True)
    material = fields.String(required=True)
    quantity = fields.Integer(required=True)
    currency = fields.String(required=True)
    tolerance = fields.String(required=True)
    finishes = fields.List(fields.String(), required=True)
    inspection = fields.String(required=True)
    thickness_um = fields.Integer(required=True, allow_none=True)
    lead_time = fields.Enum(LeadTime, by_value=True, required=True)
    deliver_to = fields.String(required=True, allow_none=True)
    certificates = fields.List(fields.String(), required=True)
    is_controlled = fields.Boolean(required=True)
    rank_by = fields.Enum(RankBy, by_value=True, required=True)


class ShowQuote(ShowRequirement):
    """A requirement and how many listings could make it."""

    id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "1, and one more each time it is replaced."})
    state = fields.Enum(QuoteState, by_value=True, required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)
    is_expired = fields.Boolean(
        required=True, metadata={"description": "Whether its time has passed; an open quote that has expired is over."}
    )
    revision_id = fields.UUID(required=True)
    is_firm = fields.Boolean(
        required=True, metadata={"description": "Whether its offers can be ordered; if not, `doubts` says why."}
    )
    doubts = fields.List(fields.String(), required=True)
    left_out = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={
            "description": "Live listings of the process that could not make it, by reason; some lack several things. "
            "`calendar`, `lot_too_large`, `no_price` and `not_payable` are eligible ones that lack the minutes, or by "
            "whose rates it costs too much, nothing, or what no card can pay.",
            "example": {"envelope": 2, "material": 5},
        },
    )
    facets = fields.Dict(
        required=True,
        metadata={"description": "What all eligible listings are like.", "example": {"tolerance": {"fine": 3}}},
    )
    carbon = fields.Dict(
        required=True, allow_none=True, metadata={"description": "kg CO₂e of the lot, with its range."}
    )
    indicative = fields.Nested(
        ShowIndicative,
        required=True,
        allow_none=True,
        metadata={"description": "Where no listing answered: what the lot usually costs. It cannot be ordered."},
    )
    eligible = fields.Integer(required=True, metadata={"description": "Live listings that could make it."})
    findings = fields.List(fields.Dict(), required=True)


class ShowQuoteWithOffers(ShowQuote):
    """A requirement and the offers that answered it, best first."""

    offers = fields.List(fields.Nested(ShowOffer), required=True)


QuotePage = page_of(ShowQuote)
