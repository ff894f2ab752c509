from marshmallow import fields

from blueprints.http.fields import Words
from blueprints.http.reviews import ShowReview
from blueprints.http.schemas import Accepts, page_of


class HideReview(Accepts):
    """Why nobody else shall read it; both sides read that."""

    reason = Words(least=10, most=4000, required=True, metadata={"example": "It names a person and where they live."})


class ShowStaffReview(ShowReview):
    """A review, whose it is and of whom."""

    job_id = fields.UUID(required=True)
    of_id = fields.UUID(required=True)
    written_by = fields.UUID(required=True)
    hidden_by = fields.UUID(required=True, allow_none=True)


StaffReviewPage = page_of(ShowStaffReview)
