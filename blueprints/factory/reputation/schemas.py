from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows
from marketplace.reputation.values import FigureName


class ShowEvent(Shows):
    """What one of your jobs adds to a figure."""

    job_id = fields.UUID(required=True)
    at = Instant(required=True)
    points = fields.Integer(required=True)
    says = fields.String(required=True)


class ShowOwnFigure(Shows):
    """One of your figures, with every event that made it, the latest first."""

    name = fields.Enum(FigureName, by_value=True, required=True)
    value = fields.Integer(required=True, allow_none=True)
    own_points = fields.Integer(required=True)
    marketplace_mean = fields.Integer(attribute="mean", required=True, allow_none=True)
    events = fields.List(fields.Nested(ShowEvent), required=True)


class ShowOwnReputation(Shows):
    """Your figures as everybody sees them, and why: /v1/factories/{id}/reputation has the formula."""

    figures = fields.List(fields.Nested(ShowOwnFigure), required=True)
