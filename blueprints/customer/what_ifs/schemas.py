"""What a customer may send and is shown of requirements that are not asked for yet."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from blueprints.customer.quotes.schemas import CONTROLLED, ShowRequirement, StateRequirement, distinct, requirement
from blueprints.http.estimates import ShowIndicative
from blueprints.http.fields import Amount, CatalogueId, Country, Flag, Whole
from blueprints.http.schemas import Accepts, Shows
from marketplace.costing.rates import LeadTime
from marketplace.quoting.models import RankBy
from marketplace.workflows.pricing.what_if import MOST_ANSWERS, MOST_VARIANTS, WhatIf


def change(**changed: Any) -> dict[str, Any]:
    """The parts of a requirement that would be otherwise."""
    return {**changed, **distinct(changed)}


class ChangeRequirement(Accepts):
    """Parts of a requirement as they would be; what is left out stays as it is."""

    makes = change

    quantity = Whole(validate=validate.Range(1, 1_000_000), metadata={"example": 100})
    process = CatalogueId(metadata={"example": "cnc_milling"})
    material = CatalogueId(metadata={"example": "aluminium_7075"})
    tolerance = CatalogueId(metadata={"example": "fine"})
    finishes = fields.List(CatalogueId(), validate=validate.Length(max=4), metadata={"example": []})
    inspection = CatalogueId(metadata={"example": "standard"})
    thickness_um = Whole(allow_none=True, validate=validate.Range(1, 1_000_000), metadata={"example": None})
    lead_time = fields.Enum(LeadTime, by_value=True, metadata={"example": "economy"})
    deliver_to = Country(allow_none=True, metadata={"example": None})
    certificates = fields.List(CatalogueId(), validate=validate.Length(max=10), metadata={"example": []})
    is_controlled = Flag(metadata=CONTROLLED)
    rank_by = fields.Enum(RankBy, by_value=True, metadata={"example": "date"})


def what_if(
    *,
    changes: Sequence[Mapping[str, Any]],
    quantities: Sequence[int],
    answers: int,
    is_explained: bool,
    **asked: Any,
) -> WhatIf:
    """The question that was put."""
    curve = [{"quantity": each} for each in dict.fromkeys(quantities)]
    return WhatIf(requirement(**asked), (*changes, *curve), most=answers, explains=is_explained)


class AskWhatIf(StateRequirement):
    """A requirement as for a quote, and the changes of it that are to be priced beside it."""

    makes = what_if

    changes = fields.List(
        fields.Nested(ChangeRequirement),
        load_default=(),
        validate=validate.Length(max=MOST_VARIANTS),
        metadata={
            "description": f"Variants of the requirement; with `quantities`, {MOST_VARIANTS} at most.",
            "example": [{"tolerance": "coarse"}, {"material": "aluminium_7075", "lead_time": "economy"}],
        },
    )
    quantities = fields.List(
        Whole(validate=validate.Range(1, 1_000_000)),
        load_default=(),
        validate=validate.Length(max=MOST_VARIANTS),
        metadata={"description": "A curve: one more variant for each of these quantities.", "example": [1, 10, 100]},
    )
    answers = Whole(
        load_default=3,
        validate=validate.Range(1, MOST_ANSWERS),
        metadata={"description": "How many answers of each variant are shown.", "example": 3},
    )
    is_explained = Flag(
        load_default=False,
        metadata={"description": "Whether the best answer of each comes with its price tree.", "example": False},
    )

    @validates_schema
    def bounded(self, sent: Mapping[str, Any], **_: Any) -> None:
        """Refuse more variants than one call takes."""
        if len(sent["changes"]) + len(sent["quantities"]) > MOST_VARIANTS:
            raise ValidationError(f"At most {MOST_VARIANTS} variants in all.", "changes")


class ShowAnswer(Shows):
    """What one listing would answer now; nothing is frozen."""

    listing_id = fields.UUID(required=True)
    factory_id = fields.UUID(required=True)
    total = Amount(attribute="total_minor")
    net = Amount(attribute="net_minor")
    tax = Amount(attribute="tax_minor")
    unit_price = Amount(attribute="unit_minor")
    delivery = Amount(attribute="delivery_minor")
    at_least = Amount(attribute="low_minor")
    at_most = Amount(attribute="high_minor")
    machine_min = fields.Integer(required=True)
    finish_by = fields.Date(required=True)
    ships_on = fields.Date(required=True, metadata={"description": "The factory's local day."})


class ShowRefusal(Shows):
    """What stands against it."""

    code = fields.String(required=True, metadata={"example": "material_not_for_process"})
    detail = fields.String(required=True, attribute="message")
    facts = fields.Dict(required=True, attribute="details", metadata={"description": "Facts that a program may read."})


class ShowVariant(Shows):
    """A requirement as it would be, with the best answers to it, or with what stands against it."""

    changed = fields.List(
        fields.String(), required=True, metadata={"description": "What differs from the requirement as it is."}
    )
    wanted = fields.Nested(ShowRequirement, required=True, data_key="requirement")
    eligible = fields.Integer(required=True, allow_none=True, attribute="answers.eligible", dump_default=None)
    left_out = fields.Dict(required=True, allow_none=True, attribute="answers.left_out", dump_default=None)
    doubts = fields.List(fields.String(), required=True, allow_none=True, attribute="answers.doubts", dump_default=None)
    carbon_kg = fields.Float(
        required=True, allow_none=True, metadata={"description": "kg CO₂e of the lot; its quote says more."}
    )
    best = fields.List(fields.Nested(ShowAnswer), required=True, data_key="answers")
    reasons = fields.List(
        fields.String(), required=True, metadata={"description": "Why each answer stands behind the one before it."}
    )
    indicative = fields.Nested(
        ShowIndicative,
        required=True,
        allow_none=True,
        metadata={"description": "Where no listing answers: what the lot usually costs."},
    )
    breakdown = fields.Dict(
        required=True, allow_none=True, metadata={"description": "The price tree of the first answer, if asked for."}
    )
    problem = fields.Nested(ShowRefusal, required=True, allow_none=True)


class ShowWhatIf(Shows):
    """The requirement as it is, and its variants in the order in which they were named."""

    base = fields.Nested(ShowVariant, required=True)
    variants = fields.List(fields.Nested(ShowVariant), required=True)
