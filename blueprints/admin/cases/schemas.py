from marshmallow import fields

from blueprints.http.fields import Amount, Instant, Words
from blueprints.http.schemas import Accepts, Query, Shows, page_of
from marketplace.listings.models import ListingState
from marketplace.moderation.models import CaseKind, CaseState, Outcome
from marketplace.moderation.paging import CaseRequest


class CaseQuery(Query):
    """Which cases to list."""

    makes = CaseRequest

    state = fields.Enum(CaseState, by_value=True, load_default=None, metadata={"description": "All of them without."})


class DecideCase(Accepts):
    """What is decided, and the reason that the party will read."""

    outcome = fields.Enum(Outcome, by_value=True, required=True, metadata={"example": "reject"})
    reason = Words(
        least=10,
        most=4000,
        required=True,
        metadata={"example": "The envelope is larger than the machine in your photos can take."},
    )


class ReportListing(Accepts):
    """Why a live listing should be examined again."""

    grounds = Words(
        least=10, most=4000, required=True, metadata={"example": "Two customers say that nobody answers there."}
    )


class ShowCase(Shows):
    """Something to be examined, and whose it is."""

    id = fields.UUID(required=True)
    kind = fields.Enum(CaseKind, by_value=True, required=True)
    state = fields.Enum(CaseState, by_value=True, required=True)
    listing_id = fields.UUID(attribute="subject_id", required=True)
    organisation_id = fields.UUID(required=True)
    organisation = fields.String(attribute="organisation.name", required=True)
    opened_by = fields.UUID(required=True, allow_none=True)
    opened_at = Instant(attribute="created_at", required=True)
    grounds = fields.String(required=True)
    appeals_decision_id = fields.UUID(required=True, allow_none=True)


class ShowStaffDecision(Shows):
    """A decision, with who took it."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    decided_by = fields.UUID(required=True)
    decided_at = Instant(attribute="created_at", required=True)
    reason = fields.String(required=True)
    statement = fields.String(required=True)
    appeal_until = Instant(required=True)


class ShowExaminedCentre(Shows):
    """The work centre that is offered."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    process = fields.String(required=True)
    machines = fields.Integer(required=True)
    envelope_mm = fields.List(fields.Integer(), required=True)
    materials = fields.List(fields.String(), required=True)
    time_zone = fields.String(required=True)
    handling_days = fields.Integer(required=True)


class ShowExaminedListing(Shows):
    """The listing as it stands."""

    id = fields.UUID(required=True)
    state = fields.Enum(ListingState, by_value=True, required=True)
    title = fields.String(required=True)
    terms = fields.String(required=True)
    country = fields.String(attribute="organisation.country", required=True)
    work_centre = fields.Nested(ShowExaminedCentre, required=True)


class ShowExaminedRates(Shows):
    """The rates that offers would be made from; per hour, per kilogram."""

    number = fields.Integer(required=True)
    currency = fields.String(required=True)
    machine_rate = Amount(attribute="machine_rate_minor_per_h")
    labour_rate = Amount(attribute="labour_rate_minor_per_h")
    minimum_order = Amount(attribute="minimum_order_minor")
    margin_bps = fields.Integer(required=True)
    material_minor_per_kg = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    effective_at = Instant(required=True)


class ShowCaseFile(Shows):
    """A case with all that a decision needs: the listing, its work centre and rates, and what was decided before."""

    case = fields.Nested(ShowCase, required=True)
    possible = fields.List(
        fields.Enum(Outcome, by_value=True), required=True, metadata={"description": "Outcomes that it can have."}
    )
    listing = fields.Nested(ShowExaminedListing, required=True)
    rate_card = fields.Nested(ShowExaminedRates, required=True, allow_none=True)
    decisions = fields.List(fields.Nested(ShowStaffDecision), required=True)


CasePage = page_of(ShowCase)
