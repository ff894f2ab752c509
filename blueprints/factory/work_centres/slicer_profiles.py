"""A slicer's profile, read as constants of a work centre: to be looked at, and set by the factory."""

from uuid import UUID

from marshmallow import fields, validate

from blueprints.factory.work_centres.routes import work_centres
from blueprints.http.identity import actor
from blueprints.http.schemas import Accepts, Shows
from marketplace.capability import queries, slicing
from marketplace.capability.slicing import Proposal
from marketplace.costing.slicer_profiles import MOST_BYTES


class ReadProfile(Accepts):
    """What PrusaSlicer exports by File, Export, Export Config."""

    ini = fields.String(
        required=True,
        validate=validate.Length(1, MOST_BYTES),
        metadata={"description": "The text of the .ini file.", "example": "layer_height = 0.2\nperimeters = 2\n"},
    )


class ShowMeant(Shows):
    """A constant that the profile sets."""

    name = fields.String(required=True, metadata={"example": "layer_height"})
    unit = fields.String(required=True)
    published = fields.Float(required=True, metadata={"example": 0.2})
    stated = fields.Float(required=True, metadata={"description": "What the profile says.", "example": 0.15})
    own = fields.Float(
        required=True, metadata={"description": "The nearest to it that a work centre may have.", "example": 0.15}
    )
    is_as_stated = fields.Boolean(required=True)


class ShowProfile(Shows):
    """What a profile means for the work centre."""

    meant = fields.List(fields.Nested(ShowMeant), required=True)
    constants = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={"description": "Your own constants with these: send them to PUT …/constants as they are, or edited."},
    )
    version = fields.Integer(required=True, metadata={"description": "The ETag to send in If-Match then."})


@work_centres.post("/<uuid:work_centre_id>/slicer-profile")
@work_centres.arguments(ReadProfile)
@work_centres.response(200, ShowProfile)
def read_slicer_profile(sent: dict[str, str], work_centre_id: UUID) -> Proposal:
    """Read a profile of PrusaSlicer as constants of a work centre that prints; nothing is kept.

    Look at what it means, then set it by PUT …/constants with the `constants` of the answer. What is as published is
    left out of them; what you had set that no profile tells stays among them.
    """
    return slicing.proposal(queries.work_centre(actor(), work_centre_id), sent["ini"])
