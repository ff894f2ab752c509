from collections.abc import Callable
from typing import Any
from uuid import UUID

from blueprints.account.door import door
from blueprints.account.organisations.schemas import ChangedOrganisation, NewOrganisation, Place
from blueprints.account.organisations.schemas import Organisation as OrganisationShown
from blueprints.http.identity import actor
from blueprints.http.once import Once, etagged, idempotent, if_match
from blueprints.http.schemas import page_of
from marketplace.accounts import organisations as service
from marketplace.accounts import queries
from marketplace.accounts.models import Organisation
from marketplace.accounts.organisations import Founding, OrganisationChange
from marketplace.kernel.transaction import transaction

organisations = door.room("organisations", "The organisations one belongs to.")


@organisations.get("")
@organisations.response(200, page_of(Place))
def list_organisations() -> dict[str, Any]:
    """Your organisations, and your role in each."""
    return {"items": queries.memberships(actor()), "next_cursor": None}


@organisations.post("")
@organisations.arguments(NewOrganisation)
@organisations.response(201, OrganisationShown)
@idempotent
def found_organisation(terms: Founding, once: Once) -> Organisation:
    """Found one more organisation; you are its owner."""
    who = actor()
    with transaction():
        organisation_id = once(lambda: service.found(terms, by=who).id, caller_id=who.user_id)
        return queries.membership(who, organisation_id).organisation


@organisations.get("/<uuid:organisation_id>")
@organisations.response(200, OrganisationShown)
@etagged
def show_organisation(organisation_id: UUID) -> Organisation:
    """One of your organisations."""
    return queries.membership(actor(), organisation_id).organisation


@organisations.patch("/<uuid:organisation_id>")
@organisations.arguments(ChangedOrganisation)
@organisations.response(200, OrganisationShown)
@if_match
@etagged
def change_organisation(
    terms: OrganisationChange, organisation_id: UUID, unless_edited: Callable[[Organisation], None]
) -> Organisation:
    """Rename an organisation or change its hats (owners and managers)."""
    who = actor()
    with transaction():
        place = queries.membership(who, organisation_id)
        unless_edited(place.organisation)
        return service.change(place, terms, by=who)
