"""Registering for tax, ending that, and deciding rates: each from a day on, nothing of the past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.accounts.models import Member
from marketplace.accounts.organisations import acting
from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.taxes import numbers, queries, rates
from marketplace.taxes.errors import (
    TaxCountryUnknown,
    TaxDayUnfit,
    TaxRegistrationEnded,
    TaxRegistrationNotOfEu,
    TaxRegistrationOverlaps,
)
from marketplace.taxes.models import TaxRate, TaxRegistration
from marketplace.taxes.rates import published
from marketplace.taxes.rules import EU
from marketplace.taxes.values import Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class Registering:
    """A tax number as its holder writes it, and from when until when it is in force."""

    country: str
    tax_number: str
    valid_from: date
    valid_until: date | None = None


def register(place: Member, terms: Registering, *, by: Actor) -> TaxRegistration:
    """Enter a number of an organisation; from its first day on, what it sells is taxed by it.

    `place` is the actor's own membership, read while the organisation was held still. Raises RoleTooSmall below
    manager, TaxCountryUnknown, TaxNumberUnfit, TaxDayUnfit for an end that has passed, TaxRegistrationOverlaps.
    """
    acting(by, place).needs(Role.MANAGER)
    number = numbers.checked(terms.country, terms.tax_number)
    _refuse_unless_ends(terms.valid_from, terms.valid_until)
    for each in queries.of_country(place.organisation_id, terms.country):
        if _meet(each, terms):
            raise TaxRegistrationOverlaps(
                "You are registered in that country on some of these days already; end that registration first.",
                registration_id=str(each.id),
            )
    found = TaxRegistration(
        organisation_id=place.organisation_id,
        country=terms.country,
        number=number.number,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
        registered_by=by.user_id,
    )
    session().add(found)
    session().flush()
    audit.record(acting(by, place), "tax.registered", found, country=found.country, number=found.number)
    return found


def _refuse_unless_ends(first: date, last: date | None) -> None:
    if last is not None and (last < first or last < today()):
        raise TaxDayUnfit("A registration ends today or later, and not before it begins.", valid_until=last)


def _meet(each: TaxRegistration, other: Registering) -> bool:
    return (each.valid_until is None or other.valid_from <= each.valid_until) and (
        other.valid_until is None or each.valid_from <= other.valid_until
    )


def end(place: Member, registration_id: UUID, *, valid_until: date, by: Actor) -> TaxRegistration:
    """Say which day is a registration's last.

    Raises RoleTooSmall below manager, TaxRegistrationNotFound, TaxRegistrationEnded, TaxDayUnfit.
    """
    acting(by, place).needs(Role.MANAGER)
    found = queries.to_end(place.organisation_id, registration_id)
    if found.valid_until is not None:
        raise TaxRegistrationEnded("This registration has an end already.", valid_until=found.valid_until)
    _refuse_unless_ends(found.valid_from, valid_until)
    found.valid_until = valid_until
    session().flush()
    audit.record(acting(by, place), "tax.registration_ended", found, valid_until=valid_until)
    return found


def mark_seen(registration: TaxRegistration, *, seen_on: date, reason: str, by: Actor) -> TaxRegistration:
    """Note that the staff has seen a number in VIES on a day. Raises TaxRegistrationNotOfEu, TaxDayUnfit."""
    if registration.country not in EU:
        raise TaxRegistrationNotOfEu("VIES knows the numbers of member states only.", country=registration.country)
    if seen_on > today():
        raise TaxDayUnfit("A number was seen today or before.", seen_on=seen_on)
    registration.seen_in_vies_on, registration.seen_by = seen_on, by.user_id
    session().flush()
    audit.record(by, "tax.seen_in_vies", registration, seen_on=seen_on, reason=reason)
    notifications.tell(registration.organisation_id, NoticeKind.TAX_NUMBER_SEEN, registration, text=reason)
    return registration


@dataclass(frozen=True, slots=True, kw_only=True)
class RateDecision:
    """A country's standard rates from a day on, in basis points, and why."""

    country: str
    goods_bps: int
    services_bps: int
    valid_from: date
    reason: str


def decide_rate(terms: RateDecision, *, by: Actor) -> TaxRate:
    """Put rates in force from a day on. Raises TaxCountryUnknown, TaxDayUnfit for a day that has passed."""
    transaction.inside()
    if terms.country not in published():
        raise TaxCountryUnknown("This marketplace has no rates of tax of that country.", known=sorted(published()))
    _refuse_the_past(terms.valid_from)
    found = TaxRate(
        country=terms.country,
        goods_bps=terms.goods_bps,
        services_bps=terms.services_bps,
        valid_from=terms.valid_from,
        reason=terms.reason,
        decided_by=by.user_id,
    )
    session().add(found)
    session().flush()
    audit.record(
        by,
        "tax.rate_decided",
        found,
        country=terms.country,
        goods_bps=terms.goods_bps,
        services_bps=terms.services_bps,
        valid_from=terms.valid_from,
        reason=terms.reason,
    )
    return found


def _refuse_the_past(day: date) -> None:
    if day < today():
        raise TaxDayUnfit("Rates change from today (UTC) on or later: the past is not rewritten.", valid_from=day)


def rates_on(day: date) -> Sequence[Rate]:
    """Every country's rates on a day, by country, with the sources of the published ones in words."""
    found = rates.in_force(day, queries.decided())
    return [each._replace(source=rates.sources().get(each.source, each.source)) for each in found.values()]


def today() -> date:
    """The day by which rates and registrations are looked up: that of UTC."""
    return clock.now().date()
