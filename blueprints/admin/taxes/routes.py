"""Tax, seen by staff: the rates in force and those decided here, and the numbers of those who are registered."""

from typing import Any
from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.taxes.schemas import (
    AskRates,
    DecideTaxRate,
    SeenInVies,
    ShowRatesInForce,
    ShowStaffTaxRegistration,
    ShowTaxRate,
    StaffTaxRegistrationPage,
    TaxRatePage,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.taxes import holding, queries, service
from marketplace.taxes.holding import Judged
from marketplace.taxes.models import TaxRate, TaxRegistration
from marketplace.taxes.service import RateDecision

rates = door.room("tax-rates", "Standard rates of value added and goods and services tax, each from a day on.")
registrations = door.room("tax-registrations", "Numbers under which organisations are registered for tax.")


@rates.get("")
@rates.arguments(Query, location="query")
@rates.response(200, TaxRatePage)
def decided(page: PageRequest) -> Page[TaxRate]:
    """List the rates that were decided here, newest first."""
    return queries.page_of_decided(page)


@rates.get("/in-force")
@rates.arguments(AskRates, location="query")
@rates.response(200, ShowRatesInForce)
def in_force(asked: dict[str, Any]) -> dict[str, Any]:
    """Show every country's rates on a day: those of the published data, and those decided since."""
    day = asked["day"] or service.today()
    return {"day": day, "items": service.rates_on(day)}


@rates.post("")
@rates.arguments(DecideTaxRate)
@rates.response(201, ShowTaxRate)
@idempotent
def decide(terms: RateDecision, once: Once) -> TaxRate:
    """Put a country's rates in force from a day on, with a reason; what was offered before keeps its own."""
    who = actor()
    with transaction():
        return queries.decided_one(once(lambda: service.decide_rate(terms, by=who).id, caller_id=who.user_id))


@registrations.get("")
@registrations.arguments(Query, location="query")
@registrations.response(200, StaffTaxRegistrationPage)
def browse(page: PageRequest) -> Page[Judged[TaxRegistration]]:
    """List everybody's registrations, newest first, each with the other organisations that hold the number."""
    return holding.page_of_judged(queries.page_for_staff(page))


@registrations.post("/<uuid:registration_id>/seen-in-vies")
@registrations.arguments(SeenInVies)
@registrations.response(200, ShowStaffTaxRegistration)
def seen_in_vies(found: dict[str, Any], registration_id: UUID) -> Judged[TaxRegistration]:
    """Note that you have seen a number in VIES on a day; offers across borders say so from then on.

    The marketplace does not ask VIES itself.
    """
    with transaction():
        registration = queries.for_staff_to_change(registration_id)
        return holding.judged(service.mark_seen(registration, by=actor(), **found))
