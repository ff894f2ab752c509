"""Organisations: founding and changing them, and who belongs to them."""

from dataclasses import dataclass

from marketplace.accounts.countries import COUNTRIES
from marketplace.accounts.errors import CountryUnknown
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
