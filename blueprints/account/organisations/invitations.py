from typing import Any
from uuid import UUID

from blueprints.account.door import door
from blueprints.account.organisations.routes import organisations
from blueprints.account.organisations.schemas import Invitation as InvitationShown
from blueprints.account.organisations.schemas import InvitationAccepted, InvitationAsked, InvitationMade, Place
from blueprints.http.identity import actor
from blueprints.http.schemas import page_of
from marketplace.accounts import invitations as service
from marketplace.accounts import queries, throttling
from marketplace.accounts.invitations import NewInvitation
from marketplace.accounts.models import Member
from marketplace.kernel.transaction import transaction

invitations = door.room("invitations", "Places that organisations keep for people.")


@organisations.get("/<uuid:organisation_id>/invitations")
@organisations.response(200, page_of(InvitationShown))
def list_invitations(organisation_id: UUID) -> dict[str, Any]:
    """Invitations that could still be accepted."""
    place = queries.membership(actor(), organisation_id)
    return {"items": queries.open_invitations(place.organisation_id), "next_cursor": None}


@organisations.post("/<uuid:organisation_id>/invitations")
@organisations.arguments(InvitationAsked)
@organisations.response(201, InvitationMade)
def invite(terms: NewInvitation, organisation_id: UUID) -> dict[str, Any]:
    """Invite somebody by their address (owners). The code is shown this once, and works once within 7 days."""
    who = actor()
    with transaction():
        invitation, code = service.invite(queries.membership(who, organisation_id), terms, by=who)
    return {"code": code, "invitation": invitation}


@organisations.delete("/<uuid:organisation_id>/invitations/<uuid:invitation_id>")
@organisations.response(204)
def withdraw_invitation(organisation_id: UUID, invitation_id: UUID) -> None:
    """Let an invitation end now (owners)."""
    who = actor()
    with transaction():
        place = queries.membership(who, organisation_id)
        service.withdraw(place, queries.open_invitation(organisation_id, invitation_id), by=who)


@invitations.post("/accept")
@invitations.arguments(InvitationAccepted)
@invitations.response(200, Place)
def accept_invitation(sent: dict[str, str]) -> Member:
    """Join the organisation that invited the address you log in with."""
    who = actor()
    throttling.count(throttling.CODES_OF_USER, str(who.user_id))
    with transaction():
        return service.accept(queries.for_change(who.user_id), sent["code"], by=who)
