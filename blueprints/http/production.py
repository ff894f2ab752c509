"""How a job is made, as both of its parties are shown it."""

from marshmallow import fields

from blueprints.http.schemas import Shows
from marketplace.production.checklist import Source


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
