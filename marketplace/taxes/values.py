"""Who sells and buys, and what was decided of a supply. Values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

TREATED_AS: Final = {"MC": "FR", "IM": "GB"}
"""Territories that count as another for this tax.

Source: Directive 2006/112/EC, Article 7 (Monaco); the UK's Isle of Man Act 1979 (customs and excise agreement).
"""


class Supply(StrEnum):
    """What is sold: parts that are made and delivered, or the platform's own service."""

    GOODS = "goods"
    SERVICES = "services"


class Treatment(StrEnum):
    """How a supply is taxed: the closed list of decisions."""

    NOT_REGISTERED = "not_registered"
    DOMESTIC = "domestic"
    DESTINATION = "destination"
    """Across a border of the EU to somebody without a number of their own: the rate of where it goes."""
    INTRA_COMMUNITY = "intra_community"
    """Goods across a border of the EU to a business: it accounts for the tax itself."""
    REVERSE_CHARGE = "reverse_charge"
    """Services across a border of the EU to a business: it accounts for the tax itself."""
    EXPORT = "export"
    """Goods that leave the seller's tax area."""
    OUTSIDE_SCOPE = "outside_scope"
    """Services to somebody outside the seller's tax area."""


class Rate(NamedTuple):
    """A country's standard rates from a first day until a last one (None: until further notice), in basis points."""

    country: str
    name: str
    goods_bps: int
    services_bps: int
    since: date
    until: date | None
    source: str

    def bps(self, supply: Supply) -> int:
        """The rate of what is sold."""
        return self.goods_bps if supply is Supply.GOODS else self.services_bps


class TaxNumber(NamedTuple):
    """A number under which somebody is registered; its form and check digits were right when it was entered."""

    country: str
    number: str
    seen_in_vies_on: date | None = None

    @property
    def checked(self) -> str:
        """How far the number was checked, in words."""
        seen = "VIES was not asked" if self.seen_in_vies_on is None else f"seen in VIES on {self.seen_in_vies_on}"
        return f"The form and check digits of {self.number} are right; {seen}."


class HeldAs(StrEnum):
    """By which of its rows an organisation holds a number."""

    TAX_REGISTRATION = "tax_registration"
    VERIFICATION = "verification"


class Holder(NamedTuple):
    """An organisation for which a number is in force."""

    organisation_id: UUID
    organisation_name: str
    held_as: HeldAs


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who sells or buys, on a day: where they are, and the numbers that are in force, by country."""

    country: str
    numbers: Mapping[str, TaxNumber] = field(default_factory=dict)

    @classmethod
    def on(cls, day: date, country: str, registrations: Iterable[Mapping[str, Any]]) -> "Party":
        """By rows of registrations as JSON, of which those count that are in force on the day."""
        today = day.isoformat()
        numbers = {
            each["country"]: TaxNumber(each["country"], each["number"], _day(each["seen_in_vies_on"]))
            for each in registrations
            if each["valid_from"] <= today and (each["valid_until"] is None or today <= each["valid_until"])
        }
        return cls(area(country), numbers)

    @property
    def at_home(self) -> TaxNumber | None:
        """The number in their own country."""
        return self.numbers.get(self.country)


def area(country: str) -> str:
    """The country that a territory counts as."""
    return TREATED_AS.get(country, country)


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


@dataclass(frozen=True, slots=True)
class Decision:
    """How one supply is taxed, at what rate, whose tax it is, and why; `note` is what its invoice has to say."""

    treatment: Treatment
    rate_bps: int
    country: str | None
    """To which the tax is owed; None where there is none."""
    reason: str
    note: str = ""
    seller_number: str | None = None
    buyer_number: str | None = None

    def as_json(self) -> dict[str, Any]:
        """As an offer keeps it."""
        return {
            "treatment": self.treatment.value,
            "rate_bps": self.rate_bps,
            "country": self.country,
            "reason": self.reason,
            "note": self.note,
            "seller_number": self.seller_number,
            "buyer_number": self.buyer_number,
        }
