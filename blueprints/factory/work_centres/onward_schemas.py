from marshmallow import fields, validate

from blueprints.http.fields import CatalogueId, Whole
from blueprints.http.schemas import Accepts, Shows
from marketplace.capability.onward import (
    LONGEST_RUN_MMIN,
    LONGEST_SETUP_MIN,
    LONGEST_TRANSPORT_DAYS,
    MOST_STEPS,
    StepTerms,
)

RUN = {"description": "Thousandths of a minute that each piece takes of a machine.", "example": 2_500}
TRANSPORT = {"description": "Whole days between the step before and this one: the way, and the queue.", "example": 1}
FINISH = {"description": "Only where this finish is asked for; null: always.", "example": None}


class AcceptOnwardStep(Accepts):
    """A step that follows at another work centre of the house."""

    makes = StepTerms

    work_centre_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e11"})
    setup_min = Whole(load_default=0, validate=validate.Range(0, LONGEST_SETUP_MIN), metadata={"example": 20})
    run_mmin_each = Whole(load_default=0, validate=validate.Range(0, LONGEST_RUN_MMIN), metadata=RUN)
    transport_days = Whole(load_default=0, validate=validate.Range(0, LONGEST_TRANSPORT_DAYS), metadata=TRANSPORT)
    finish = CatalogueId(load_default=None, allow_none=True, metadata=FINISH)


class SetOnwardSteps(Accepts):
    """All that follows, in its order; what was stated before is gone."""

    steps = fields.List(
        fields.Nested(AcceptOnwardStep),
        required=True,
        validate=validate.Length(max=MOST_STEPS),
        metadata={"description": "Empty: nothing follows.", "example": []},
    )


class ShowOnwardStep(Shows):
    """A step that follows at another work centre of the house."""

    work_centre_id = fields.UUID(attribute="next_id", required=True)
    setup_min = fields.Integer(required=True)
    run_mmin_each = fields.Integer(required=True, metadata=RUN)
    transport_days = fields.Integer(required=True, metadata=TRANSPORT)
    finish = fields.String(required=True, allow_none=True, metadata=FINISH)


class ShowOnwardSteps(Shows):
    """What follows when this work centre has done its part of a job, in its order."""

    steps = fields.List(fields.Nested(ShowOnwardStep), required=True)
    version = fields.Integer(required=True, metadata={"description": "The ETag to send in If-Match."})
