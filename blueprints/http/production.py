"""How a job is made, as both of its parties are shown it."""

from marshmallow import fields

from blueprints.http.attachments import ShowAttachment
from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows
from marketplace.production.checklist import Source
from marketplace.production.progress import OperationState


class ShowRequirement(Shows):
    """One thing that the goods or their delivery must come to."""

    name = fields.String(required=True, metadata={"example": "tolerance"})
    value = fields.String(
        required=True,
        metadata={
            "description": "An id of the catalogue, a figure in the unit of the name, a date, a hash.",
            "example": "fine",
        },
    )
    says = fields.String(required=True, metadata={"example": "Fine (ISO 2768-1 f)"})
    source = fields.Enum(Source, by_value=True, required=True)
    change = fields.Integer(
        required=True, allow_none=True, metadata={"description": "The number of the change that says so."}
    )


class ShowChecklist(Shows):
    """All requirements of a job, each with where it is said. Changes stand last; each goes before what is above it."""

    requirements = fields.List(fields.Nested(ShowRequirement), required=True)


class ShowOperation(Shows):
    """An operation of a job, as its customer sees it."""

    number = fields.Integer(attribute="operation.number", required=True)
    name = fields.String(attribute="operation.name", required=True, metadata={"example": "Rough mill"})
    state = fields.Enum(OperationState, by_value=True, required=True)
    started_at = Instant(required=True, allow_none=True)
    finished_at = Instant(required=True, allow_none=True)
    real_min = fields.Integer(
        attribute="shown_min",
        required=True,
        allow_none=True,
        metadata={"description": "Minutes really spent, if the factory shows them."},
    )
    is_done_elsewhere = fields.Boolean(
        required=True, metadata={"description": "Whether another organisation did it, as the customer had agreed."}
    )
    notes = fields.List(fields.String(), required=True)
    attachments = fields.List(fields.Nested(ShowAttachment), required=True)


class ShowOperations(Shows):
    """The operations of a job in their order."""

    operations = fields.List(fields.Nested(ShowOperation), required=True)
