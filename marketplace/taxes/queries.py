"""What is registered and what was decided, for whom."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, literal, or_, select, tuple_, union_all

from marketplace.accounts.models import NumberKind, Organisation, Verification
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.taxes.errors import TaxRegistrationNotFound
from marketplace.taxes.models import TaxRate, TaxRegistration
from marketplace.taxes.rates import Decided
from marketplace.taxes.values import HeldAs, Holder

GONE = "There is no such tax registration here."


def of_organisation(organisation_id: UUID) -> Sequence[TaxRegistration]:
    """All that an organisation has registered, the newest first, those that have ended among them."""
    query = select(TaxRegistration).where(TaxRegistration.organisation_id == organisation_id)
    return session().scalars(query.order_by(TaxRegistration.id.desc()).limit(200)).all()


def of_country(organisation_id: UUID, country: str) -> Sequence[TaxRegistration]:
    """What an organisation has registered in a country, the earliest first."""
    query = select(TaxRegistration).where(
        TaxRegistration.organisation_id == organisation_id, TaxRegistration.country == country
    )
    return session().scalars(query.order_by(TaxRegistration.valid_from)).all()


def of_one(organisation_id: UUID, registration_id: UUID) -> TaxRegistration:
    """One of an organisation's registrations. Raises TaxRegistrationNotFound."""
    query = select(TaxRegistration).where(
        TaxRegistration.id == registration_id, TaxRegistration.organisation_id == organisation_id
    )
    return _there(session().scalars(query).one_or_none())


def to_end(organisation_id: UUID, registration_id: UUID) -> TaxRegistration:
    """One of an organisation's registrations, locked. Raises TaxRegistrationNotFound."""
    query = select(TaxRegistration).where(
        TaxRegistration.id == registration_id, TaxRegistration.organisation_id == organisation_id
    )
    return _there(session().scalars(query.with_for_update()).one_or_none())


def for_staff_to_change(registration_id: UUID) -> TaxRegistration:
    """Anybody's registration, locked. Raises TaxRegistrationNotFound."""
    query = select(TaxRegistration).where(TaxRegistration.id == registration_id)
    return _there(session().scalars(query.with_for_update()).one_or_none())


def page_for_staff(request: PageRequest) -> Page[TaxRegistration]:
    """Everybody's registrations, the newest first."""
    return newest_first(select(TaxRegistration), TaxRegistration.id, request)


def holders(numbers: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], Sequence[Holder]]:
    """Who holds VAT numbers, each told by its country and its plain form; each number's holders by name."""
    written = func.regexp_replace(Verification.number, "[^0-9A-Z]", "", "g")
    verified = select(
        Verification.country, written, Verification.organisation_id, literal(HeldAs.VERIFICATION.value)
    ).where(
        Verification.number_kind == NumberKind.VAT,
        Verification.withdrawn_at.is_(None),
        tuple_(Verification.country, written).in_(numbers),
    )
    registered = select(
        TaxRegistration.country,
        TaxRegistration.number,
        TaxRegistration.organisation_id,
        literal(HeldAs.TAX_REGISTRATION.value),
    ).where(
        or_(TaxRegistration.valid_until.is_(None), TaxRegistration.valid_until >= clock.now().date()),
        tuple_(TaxRegistration.country, TaxRegistration.number).in_(numbers),
    )
    held = union_all(registered, verified).subquery().c
    country, number, organisation_id, held_as = held
    query = select(country, number, organisation_id, Organisation.name, held_as).join(
        Organisation, Organisation.id == organisation_id
    )
    found = defaultdict[tuple[str, str], list[Holder]](list)
    for row in session().execute(query.order_by(Organisation.name, organisation_id, held_as)):
        found[row[0], row[1]].append(Holder(row[2], row[3], HeldAs(row[4])))
    return found


def _there(found: TaxRegistration | None) -> TaxRegistration:
    if found is None:
        raise TaxRegistrationNotFound(GONE)
    return found


def page_of_decided(request: PageRequest) -> Page[TaxRate]:
    """The rates that admins have decided, the newest first."""
    return newest_first(select(TaxRate), TaxRate.id, request)


def decided_one(rate_id: UUID) -> TaxRate:
    """A rate that an admin has decided."""
    return session().get_one(TaxRate, rate_id)


def decided() -> tuple[Decided, ...]:
    """The rates that admins have decided, in the order in which they were."""
    columns = TaxRate.country, TaxRate.goods_bps, TaxRate.services_bps, TaxRate.valid_from
    rows = session().execute(select(*columns).order_by(TaxRate.created_at, TaxRate.id))
    return tuple(Decided(*row) for row in rows)
