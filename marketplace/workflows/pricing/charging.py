"""What is added to factories' prices for one customer today: the platform's fee and the factory's tax, each with why.

A factory's fee is its own rate, else the usual one that admins have decided, else that of the settings. The tax is
decided once for each offer that is shown, never for the ranking: offers are compared before tax (decision 0022).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np

from marketplace.costing.lines import tax
from marketplace.costing.rates import Charges
from marketplace.fees import rules as fees
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.listings.book import Listed, Shelf
from marketplace.listings.eligibility import Rows
from marketplace.taxes import rates
from marketplace.taxes.rates import Decided
from marketplace.taxes.rules import UNTAXED, decide
from marketplace.taxes.values import Decision, Party, Rate, Supply, TaxNumber
from marketplace.workflows import queries

UNTAXED_JSON: Final = UNTAXED.as_json()


class Taxed(NamedTuple):
    """What was decided of one factory's sale to the customer, and of the platform's fee to the factory."""

    sale: Decision
    fee: Decision

    def as_json(self) -> dict[str, Any] | None:
        """As an offer keeps it; None where neither is registered for tax."""
        if self.sale is UNTAXED and self.fee is UNTAXED:
            return None
        return {**self.sale.as_json(), "fee": self.fee.as_json()}


@dataclass(frozen=True, slots=True)
class Charging:
    """The usual charges, the day, the rates of tax in force on it, and who buys."""

    usual: Charges
    """Before tax."""
    day: date
    rates: Mapping[str, Rate]
    buyer: Party | None
    """None: a stranger, who is told prices before tax."""
    platform: Party | None

    def of_rows(self, shelf: Shelf, rows: Rows) -> Charges:
        """What is added, before tax, to the price of each of these listings."""
        own = np.flatnonzero(shelf.column("has_own_fee")[rows])
        if not len(own):
            return self.usual
        fee_bps = np.full(len(rows), self.usual.fee_bps, dtype=np.int64)
        for at in own:
            row = shelf.rows[int(rows[at])]
            fee_bps[at] = self.fee_bps(row) if row else 0
        return replace(self.usual, fee_bps=fee_bps)

    def fee_bps(self, row: Listed) -> int:
        """The platform's fee on top of a factory's price."""
        own = fees.in_force(row.own_fees, self.day) if row.own_fees else None
        usual: int = self.usual.fee_bps
        return usual if own is None else own

    def of(self, row: Listed, goes_to: str | None) -> tuple[Charges, Taxed]:
        """What is added to one factory's price of goods for a country (None: they are fetched), and why."""
        decided = self.decided(row, goes_to)
        return replace(self.usual, fee_bps=self.fee_bps(row), tax_bps=decided.sale.rate_bps), decided

    def of_several(self, rows: Sequence[Listed], goes_to: str | None) -> tuple[Charges, list[Taxed]]:
        """The same of several, as columns where they are not all alike."""
        decided = [self.decided(row, goes_to) for row in rows]
        fee_bps, tax_bps = (
            _column(numbers)
            for numbers in ([self.fee_bps(row) for row in rows], [each.sale.rate_bps for each in decided])
        )
        return replace(self.usual, fee_bps=fee_bps, tax_bps=tax_bps), decided

    def decided(self, row: Listed, goes_to: str | None) -> Taxed:
        """How a factory's sale to the customer is taxed, and the platform's service to the factory."""
        if self.platform is None and (self.buyer is None or not row.tax_numbers):
            return UNTAXED_BOTH
        return self._between(Party.on(self.day, row.country, row.tax_numbers or ()), goes_to)

    def of_factory(self, factory_id: UUID, goes_to: str | None) -> Taxed:
        """The same of a factory that is not read from the book. One statement."""
        known = queries.terms_of_trade(factory_id)
        assert known.country is not None, "a factory is an organisation"
        return self._between(Party.on(self.day, known.country, known.tax_numbers or ()), goes_to)

    def _between(self, factory: Party, goes_to: str | None) -> Taxed:
        sale = fee = UNTAXED
        if self.buyer is not None:
            sale = decide(Supply.GOODS, seller=factory, buyer=self.buyer, goes_to=goes_to, rates=self.rates)
        if self.platform is not None:
            fee = decide(
                Supply.SERVICES, seller=self.platform, buyer=factory, goes_to=factory.country, rates=self.rates
            )
        return Taxed(sale, fee)


UNTAXED_BOTH: Final = Taxed(UNTAXED, UNTAXED)


def _column(numbers: Sequence[int]) -> Any:
    return numbers[0] if len(set(numbers)) == 1 else np.array(numbers, dtype=np.int64)


def tax_on_fee(taxed: Taxed, fee_minor: int, currency: str) -> int:
    """What the platform's commission invoice adds to its fee: the factory pays it out of its part."""
    amount: int = tax(fee_minor, taxed.fee.rate_bps, currency=currency).amount if taxed.fee.rate_bps else 0
    return amount


def for_customer(by: Actor, charges: Charges) -> Charging:
    """What is added for a customer today; `charges` are those of the settings. One statement."""
    return _today(by.organisation, charges)


def for_strangers(charges: Charges) -> Charging:
    """What is added today, before tax: nobody knows who asks, or from where. One statement."""
    return _today(None, charges)


def _today(customer_id: UUID | None, charges: Charges) -> Charging:
    day = clock.now().date()
    known = queries.terms_of_trade(customer_id)
    usual = fees.in_force(known.usual_fees or (), day)
    decided = tuple(_decided(each) for each in known.tax_rates or ())
    return Charging(
        usual=charges if usual is None else replace(charges, fee_bps=usual),
        day=day,
        rates=rates.in_force(day, decided),
        buyer=None if known.country is None else Party.on(day, known.country, known.tax_numbers or ()),
        platform=_platform(charges),
    )


def _decided(row: Mapping[str, Any]) -> Decided:
    return Decided(row["country"], row["goods_bps"], row["services_bps"], date.fromisoformat(row["valid_from"]))


def _platform(charges: Charges) -> Party | None:
    if charges.platform_number is None:
        return None
    country, number = charges.platform_number
    return Party(country, {country: TaxNumber(country, number)})
