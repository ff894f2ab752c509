"""What customers say of factories."""

from uuid import UUID

from blueprints.http.schemas import Query
from blueprints.public.door import door
from blueprints.public.reviews.schemas import PublicReviewPage
from marketplace.kernel.paging import Page, PageRequest
from marketplace.reviews import queries
from marketplace.reviews.models import Review

reviews = door.room(
    "reviews",
    "What customers say of a factory after orders that were paid and delivered.",
    path="/factories/<uuid:factory_id>/reviews",
)


@reviews.get("")
@reviews.arguments(Query, location="query")
@reviews.response(200, PublicReviewPage)
def browse(page: PageRequest, factory_id: UUID) -> Page[Review]:
    """List a factory's reviews, newest first."""
    return queries.page_of_factory(factory_id, page)
