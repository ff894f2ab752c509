from collections.abc import Callable, Sequence
from typing import Any, ClassVar
from uuid import UUID

from marshmallow import ValidationError, fields

from blueprints.http.fields import Flag, Instant, Words
from blueprints.http.schemas import Accepts, Shows, page_of
from marketplace.orders.states import JobState
from marketplace.workflows.shop_floor.replanning import USUAL_REASON, Choice, Resolution, Way

MOST_JOBS = 200
WAY = {
    "description": "move: to the earliest free days after. overtime: the missing minutes are opened on their day. "
    "refuse: the factory declines the job, or gives it up if it had taken it.",
    "example": "move",
}
EVEN_LATE = {
    "description": "Whether a move may end after the day that was promised to the customer, who is then told.",
    "example": False,
}
RESOLUTION = {
    "description": "What becomes of jobs whose minutes would be gone. Left out, such a change is refused with "
    "`calendar_breaks_holds`, which names them.",
    "example": {"reason": "Works holiday", "jobs": [], "others": {"choice": "move", "even_late": False}},
}


class AcceptChoice(Accepts):
    """What becomes of a job."""

    makes: ClassVar[Callable[..., Any]] = Choice

    way = fields.Enum(Way, by_value=True, data_key="choice", required=True, metadata=WAY)
    even_late = Flag(load_default=False, metadata=EVEN_LATE)


class AcceptJobChoice(AcceptChoice):
    """What becomes of one job."""

    makes: ClassVar[Callable[..., Any]] = dict

    job_id = fields.UUID(required=True, metadata={"example": "01890a5d-ac96-774b-bcce-b302099a8057"})


def resolution(jobs: Sequence[dict[str, Any]], **told: Any) -> Resolution:
    """Choices by job. Raises ValidationError where one job has two."""
    chosen: dict[UUID, Choice] = {each["job_id"]: Choice(each["way"], each["even_late"]) for each in jobs}
    if len(chosen) < len(jobs):
        raise ValidationError("Choose once for each job.", "jobs")
    return Resolution(jobs=chosen, **told)


class AcceptResolution(Accepts):
    """Choices for jobs by their ids, and one for all others; a job that lacks no minutes is left alone."""

    makes = staticmethod(resolution)

    reason = Words(
        most=300,
        load_default=USUAL_REASON,
        metadata={
            "description": "Kept with every move; whose job is refused reads it.",
            "example": "Repair",
        },
    )
    jobs = fields.List(
        fields.Nested(AcceptJobChoice),
        load_default=list,
        validate=lambda jobs: len(jobs) <= MOST_JOBS,
        metadata={"description": f"At most {MOST_JOBS}.", "example": [], "maxItems": MOST_JOBS},
    )
    others = fields.Nested(
        AcceptChoice, load_default=None, allow_none=True, metadata={"example": {"choice": "move", "even_late": False}}
    )


class ShowConflict(Shows):
    """Minutes of one job that are missing on one day."""

    job_id = fields.UUID(required=True, allow_none=True, metadata={"description": "null: minutes of no job."})
    order_number = fields.Integer(required=True, allow_none=True)
    job_state = fields.Enum(JobState, by_value=True, attribute="state", required=True, allow_none=True)
    day = fields.Date(required=True)
    missing_min = fields.Integer(required=True, metadata={"description": "Machine minutes.", "example": 240})
    held_min = fields.Integer(required=True, metadata={"description": "What the job has on that day."})
    ships_on = fields.Date(required=True, allow_none=True, metadata={"description": "The day that was promised."})
    choices = fields.List(fields.Enum(Way, by_value=True), required=True)


class ShowConflicts(Shows):
    """All conflicts of a work centre, by day; none as long as everything fits."""

    conflicts = fields.List(fields.Nested(ShowConflict), required=True)


class ShowMovedMinutes(Shows):
    """Minutes of a job that went from one day to another."""

    id = fields.UUID(required=True)
    hold_id = fields.UUID(required=True)
    job_id = fields.UUID(required=True, allow_none=True)
    order_number = fields.Integer(required=True, allow_none=True)
    from_day = fields.Date(required=True)
    to_day = fields.Date(required=True)
    minutes = fields.Integer(required=True)
    reason = fields.String(required=True)
    user_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Who chose it."})
    created_at = Instant(required=True)


MovedMinutesPage = page_of(ShowMovedMinutes)
