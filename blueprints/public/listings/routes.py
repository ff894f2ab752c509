"""Live listings: who offers what to everyone."""

from uuid import UUID

from blueprints.public.door import door
from blueprints.public.listings.schemas import ListingQuery, PublicListingPage, ShowPublicListing
from marketplace.kernel.paging import Page
from marketplace.listings import queries
from marketplace.listings.models import Listing
from marketplace.listings.paging import ListingRequest

listings = door.room("listings", "Capacity that factories offer to everyone; a quote says what it costs.")


@listings.get("")
@listings.arguments(ListingQuery, location="query")
@listings.response(200, PublicListingPage)
def browse(wanted: ListingRequest) -> Page[Listing]:
    """List live listings, newest first; all of them, or those of one process."""
    return queries.page_for_anyone(wanted)


@listings.get("/<uuid:listing_id>")
@listings.response(200, ShowPublicListing)
def show(listing_id: UUID) -> Listing:
    """Show a live listing."""
    return queries.for_anyone(listing_id)
