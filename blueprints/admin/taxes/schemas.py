from marshmallow import fields, validate

from blueprints.admin.numbers import ShowHolder
from blueprints.http.fields import Country, Day, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.taxes.rates import HIGHEST_BPS
from marketplace.taxes.service import RateDecision


class DecideTaxRate(Accepts):
    """A country's standard rates from a day on, in basis points, and why."""

    makes = RateDecision

    country = Country(required=True)
    goods_bps = Whole(required=True, validate=validate.Range(0, HIGHEST_BPS), metadata={"example": 1_900})
    services_bps = Whole(required=True, validate=validate.Range(0, HIGHEST_BPS), metadata={"example": 1_900})
    valid_from = Day(required=True, metadata={"description": "Today or later.", "example": "2199-01-01"})
    reason = Words(least=10, most=4000, required=True, metadata={"example": "The law gazette of 1 December says so."})


class ShowTaxRate(Shows):
    """Rates that were decided here, by whom and why."""

    id = fields.UUID(required=True)
    country = fields.String(required=True)
    goods_bps = fields.Integer(required=True)
    services_bps = fields.Integer(required=True)
    valid_from = fields.Date(required=True)
    reason = fields.String(required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Instant(attribute="created_at", required=True)


class AskRates(Accepts):
    """On which day; left out: today."""

    day = Day(load_default=None, metadata={"example": "2026-12-01"})


class ShowRateInForce(Shows):
    """A country's standard rates on a day, since when and until when they are in force, and who says so."""

    country = fields.String(required=True)
    name = fields.String(required=True, metadata={"example": "USt"})
    goods_bps = fields.Integer(required=True)
    services_bps = fields.Integer(required=True)
    valid_from = fields.Date(attribute="since", required=True)
    valid_until = fields.Date(attribute="until", required=True, allow_none=True)
    source = fields.String(required=True)


class ShowRatesInForce(Shows):
    """All countries' rates on a day."""

    day = fields.Date(required=True)
    items = fields.List(fields.Nested(ShowRateInForce), required=True)


class SeenInVies(Accepts):
    """When a number was seen in VIES, and how that was found."""

    seen_on = Day(required=True, metadata={"description": "Today or before.", "example": "2020-01-05"})
    reason = Words(least=10, most=4000, required=True, metadata={"example": "VIES gave consultation number WAPIAAAA."})


class ShowStaffTaxRegistration(Shows):
    """A number under which an organisation is registered for tax, and who else holds it."""

    id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    country = fields.String(required=True)
    tax_number = fields.String(attribute="number", required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)
    registered_by = fields.UUID(required=True)
    registered_at = Instant(attribute="created_at", required=True)
    seen_in_vies_on = fields.Date(required=True, allow_none=True)
    seen_by = fields.UUID(required=True, allow_none=True)
    held_by_others = fields.List(fields.Nested(ShowHolder), required=True)


TaxRatePage = page_of(ShowTaxRate)
StaffTaxRegistrationPage = page_of(ShowStaffTaxRegistration)
