"""What is registered and what was decided, for whom."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.taxes.errors import TaxRegistrationNotFound
from marketplace.taxes.models import TaxRate, TaxRegistration
from marketplace.taxes.rates import Decided

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
