"""Questions on a job and its clock, as both sides see them."""

from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows, page_of


class ShowJobQuestion(Shows):
    """What the factory of a job asks its customer."""

    id = fields.UUID(required=True)
    state = fields.String(required=True, metadata={"description": "open, answered or withdrawn.", "example": "open"})
    asked_at = Instant(attribute="created_at", required=True)
    text = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)
    closed_at = Instant(required=True, allow_none=True)


class ShowStop(Shows):
    """The clock stood: from when to when, and what that moved."""

    stopped_at = Instant(attribute="created_at", required=True)
    restarted_at = Instant(required=True, allow_none=True, metadata={"description": "null: it stands."})
    answer_by = Instant(required=True, allow_none=True, metadata={"description": "As it was."})
    ships_on = fields.Date(required=True, metadata={"description": "As it was."})
    then_answer_by = Instant(required=True, allow_none=True)
    then_ships_on = fields.Date(required=True, allow_none=True)


class ShowClock(Shows):
    """What the factory of a job is held to, and every stop of its clock. A stop counts against nobody."""

    stopped_at = Instant(required=True, allow_none=True, metadata={"description": "null: the clock runs."})
    answer_by = Instant(
        required=True, allow_none=True, metadata={"description": "Counts while the clock runs, and so does `ships_on`."}
    )
    ships_on = fields.Date(required=True)
    stops = fields.List(fields.Nested(ShowStop), required=True)


JobQuestionPage = page_of(ShowJobQuestion)
