from typing import Any
from uuid import UUID

from blueprints.account.organisations.routes import organisations
from blueprints.account.organisations.schemas import EndTaxRegistration, RegisterForTax, ShowTaxRegistration
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import page_of
from marketplace.accounts import queries as places
from marketplace.kernel.transaction import transaction
from marketplace.taxes import queries, service
from marketplace.taxes.models import TaxRegistration
from marketplace.taxes.service import Registering


@organisations.get("/<uuid:organisation_id>/tax-registrations")
@organisations.response(200, page_of(ShowTaxRegistration))
def list_tax_registrations(organisation_id: UUID) -> dict[str, Any]:
    """Where one of your organisations is registered for tax, and was, newest first."""
    place = places.membership(actor(), organisation_id)
    return {"items": queries.of_organisation(place.organisation_id), "next_cursor": None}


@organisations.post("/<uuid:organisation_id>/tax-registrations")
@organisations.arguments(RegisterForTax)
@organisations.response(201, ShowTaxRegistration)
@idempotent
def register_for_tax(terms: Registering, organisation_id: UUID, once: Once) -> TaxRegistration:
    """Enter a tax number of an organisation (owners and managers).

    What it sells from then on carries the tax of its country; what it buys across a border of the EU is a business's.
    The number's form and check digits are looked at; no register is asked.
    """
    who = actor()
    with transaction():
        place = places.membership(who, organisation_id, held_still=True)
        made = once(lambda: service.register(place, terms, by=who).id, caller_id=organisation_id)
        return queries.of_one(organisation_id, made)


@organisations.post("/<uuid:organisation_id>/tax-registrations/<uuid:registration_id>/end")
@organisations.arguments(EndTaxRegistration)
@organisations.response(200, ShowTaxRegistration)
def end_tax_registration(terms: dict[str, Any], organisation_id: UUID, registration_id: UUID) -> TaxRegistration:
    """Say which day is a registration's last, today or later (owners and managers)."""
    who = actor()
    with transaction():
        place = places.membership(who, organisation_id)
        return service.end(place, registration_id, valid_until=terms["valid_until"], by=who)
