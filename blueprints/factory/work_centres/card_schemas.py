from marshmallow import fields, validate

from blueprints.http.fields import Amount, CatalogueId, Country, Currency, Instant, Whole
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.costing.rates import (
    LARGEST_AREA_PRICE,
    LARGEST_DISCOUNT_BPS,
    LARGEST_MARGIN_BPS,
    LARGEST_MATERIAL_PRICE,
    LARGEST_MINIMUM,
    LARGEST_RATE,
    LARGEST_SURCHARGE_BPS,
    LARGEST_WAIT_DAYS,
    MOST_BREAKS,
    Break,
    DeliveryPrice,
    FinishPrice,
    LeadTime,
    Limits,
    RateCard,
    Tier,
)

MOST_PIECES = 1_000_000
RATE = validate.Range(0, LARGEST_RATE)


class AcceptFinishPrice(Accepts):
    """What a finish costs: the larger of a least for the lot and a price a piece, and a price for the area."""

    makes = FinishPrice

    lot_minor = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_MINIMUM),
        metadata={"description": "At least so much for the pieces of a lot.", "example": 4_000},
    )
    piece_minor = Whole(load_default=0, validate=RATE, metadata={"description": "Each piece.", "example": 120})
    area_minor_per_m2 = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_AREA_PRICE),
        metadata={"description": "Each square metre of surface.", "example": 2_500},
    )


class AcceptBreak(Accepts):
    """From so many pieces on, a discount on what making them costs."""

    makes = Break

    from_pieces = Whole(required=True, validate=validate.Range(2, MOST_PIECES), metadata={"example": 50})
    discount_bps = Whole(
        required=True,
        validate=validate.Range(0, LARGEST_DISCOUNT_BPS),
        metadata={"description": "Hundredths of a per cent of what making costs.", "example": 500},
    )


class AcceptTier(Accepts):
    """A lead time: how long work waits, and what that changes of the price."""

    makes = Tier

    wait_days = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_WAIT_DAYS),
        metadata={"description": "Days from the order to the first minute of work.", "example": 10},
    )
    change_bps = Whole(
        load_default=0,
        validate=validate.Range(-LARGEST_DISCOUNT_BPS, LARGEST_SURCHARGE_BPS),
        metadata={"description": "So much more (or, below zero, less) of the price, in 1/100 %.", "example": -800},
    )


class AcceptDeliveryPrice(Accepts):
    """What bringing a lot to a country costs."""

    makes = DeliveryPrice

    base_minor = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_MINIMUM),
        metadata={"description": "For the lot.", "example": 1_500},
    )
    minor_per_kg = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_MATERIAL_PRICE),
        metadata={"description": "For each kilogram.", "example": 200},
    )


class AcceptLimits(Accepts):
    """What this work centre will not make, whatever its machines could."""

    makes = Limits

    fewest = Whole(load_default=1, validate=validate.Range(1, MOST_PIECES), metadata={"example": 5})
    most = Whole(load_default=MOST_PIECES, validate=validate.Range(1, MOST_PIECES), metadata={"example": 10_000})
    heaviest_g = Whole(
        load_default=None, allow_none=True, validate=validate.Range(1, 50_000_000), metadata={"example": 20_000}
    )
    thinnest_wall_um = Whole(
        load_default=None, allow_none=True, validate=validate.Range(1, 1_000_000), metadata={"example": 800}
    )


FINISHES = {
    "description": "What each finish on offer costs, by its id in the catalogue.",
    "example": {"bead_blasted": {"lot_minor": 4_000, "piece_minor": 120, "area_minor_per_m2": 2_500}},
}
BREAKS = {"description": "By rising pieces.", "example": [{"from_pieces": 50, "discount_bps": 500}]}
TIERS = {
    "description": "Lead times on offer; standard is always among them. From express over standard to economy, none "
    "waits less and none costs more than the one before it.",
    "example": {
        "standard": {"wait_days": 0, "change_bps": 0},
        "express": {"wait_days": 0, "change_bps": 2_500},
        "economy": {"wait_days": 15, "change_bps": -800},
    },
}
DELIVERY = {
    "description": "By country (ISO 3166-1), and `*` for any other. None: customers fetch their goods.",
    "example": {"DE": {"base_minor": 900, "minor_per_kg": 80}, "*": {"base_minor": 4_500, "minor_per_kg": 600}},
}


class SetRateCard(Accepts):
    """Prices from now on, in minor units (cents) of one currency. Quotes made earlier keep theirs."""

    makes = RateCard

    currency = Currency(required=True, metadata={"example": "EUR"})
    machine_rate_minor_per_h = Whole(required=True, validate=RATE, metadata={"example": 6_500})
    labour_rate_minor_per_h = Whole(required=True, validate=RATE, metadata={"example": 4_200})
    setup_rate_minor_per_h = Whole(
        load_default=None,
        allow_none=True,
        validate=RATE,
        metadata={"description": "Left out: the labour rate.", "example": 5_000},
    )
    tooling_rate_minor_per_h = Whole(
        load_default=None,
        allow_none=True,
        validate=RATE,
        metadata={"description": "For moulds and fixtures. Left out: the labour rate.", "example": 7_000},
    )
    material_minor_per_kg = fields.Dict(
        keys=CatalogueId(),
        values=Whole(validate=validate.Range(0, LARGEST_MATERIAL_PRICE)),
        required=True,
        validate=validate.Length(1, 100),
        metadata={
            "description": "A price for every material of the work centre, and no other.",
            "example": {"aluminium_6061": 650},
        },
    )
    minimum_order_minor = Whole(
        load_default=0, validate=validate.Range(0, LARGEST_MINIMUM), metadata={"example": 5_000}
    )
    margin_bps = Whole(
        load_default=0,
        validate=validate.Range(0, LARGEST_MARGIN_BPS),
        metadata={"description": "Hundredths of a per cent of the price.", "example": 1_500},
    )
    finishes = fields.Dict(
        keys=CatalogueId(),
        values=fields.Nested(AcceptFinishPrice),
        load_default=dict,
        validate=validate.Length(max=60),
        metadata=FINISHES,
    )
    breaks = fields.List(
        fields.Nested(AcceptBreak), load_default=list, validate=validate.Length(max=MOST_BREAKS), metadata=BREAKS
    )
    tiers = fields.Dict(
        keys=fields.Enum(LeadTime, by_value=True),
        values=fields.Nested(AcceptTier),
        load_default=lambda: {LeadTime.STANDARD: Tier()},
        validate=validate.Length(1, 3),
        metadata=TIERS,
    )
    delivery = fields.Dict(
        keys=Country(also=["*"]),
        values=fields.Nested(AcceptDeliveryPrice),
        load_default=dict,
        validate=validate.Length(max=260),
        metadata=DELIVERY,
    )
    limits = fields.Nested(
        AcceptLimits, load_default=Limits, metadata={"description": "What it will not make.", "example": {"most": 500}}
    )


class ShowRateCard(Shows):
    """One version of a work centre's prices."""

    id = fields.UUID(required=True)
    work_centre_id = fields.UUID(required=True)
    number = fields.Integer(required=True, metadata={"description": "1, and one more with each change."})
    currency = fields.String(required=True)
    machine_rate_per_h = Amount(attribute="machine_rate_minor_per_h")
    labour_rate_per_h = Amount(attribute="labour_rate_minor_per_h")
    setup_rate_per_h = Amount(attribute="setup_rate")
    tooling_rate_per_h = Amount(attribute="tooling_rate")
    material_minor_per_kg = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    minimum_order = Amount(attribute="minimum_order_minor")
    margin_bps = fields.Integer(required=True)
    finishes = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True, metadata=FINISHES)
    breaks = fields.List(fields.Dict(), required=True, metadata=BREAKS)
    tiers = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True, metadata=TIERS)
    delivery = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True, metadata=DELIVERY)
    limits = fields.Dict(required=True, metadata={"description": "What it will not make.", "example": {"most": 500}})
    effective_at = Instant(required=True)


RateCardPage = page_of(ShowRateCard)
