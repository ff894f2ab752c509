"""Reviews that the staff hides, with a reason and in no other way."""

from typing import Any
from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.reviews.schemas import HideReview, ShowStaffReview, StaffReviewPage
from blueprints.http.identity import actor
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.reviews import queries, service
from marketplace.reviews.models import Review

reviews = door.room("reviews", "What customers and factories say of each other.")


@reviews.get("")
@reviews.arguments(Query, location="query")
@reviews.response(200, StaffReviewPage)
def browse(page: PageRequest) -> Page[Review]:
    """List all reviews, newest first."""
    return queries.page_for_staff(page)


@reviews.post("/<uuid:review_id>/hide")
@reviews.arguments(HideReview)
@reviews.response(200, ShowStaffReview)
def hide(why: dict[str, Any], review_id: UUID) -> Review:
    """Hide a review from everybody but its two sides, who read the reason."""
    with transaction():
        review = queries.to_hide(review_id)
        service.hide(review, by=actor(), reason=why["reason"])
    return review
