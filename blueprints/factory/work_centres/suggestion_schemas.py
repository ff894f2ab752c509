from dataclasses import dataclass

from marshmallow import fields, validate

from blueprints.factory.work_centres.card_schemas import SetRateCard
from blueprints.http.fields import CatalogueId, Currency
from blueprints.http.schemas import Accepts, Shows
from marketplace.capability.machine_classes import LARGEST_MARKUP_BPS


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which class, in which currency, with which mark-up on material."""

    machine_class: str
    currency: str
    material_markup_bps: int | None = None


class AskForSuggestion(Accepts):
    """Which machine it is like, and the currency of the card."""

    makes = Wanted

    machine_class = CatalogueId(required=True, metadata={"example": "mill_3axis_small"})
    currency = Currency(required=True, metadata={"example": "USD"})
    material_markup_bps = fields.Integer(
        load_default=None,
        validate=validate.Range(0, LARGEST_MARKUP_BPS),
        metadata={"description": "On what a kilogram usually costs, in 1/100 %. Left out: the class's."},
    )


class ShowUsualMaterial(Shows):
    """What a kilogram usually costs a factory."""

    currency = fields.String(required=True)
    low_minor_per_kg = fields.Integer(required=True)
    high_minor_per_kg = fields.Integer(required=True)
    source = fields.String(required=True, metadata={"description": "A key of `sources`."})


class ShowSuggestion(Shows):
    """A whole rate card to edit and send to POST …/rate-cards."""

    machine_class = fields.String(attribute="machine_class.id", required=True)
    card = fields.Nested(SetRateCard, required=True)
    fill_in = fields.List(
        fields.String(),
        attribute="unpriced",
        required=True,
        metadata={"description": "Materials to price yourself: what they usually cost is known in other currencies."},
    )
    usual_material_prices = fields.Dict(
        keys=fields.String(), values=fields.Nested(ShowUsualMaterial), attribute="materials", required=True
    )
    material_markup_bps = fields.Integer(required=True)
    constants = fields.Dict(
        attribute="machine_class.constants",
        required=True,
        metadata={"description": "For PUT …/constants.", "example": {"spindle_limit": 10_000}},
    )
    sources = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
