"""Capacity listings: prepare one, have it examined, take it back, and what was decided about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.listings.schemas import (
    AppealDecision,
    DraftListing,
    EditListing,
    ListingPage,
    ShowDecisions,
    ShowListing,
    ShowOwnCase,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, etagged, idempotent, if_match
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.listings import queries, service
from marketplace.listings.models import Listing
from marketplace.moderation import queries as cases
from marketplace.moderation import service as moderation
from marketplace.moderation.models import Case
from marketplace.workflows import moderating

listings = door.room("listings", "What you offer to everyone; public once the marketplace's staff has examined it.")


@listings.post("")
@listings.arguments(DraftListing)
@listings.response(201, ShowListing)
@idempotent
@etagged
def draft(wanted: service.DraftTerms, once: Once) -> Listing:
    """Prepare a listing of one of your work centres.

    It is a draft that nobody else sees; `submit` has it examined.
    """
    with transaction():
        listing_id = once(lambda: service.draft(wanted, by=actor()).id)
        return queries.for_factory(actor(), listing_id)


@listings.get("")
@listings.arguments(Query, location="query")
@listings.response(200, ListingPage)
def browse(page: PageRequest) -> Page[Listing]:
    """List your listings, newest first."""
    return queries.page_for_factory(actor(), page)


@listings.get("/<uuid:listing_id>")
@listings.response(200, ShowListing)
@etagged
def show(listing_id: UUID) -> Listing:
    """Show one of your listings, with its version as the ETag."""
    return queries.for_factory(actor(), listing_id)


@listings.patch("/<uuid:listing_id>")
@listings.arguments(EditListing)
@listings.response(200, ShowListing)
@if_match
@etagged
def edit(changes: service.EditTerms, listing_id: UUID, unless_edited: Callable[[Any], None]) -> Listing:
    """Change the title or the terms.

    What is public or being examined stays as it is: withdraw the listing, edit it, and submit it again.
    """
    with transaction():
        listing = queries.for_factory_to_change(actor(), listing_id)
        unless_edited(listing)
        service.edit(listing, changes, by=actor())
    return listing


@listings.post("/<uuid:listing_id>/submit")
@listings.response(200, ShowListing)
@etagged
def submit(listing_id: UUID) -> Listing:
    """Have the listing examined, to make it public.

    Its work centre needs open hours and a rate card that prices one of its materials; else `listing_incomplete` names
    what is missing.
    """
    with transaction():
        listing = queries.for_factory_to_change(actor(), listing_id)
        service.submit(listing, by=actor())
    return listing


@listings.post("/<uuid:listing_id>/withdraw")
@listings.response(200, ShowListing)
@etagged
def withdraw(listing_id: UUID) -> Listing:
    """Take the listing back; it makes no more offers. It can be edited and submitted again."""
    with transaction():
        listing = queries.for_factory_to_change(actor(), listing_id)
        service.withdraw(listing, by=actor())
    return listing


@listings.get("/<uuid:listing_id>/decisions")
@listings.response(200, ShowDecisions)
def decisions(listing_id: UUID) -> dict[str, Any]:
    """Read what was decided about the listing, why, and until when you may appeal; the latest first."""
    return {"items": moderation.told(queries.for_factory(actor(), listing_id).id)}


@listings.post("/<uuid:listing_id>/appeal")
@listings.arguments(AppealDecision)
@listings.response(201, ShowOwnCase)
@idempotent
def appeal(words: dict[str, Any], listing_id: UUID, once: Once) -> Case:
    """Ask for the latest decision against the listing to be looked at again, by another person.

    Within thirty days, once for each decision.
    """
    with transaction():
        listing = queries.for_factory_to_change(actor(), listing_id)
        case_id = once(lambda: moderating.appeal(listing, text=words["text"], by=actor()).id)
        return cases.for_party(actor(), case_id)
