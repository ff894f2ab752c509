from collections.abc import Callable
from typing import Any, ClassVar

from marshmallow import fields, validate

from blueprints.http.fields import Day, Flag, Instant, Whole, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.capability.onward import MOST_STEPS
from marketplace.capacity.models import PlanMove
from marketplace.capacity.replanning import Direction, Part

OPERATION = {"description": "Its number in the plan, from 1.", "example": 1}
REASON = {"description": "Kept with the change; where the date slips, the customer reads it.", "example": "A rush job."}
DELAY = {
    "description": "Whether the promised ship date may be missed by this; the customer then sees it.",
    "example": False,
}
NOT_BEFORE = {"description": "A local day of the work centre; left out: from tomorrow on.", "example": None}
PLACE = {"description": "Left out: where it is.", "example": None}
MOST_PARTS = 20


class ChangePlan(Accepts):
    """Why the plan is changed."""

    reason = Words(most=1000, required=True, metadata=REASON)
    accepts_delay = Flag(load_default=False, metadata=DELAY)


class MoveOperation(ChangePlan):
    """Do what is left of an operation on other days, or at another work centre of the same process."""

    operation = Whole(required=True, validate=validate.Range(1, MOST_STEPS + 1), metadata=OPERATION)
    to = fields.UUID(data_key="work_centre_id", load_default=None, allow_none=True, metadata=PLACE)
    not_before = fields.Date(load_default=None, allow_none=True, metadata=NOT_BEFORE)


class AcceptPart(Accepts):
    """So many pieces, at one work centre, from a day on."""

    makes: ClassVar[Callable[..., Any]] = Part

    place = fields.UUID(
        data_key="work_centre_id", required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e11"}
    )
    pieces = Whole(required=True, validate=validate.Range(1, 1_000_000), metadata={"example": 10})
    not_before = Day(load_default=None, allow_none=True, metadata=NOT_BEFORE)


class SplitOperation(ChangePlan):
    """Share the pieces that are left of an operation; each part is set up for itself."""

    operation = Whole(required=True, validate=validate.Range(1, MOST_STEPS + 1), metadata=OPERATION)
    parts = fields.List(
        fields.Nested(AcceptPart),
        required=True,
        validate=validate.Length(1, MOST_PARTS),
        metadata={"example": [{"work_centre_id": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e11", "pieces": 25}]},
    )


class ReplanJob(ChangePlan):
    """Lay all that is left anew."""

    direction = fields.Enum(
        Direction,
        by_value=True,
        load_default=Direction.FORWARD,
        metadata={"description": "As early as can be, or as late as the promised date allows.", "example": "forward"},
    )


class ShowPlanDay(Shows):
    """Minutes of an operation on a day."""

    work_centre_id = fields.UUID(attribute="place", required=True)
    day = fields.Date(required=True)
    minutes = fields.Integer(required=True)


class ShowOperation(Shows):
    """An operation of a job: what it takes, and when it is done."""

    number = fields.Integer(required=True)
    work_centre_id = fields.UUID(attribute="place", required=True)
    setup_min = fields.Integer(attribute="step.setup_min", required=True)
    run_min = fields.Integer(attribute="step.run_min", required=True)
    pieces = fields.Integer(attribute="step.pieces", required=True)
    pieces_left = fields.Integer(required=True)
    transport_days = fields.Integer(attribute="step.wait_days", required=True)
    begun = fields.List(fields.Nested(ShowPlanDay), required=True, metadata={"description": "Up to today: these stay."})
    ahead = fields.List(fields.Nested(ShowPlanDay), required=True)


class ShowPlan(Shows):
    """A job's operations, day by day."""

    job_id = fields.UUID(attribute="job.id", required=True)
    promised_on = fields.Date(attribute="promise.ships_on", required=True)
    ships_on = fields.Date(required=True, metadata={"description": "By the plan as it stands."})
    is_late = fields.Boolean(required=True)
    operations = fields.List(fields.Nested(ShowOperation), required=True)
    latest_starts = fields.Dict(
        keys=fields.Integer(),
        values=fields.Date(),
        required=True,
        metadata={
            "description": "By the number of an operation that is not begun: until when it may begin for the promised "
            "date to hold. Empty where it cannot hold any more.",
            "example": {"1": "2027-03-01"},
        },
    )


class ShowPlannedLine(Shows):
    """Minutes that went or came."""

    operation = fields.Integer(required=True)
    work_centre_id = fields.UUID(attribute="place", required=True)
    day = fields.String(required=True)
    minutes = fields.Integer(required=True)


class ShowPlanChange(Shows):
    """A change of the plan: who, when, from where to where, why."""

    id = fields.UUID(required=True)
    changed_at = Instant(attribute="created_at", required=True)
    changed_by = fields.UUID(required=True, allow_none=True)
    move = fields.Enum(PlanMove, by_value=True, required=True)
    operation = fields.Integer(required=True, allow_none=True)
    before = fields.List(fields.Nested(ShowPlannedLine), required=True)
    after = fields.List(fields.Nested(ShowPlannedLine), required=True)
    reason = fields.String(required=True)
    promised_on = fields.Date(required=True)
    ships_on = fields.Date(required=True)


class ShowReplannedJob(Shows):
    """When a job's goods leave by the plan as it is now."""

    job_id = fields.UUID(attribute="job.id", required=True)
    promised_on = fields.Date(attribute="promise.ships_on", required=True)
    ships_on = fields.Date(required=True)
    is_late = fields.Boolean(required=True)


class ShowReplanned(Shows):
    """All accepted jobs as they are planned from here on."""

    changed = fields.Integer(required=True, metadata={"description": "How many jobs are planned otherwise now."})
    late_days_before = fields.Integer(required=True)
    late_days = fields.Integer(
        required=True, metadata={"description": "By how many days promises are missed, all jobs together."}
    )
    jobs = fields.List(fields.Nested(ShowReplannedJob), required=True)


PlanChangePage = page_of(ShowPlanChange)
