"""Drafting, editing, submitting and withdrawing a capacity listing. Examining it is `workflows.moderating`."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.capability import queries as capability
from marketplace.capability.models import WorkCentre
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.listings import queries
from marketplace.listings.errors import ListedAlready, ListingIncomplete, ListingNotEditable
from marketplace.listings.models import Listing, ListingState
from marketplace.moderation import queries as cases
from marketplace.moderation import service as moderation
from marketplace.moderation.models import CaseKind

EDITABLE: Final = frozenset({ListingState.DRAFT, ListingState.REJECTED, ListingState.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class DraftTerms:
    """Which work centre is offered, and what everyone is told about it."""

    work_centre_id: UUID
    title: str
    terms: str = ""


@dataclass(frozen=True, slots=True)
class EditTerms:
    """What changes; what is None stays."""

    title: str | None = None
    terms: str | None = None


def draft(wanted: DraftTerms, *, by: Actor) -> Listing:
    """Prepare a listing of one of the organisation's work centres; nobody else sees it yet.

    Raises RoleTooSmall below manager, WorkCentreNotYours, ListedAlready.
    """
    by.needs(Role.MANAGER)
    transaction.inside()
    centre = queries.work_centre_to_list(by, wanted.work_centre_id)
    earlier = queries.listing_of(centre.id)
    if earlier is not None:
        raise ListedAlready("This work centre has a listing already; change that one.", listing=str(earlier))
    listing = Listing(
        organisation_id=by.organisation,
        work_centre=centre,
        process=centre.process,
        title=wanted.title,
        terms=wanted.terms,
        created_at=clock.now(),
    )
    session().add(listing)
    session().flush()
    audit.record(by, "listing.drafted", listing, work_centre_id=centre.id)
    return listing


def edit(listing: Listing, changes: EditTerms, *, by: Actor) -> None:
    """Change what everyone is told, while nobody reads or examines it. The listing comes locked.

    Raises RoleTooSmall below manager, and ListingNotEditable for a listing that is public, submitted, suspended, or
    under appeal.
    """
    by.needs(Role.MANAGER)
    if listing.state not in EDITABLE or cases.open_case_of(listing.id) is not None:
        raise ListingNotEditable(
            "What is public or being examined stays as it is. Withdraw the listing, edit it, and submit it again.",
            state=listing.state,
        )
    if changes.title is not None:
        listing.title = changes.title
    if changes.terms is not None:
        listing.terms = changes.terms
    audit.record(by, "listing.edited", listing, title=listing.title, terms=listing.terms)
    session().flush()


def submit(listing: Listing, *, by: Actor) -> None:
    """Ask for the listing to be examined and made public. The listing comes locked.

    Raises RoleTooSmall below manager, ListingIncomplete, IllegalMove, CaseOpenAlready (an appeal is being examined).
    """
    by.needs(Role.MANAGER)
    listing.move(ListingState.SUBMITTED, by=by)
    missing = missing_of(listing.work_centre)
    if missing:
        raise ListingIncomplete(
            "Before this listing can be examined, its work centre needs: " + ", ".join(missing.values()) + ".",
            missing=list(missing),
        )
    case = moderation.open_case(listing, CaseKind.SUBMISSION, grounds="", by=by)
    audit.record(by, "listing.submitted", listing, case_id=case.id)


def withdraw(listing: Listing, *, by: Actor) -> None:
    """Take the listing back; a case that was to examine it has nothing left to decide. The listing comes locked.

    Raises RoleTooSmall below manager, IllegalMove.
    """
    by.needs(Role.MANAGER)
    listing.move(ListingState.WITHDRAWN, by=by)
    moderation.close(listing, by=by, reason="the listing was withdrawn")
    audit.record(by, "listing.withdrawn", listing)


def missing_of(centre: WorkCentre) -> dict[str, str]:
    """What a work centre still needs before it could answer anyone with an offer, by a word for programs."""
    missing = {}
    if not queries.has_open_hours(centre.id):
        missing["calendar"] = "open hours in its weekly calendar"
    card = capability.current_card(centre.id)
    if card is None:
        missing["rate_card"] = "a rate card"
    elif not set(centre.materials) & set(card.material_minor_per_kg):
        missing["material_prices"] = "a price of at least one of its materials"
    return missing
