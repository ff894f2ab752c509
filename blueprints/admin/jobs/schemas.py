from marshmallow import fields, validate

from blueprints.http.fields import Instant
from blueprints.http.schemas import Query, Shows, page_of
from marketplace.jobs.paging import JobRequest

STATUSES = ("todo", "doing", "failed", "cancelled", "aborted")
"""As procrastinate names them; what succeeds is cleared away."""


class JobQuery(Query):
    """Which jobs to list."""

    makes = JobRequest

    status = fields.String(
        load_default="failed",
        validate=validate.OneOf(STATUSES),
        metadata={"description": "`failed` jobs are dead: they were tried again and again and are tried no more."},
    )


class ShowQueuedJob(Shows):
    """Work that nobody waits for, as it stands."""

    number = fields.Integer(required=True)
    task = fields.String(required=True, metadata={"example": "handle_event"})
    queue = fields.String(required=True, metadata={"example": "main"})
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    attempts = fields.Integer(required=True)
    args = fields.Dict(required=True, metadata={"description": "What the task was given: ids, nothing secret."})
    scheduled_at = Instant(required=True, allow_none=True)
    last_event_at = Instant(required=True, allow_none=True)


QueuedJobPage = page_of(ShowQueuedJob)
