"""What a stranger may send and is shown of estimates."""

from typing import Any

from marshmallow import fields, post_load, validate

from blueprints.http.estimates import ShowIndicative
from blueprints.http.fields import Amount, CatalogueId, Currency, Flag, Number, Whole
from blueprints.http.schemas import Accepts, Shows
from marketplace.workflows.pricing.estimating import Numbers

LARGEST = 1e12


class AskForEstimate(Accepts):
    """A part by its numbers, and what is asked of it."""

    volume_mm3 = Number(
        required=True, validate=validate.Range(0, LARGEST, min_inclusive=False), metadata={"example": 48000}
    )
    area_mm2 = Number(
        required=True, validate=validate.Range(0, LARGEST, min_inclusive=False), metadata={"example": 21000}
    )
    box_mm = fields.List(
        Number(validate=validate.Range(0, 100_000, min_inclusive=False)),
        required=True,
        validate=validate.Length(equal=3),
        metadata={"description": "The sides of its bounding box.", "example": [80, 50, 30]},
    )
    quantity = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 25})
    currency = Currency(required=True, metadata={"example": "EUR"})
    process = CatalogueId(
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: every process.", "example": "cnc_milling"},
    )
    material = CatalogueId(
        load_default=None,
        allow_none=True,
        metadata={"description": "Left out: every material of the process.", "example": "aluminium_6061"},
    )
    tolerance = CatalogueId(load_default="standard", metadata={"example": "standard"})
    is_controlled = Flag(
        load_default=False,
        metadata={
            "description": "Its file will be under export control: only factories that may see it are counted.",
            "example": False,
        },
    )

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> Numbers:
        """The numbers as a value."""
        return Numbers(**{**values, "box_mm": tuple(values["box_mm"])})


class ShowPrices(Shows):
    """What the eligible live listings would ask for the lot, none of them named; delivery is not in it."""

    listings = fields.Integer(required=True)
    lowest = Amount(attribute="lowest_minor")
    median = Amount(attribute="median_minor")
    highest = Amount(attribute="highest_minor")


class ShowEstimateProblem(Shows):
    """What stands against it."""

    code = fields.String(required=True, metadata={"example": "part_too_large"})
    detail = fields.String(required=True, attribute="message")


class ShowEstimate(Shows):
    """A process and a material: what listings would ask, else what the lot usually costs, or what stands against it."""

    process = fields.String(required=True, attribute="process.id", metadata={"example": "cnc_milling"})
    material = fields.String(required=True, attribute="material.id", metadata={"example": "aluminium_6061"})
    prices = fields.Nested(ShowPrices, required=True, allow_none=True)
    indicative = fields.Nested(ShowIndicative, required=True, allow_none=True)
    doubts = fields.List(fields.String(), required=True)
    problem = fields.Nested(ShowEstimateProblem, required=True, allow_none=True)


class ShowEstimates(Shows):
    """One estimate for each process and material that fit, in the catalogue's order."""

    estimates = fields.List(fields.Nested(ShowEstimate), required=True)
