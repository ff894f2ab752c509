"""Organisations: founding and changing them, and who belongs to them."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import delete

from marketplace.accounts import queries, tokens
from marketplace.accounts.countries import COUNTRIES
from marketplace.accounts.errors import CountryUnknown, LastOwner
from marketplace.accounts.models import Member, Organisation, OrganisationKind
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Hat, Role
from marketplace.kernel.database import session


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """A new organisation, as its founder describes it; `country` is ISO 3166-1 alpha-2."""

    name: str
    kind: OrganisationKind
    country: str
    hats: list[Hat]


def found(terms: Founding, *, by: Actor) -> Organisation:
    """Make an organisation whose first owner is whoever asks. Raises CountryUnknown."""
    transaction.inside()
    if terms.country not in COUNTRIES:
        raise CountryUnknown("The country is not one of ISO 3166-1 (two capital letters).", country=terms.country)
    assert by.user_id is not None
    organisation = Organisation(
        name=terms.name, kind=terms.kind, country=terms.country, hats=sorted({hat.value for hat in terms.hats})
    )
    session().add(organisation)
    session().flush()
    owner = Member(organisation_id=organisation.id, user_id=by.user_id, role=Role.OWNER, joined_at=clock.now())
    session().add(owner)
    audit.record(by, "organisation.founded", organisation)
    return organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationChange:
    """What a member changes; what is not named stays."""

    name: str | None = None
    hats: list[Hat] | None = None


def change(place: Member, terms: OrganisationChange, *, by: Actor) -> Organisation:
    """Rename the organisation, or change its hats. Raises RoleTooSmall below manager."""
    acting(by, place).needs(Role.MANAGER)
    organisation = place.organisation
    if terms.name is not None:
        organisation.name = terms.name
    if terms.hats is not None:
        organisation.hats = sorted({hat.value for hat in terms.hats})
    session().flush()
    audit.record(
        acting(by, place), "organisation.changed", organisation, name=organisation.name, hats=organisation.hats
    )
    return organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """The role that a member shall have."""

    role: Role


def change_role(place: Member, user_id: UUID, role: Role, *, by: Actor) -> Member:
    """Give a member another role. Raises RoleTooSmall below owner, NotFound, LastOwner.

    `place` is the actor's own membership, read while the organisation was held still.
    """
    acting(by, place).needs(Role.OWNER)
    member = queries.member(place.organisation_id, user_id)
    if role is not Role.OWNER:
        _must_keep_an_owner(member)
    before, member.role = member.role, role
    session().flush()
    audit.record(acting(by, place), "member.role_changed", place.organisation, member=user_id, before=before, role=role)
    return member


def remove(place: Member, user_id: UUID, *, by: Actor) -> None:
    """End a membership, and the tokens that came with it, at once; anybody may leave, owners may remove others.

    Raises RoleTooSmall, NotFound, LastOwner. `place` as in `change_role`.
    """
    if user_id != by.user_id:
        acting(by, place).needs(Role.OWNER)
    member = queries.member(place.organisation_id, user_id)
    _must_keep_an_owner(member)
    tokens.revoke_all(user_id, organisation_id=place.organisation_id)
    gone = delete(Member).where(Member.organisation_id == place.organisation_id, Member.user_id == user_id)
    session().execute(gone)
    audit.record(acting(by, place), "member.removed", place.organisation, member=user_id, role=member.role)


def acting(who: Actor, place: Member) -> Actor:
    """The actor in this place, whichever organisation they acted for otherwise."""
    return replace(who, organisation_id=place.organisation_id, role=place.role)


def _must_keep_an_owner(member: Member) -> None:
    if member.role is Role.OWNER and queries.owners(member.organisation_id) == 1:
        raise LastOwner("An organisation keeps at least one owner; make somebody else owner first.")
