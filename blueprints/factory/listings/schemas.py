from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from blueprints.http.fields import Instant, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.listings.models import ListingState
from marketplace.listings.service import DraftTerms, EditTerms
from marketplace.moderation.models import CaseKind, CaseState, Outcome

TITLE = "Three-axis milling in aluminium, two shifts"
TERMS = "Edges broken, no marks on visible faces. We answer within one working day."


class DraftListing(Accepts):
    """Which work centre is offered, and what everyone is told about it."""

    makes = DraftTerms

    work_centre_id = fields.UUID(
        required=True,
        metadata={"description": "One of yours without a listing.", "example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e10"},
    )
    title = Words(most=120, required=True, metadata={"example": TITLE})
    terms = Words(least=0, most=4000, load_default="", metadata={"example": TERMS})


class EditListing(Accepts):
    """What changes; what is left out stays."""

    makes = EditTerms

    title = Words(most=120, metadata={"example": TITLE})
    terms = Words(least=0, most=4000, metadata={"example": TERMS})

    @validates_schema
    def something(self, values: dict[str, Any], **_: Any) -> None:
        if not values:
            raise ValidationError("Name at least one field to change.")


class AppealDecision(Accepts):
    """Why the decision is wrong, in your own words."""

    text = Words(
        least=10, most=4000, required=True, metadata={"example": "The photo in question is of the machine next to it."}
    )


class ShowListing(Shows):
    """Your own listing, in whatever state."""

    id = fields.UUID(required=True)
    state = fields.Enum(ListingState, by_value=True, required=True)
    work_centre_id = fields.UUID(required=True)
    process = fields.String(required=True)
    title = fields.String(required=True)
    terms = fields.String(required=True)
    created_at = Instant(required=True)
    version = fields.Integer(required=True, metadata={"description": "The same number as in the ETag."})


class ShowOwnCase(Shows):
    """An examination of your listing."""

    id = fields.UUID(required=True)
    kind = fields.Enum(CaseKind, by_value=True, required=True)
    state = fields.Enum(CaseState, by_value=True, required=True)
    grounds = fields.String(required=True)
    opened_at = Instant(attribute="created_at", required=True)


class ShowDecision(Shows):
    """What was decided about your listing, why, and until when you may appeal."""

    id = fields.UUID(attribute="decision.id", required=True)
    kind = fields.Enum(CaseKind, attribute="decision.case.kind", by_value=True, required=True)
    outcome = fields.Enum(Outcome, attribute="decision.outcome", by_value=True, required=True)
    reason = fields.String(attribute="decision.reason", required=True)
    statement = fields.String(attribute="decision.statement", required=True)
    decided_at = Instant(attribute="decision.created_at", required=True)
    appeal_until = Instant(attribute="decision.appeal_until", required=True)
    may_appeal = fields.Boolean(
        required=True, metadata={"description": "Whether POST …/appeal would be taken now for this decision."}
    )


class ShowDecisions(Shows):
    """Every decision about one listing, the latest first."""

    items = fields.List(fields.Nested(ShowDecision), required=True)


ListingPage = page_of(ShowListing)
