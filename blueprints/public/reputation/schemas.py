from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows
from marketplace.reputation.values import FigureName


class ShowReputationFigure(Shows):
    """One figure of a factory, and all that it was made from; the events themselves are the factory's to see."""

    name = fields.Enum(FigureName, by_value=True, required=True)
    means = fields.String(required=True)
    unit = fields.String(required=True)
    value = fields.Integer(required=True, allow_none=True, metadata={"description": "null while nothing is known."})
    events = fields.Integer(required=True, metadata={"description": "How many jobs it is made from."})
    own_points = fields.Integer(required=True, metadata={"description": "The sum of the points of its events."})
    marketplace_mean = fields.Integer(attribute="mean", required=True, allow_none=True)


class ShowReputation(Shows):
    """What a factory's own jobs say of it. It enters no ranking by itself."""

    factory_id = fields.UUID(required=True)
    since = Instant(required=True, metadata={"description": "Jobs that were placed before that do not count."})
    formula = fields.String(required=True)
    prior_weight = fields.Integer(required=True)
    figures = fields.List(fields.Nested(ShowReputationFigure), required=True)
