from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows, page_of


class ShowDelay(Shows):
    """A factory has planned a job of the order later than it was promised."""

    id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    told_at = Instant(attribute="created_at", required=True)
    promised_on = fields.Date(required=True)
    ships_on = fields.Date(required=True, metadata={"description": "When the goods leave by the new plan."})
    late_days = fields.Integer(required=True, metadata={"description": "0: the promised date is kept again."})
    reason = fields.String(required=True)


DelayPage = page_of(ShowDelay)
