from marshmallow import fields

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows, page_of


class ShowPublicReview(Shows):
    """What a customer says of a factory after a job that was paid, and the factory's answer; not which customer."""

    id = fields.UUID(required=True)
    written_at = Instant(attribute="created_at", required=True)
    process = fields.String(attribute="job.process", required=True)
    material = fields.String(attribute="job.material", required=True)
    quality = fields.Integer(required=True, metadata={"description": "1 to 5, 5 is best."})
    communication = fields.Integer(required=True)
    text = fields.String(required=True)
    answer = fields.String(required=True, allow_none=True)


PublicReviewPage = page_of(ShowPublicReview)
