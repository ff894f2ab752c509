from typing import Final

from marshmallow import fields, validate

from blueprints.http.fields import Flag, Whole, Words
from blueprints.http.production import ShowOperation
from blueprints.http.schemas import Accepts, Shows
from marketplace.production.milestones import Done, Told

MOST_FILES: Final = 10
"""With one report."""


class ReportOperation(Accepts):
    """What there is to say of an operation."""

    note = Words(least=0, most=2000, load_default="", metadata={"example": "On machine 3."})
    attachment_ids = fields.List(
        fields.UUID(),
        load_default=(),
        validate=validate.Length(max=MOST_FILES),
        metadata={"description": "Photos and files that lie beside this job already.", "example": []},
    )


class StartOperation(ReportOperation):
    """What there is to say when an operation begins."""

    makes = Told


class FinishOperation(ReportOperation):
    """What an operation really took."""

    makes = Done

    real_min = Whole(
        attribute="minutes",
        required=True,
        validate=validate.Range(0, 1_000_000),
        metadata={"description": "Minutes of machine and hand for the whole lot.", "example": 95},
    )
    shows_minutes = Flag(
        load_default=False, metadata={"description": "Whether the customer sees them.", "example": False}
    )
    done_elsewhere = Flag(
        attribute="is_elsewhere",
        load_default=False,
        metadata={
            "description": "Whether the organisation did it that your customer agreed to (`subcontracts`).",
            "example": False,
        },
    )


class ShowFactoryOperation(ShowOperation):
    """An operation of a job, as its factory sees it."""

    planned_min = fields.Integer(
        attribute="operation.planned_min",
        required=True,
        metadata={"description": "What the price pays for: set-up, machine and hand, of the whole lot."},
    )
    real_min = fields.Integer(required=True, allow_none=True)
    shows_minutes = fields.Boolean(required=True)


class ShowFactoryOperations(Shows):
    """The operations of a job in their order."""

    operations = fields.List(fields.Nested(ShowFactoryOperation), required=True)
