from marshmallow import fields

from blueprints.http.fields import Instant, Words
from blueprints.http.schemas import Accepts, Shows
from marketplace.reputation.values import Cause


class ExcuseDelay(Accepts):
    """Whose doing a job's lateness was, and how that was found."""

    job_id = fields.UUID(required=True, metadata={"example": "01932f4e-7b1a-7c39-9d1e-0a4b8c2d6e15"})
    cause = fields.Enum(Cause, by_value=True, required=True, metadata={"example": "carrier"})
    reason = Words(
        least=10,
        most=4000,
        required=True,
        metadata={"example": "The carrier's record says that nobody came for it."},
    )


class ShowExcusedDelay(Shows):
    """A job whose lateness does not count against its factory, and why."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    cause = fields.Enum(Cause, by_value=True, required=True)
    reason = fields.String(required=True)
    found_by = fields.UUID(required=True)
    found_at = Instant(attribute="created_at", required=True)
