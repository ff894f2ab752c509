"""Invitations: a place in an organisation, kept for one address, behind a code that works once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from marketplace.accounts import organisations, queries, secrets
from marketplace.accounts.errors import AlreadyMember, InvitationUnusable
from marketplace.accounts.models import Invitation, Member, User
from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session

LASTS: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """Who is invited, to do what."""

    email: str
    role: Role


def invite(place: Member, terms: NewInvitation, *, by: Actor) -> tuple[Invitation, str]:
    """Keep a place for an address; returns the code too, which is shown this once. Raises RoleTooSmall below owner."""
    host = organisations.acting(by, place)
    host.needs(Role.OWNER)
    code = secrets.fresh_code()
    invitation = Invitation(
        organisation_id=place.organisation_id,
        email=terms.email,
        role=terms.role,
        code_hash=secrets.digest(code),
        invited_by=place.user_id,
        expires_at=clock.now() + LASTS,
        accepted_at=None,
    )
    session().add(invitation)
    audit.record(host, "invitation.made", invitation, email=terms.email, role=terms.role)
    return invitation, code


def withdraw(place: Member, invitation: Invitation, *, by: Actor) -> None:
    """Let an invitation end now. Raises RoleTooSmall below owner."""
    host = organisations.acting(by, place)
    host.needs(Role.OWNER)
    invitation.expires_at = clock.now()
    audit.record(host, "invitation.withdrawn", invitation)


def accept(user: User, code: str, *, by: Actor) -> Member:
    """Take the place behind a code, once. Raises InvitationUnusable, AlreadyMember.

    The person comes locked: of two invitations to one organisation that they accept at once, the second is refused.
    """
    invitation = queries.invitation_for(user, secrets.digest(code)) if secrets.is_code(code) else None
    if invitation is None:
        raise InvitationUnusable("This invitation cannot be used: ask for a new one, for the address you log in with.")
    if any(place.organisation_id == invitation.organisation_id for place in queries.memberships(by)):
        raise AlreadyMember("You belong to this organisation already.")
    invitation.accepted_at = clock.now()
    member = Member(
        organisation_id=invitation.organisation_id, user_id=user.id, role=invitation.role, joined_at=clock.now()
    )
    session().add(member)
    session().flush()
    audit.record(organisations.acting(by, member), "invitation.accepted", invitation)
    return queries.membership(by, invitation.organisation_id)
