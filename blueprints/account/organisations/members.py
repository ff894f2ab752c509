from typing import Any
from uuid import UUID

from blueprints.account.organisations.routes import organisations
from blueprints.account.organisations.schemas import ChangedRole, Colleague
from blueprints.http.identity import actor
from blueprints.http.schemas import page_of
from marketplace.accounts import organisations as service
from marketplace.accounts import queries
from marketplace.accounts.models import Member
from marketplace.accounts.organisations import RoleChange
from marketplace.kernel.transaction import transaction


@organisations.get("/<uuid:organisation_id>/members")
@organisations.response(200, page_of(Colleague))
def list_members(organisation_id: UUID) -> dict[str, Any]:
    """Everybody in one of your organisations."""
    place = queries.membership(actor(), organisation_id)
    return {"items": queries.members(place.organisation_id), "next_cursor": None}


@organisations.patch("/<uuid:organisation_id>/members/<uuid:user_id>")
@organisations.arguments(ChangedRole)
@organisations.response(200, Colleague)
def change_role(terms: RoleChange, organisation_id: UUID, user_id: UUID) -> Member:
    """Give a member another role (owners); at least one owner stays."""
    who = actor()
    with transaction():
        place = queries.membership(who, organisation_id, held_still=True)
        return service.change_role(place, user_id, terms.role, by=who)


@organisations.delete("/<uuid:organisation_id>/members/<uuid:user_id>")
@organisations.response(204)
def remove_member(organisation_id: UUID, user_id: UUID) -> None:
    """End a membership (owners; anybody their own): the member's API tokens for the organisation end with it."""
    who = actor()
    with transaction():
        place = queries.membership(who, organisation_id, held_still=True)
        service.remove(place, user_id, by=who)
