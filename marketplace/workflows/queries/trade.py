"""The terms between a customer and sellers: fees, rates and registrations."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    bindparam,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from marketplace.accounts.models import Organisation
from marketplace.fees.models import FeeRate
from marketplace.kernel.database import Base, straight, table_of
from marketplace.listings.queries import FEE, REGISTERED
from marketplace.taxes.models import TaxRate, TaxRegistration


class TermsOfTrade(NamedTuple):
    """Where a customer is and registered for tax, and the rates that admins have decided; rows as JSON."""

    country: str | None
    tax_numbers: Sequence[Mapping[str, Any]] | None
    tax_rates: Sequence[Mapping[str, Any]] | None
    """As they were decided."""
    usual_fees: Sequence[Mapping[str, Any]] | None
    """By their first day, then as they were decided."""


def _terms_of_trade() -> Select[Any]:
    organisation, number, rate, fee = map(table_of, (Organisation, TaxRegistration, TaxRate, FeeRate))
    customer_id = bindparam("customer_id", type_=Uuid)
    numbers = select(func.jsonb_agg(_as_json(TaxRegistration, REGISTERED))).where(
        number.c.organisation_id == customer_id
    )
    rates = select(
        func.jsonb_agg(aggregate_order_by(_as_json(TaxRate, RATE), rate.c.created_at, rate.c.id))
    ).select_from(rate)
    in_order = aggregate_order_by(_as_json(FeeRate, FEE), fee.c.valid_from, fee.c.created_at, fee.c.id)
    fees = select(func.jsonb_agg(in_order)).where(fee.c.organisation_id.is_(None))
    country = select(organisation.c.country).where(organisation.c.id == customer_id)
    return select(*(each.scalar_subquery() for each in (country, numbers, rates, fees)))


def _as_json(model: type[Base], names: Sequence[str]) -> ColumnElement[Any]:
    columns = table_of(model).c
    return func.jsonb_build_object(*chain.from_iterable((name, columns[name]) for name in names))


RATE: Final = ("country", "goods_bps", "services_bps", "valid_from")

TERMS_OF_TRADE: Final = _terms_of_trade()
"""Built once: building it costs more than sending it."""


def terms_of_trade(customer_id: UUID | None) -> TermsOfTrade:
    """What prices for a customer stand on besides the factories' own; of nobody, what is so for everybody."""
    return TermsOfTrade(*straight(TERMS_OF_TRADE, {"customer_id": customer_id}).one())
