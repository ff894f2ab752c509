"""Machine classes: what a factory of a usual kind starts from, read once from machine_classes.toml.

Every figure is a suggestion with the key of its source.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marketplace.capability import cards, catalogue
from marketplace.capability.errors import CurrencyNotSuggested, MachineClassNotForProcess, MachineClassUnknown
from marketplace.capability.models import WorkCentre
from marketplace.costing.bounds import WHOLE_BPS
from marketplace.costing.constants import figure, sources
from marketplace.costing.rates import RateCard
from marketplace.costing.values import Figure
from marketplace.kernel.money import round_half_even

FILE: Final = Path(__file__).with_suffix(".toml")
LARGEST_MARKUP_BPS: Final = 100_000


@dataclass(frozen=True, slots=True)
class HourlyRate:
    """What an hour usually costs a customer, in minor units of the currency."""

    currency: str
    low_minor_per_h: int
    usual_minor_per_h: int
    high_minor_per_h: int
    source: str


@dataclass(frozen=True, slots=True)
class MarginRange:
    """What factories usually keep of their price, in basis points."""

    low_bps: int
    usual_bps: int
    high_bps: int


@dataclass(frozen=True, slots=True)
class MachineClass:
    """A usual kind of machine, and the terms that its factories start from."""

    id: str
    process: str
    name_en: str
    name_zh: str
    envelope_mm: tuple[int, ...]
    power_kw: Figure
    tolerance: str
    machine: Mapping[str, HourlyRate]
    labour: Mapping[str, HourlyRate]
    minimum_order_minor: Mapping[str, int]
    margin: MarginRange
    material_markup_bps: int
    breaks: tuple[Mapping[str, int], ...]
    tiers: Mapping[str, Mapping[str, int]]
    limits: Mapping[str, int]
    constants: Mapping[str, float]
    """The class's own figures in place of published ones."""

    @property
    def margin_bps(self) -> int:
        """The margin that is suggested."""
        return self.margin.usual_bps

    @property
    def cited(self) -> set[str]:
        """The keys of its sources."""
        rates = (*self.machine.values(), *self.labour.values())
        return {self.power_kw.source, *(rate.source for rate in rates)}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A whole rate card to edit and set, and what the factory has to fill in first."""

    machine_class: MachineClass
    card: RateCard
    """A material that has to be filled in is left out."""
    unpriced: tuple[str, ...]
    """Materials whose usual price is known in another currency only."""
    materials: Mapping[str, catalogue.PriceRange]
    """What each material usually costs, whatever the currency."""
    material_markup_bps: int


@cache
def classes() -> Mapping[str, MachineClass]:
    """Every class by its id."""
    labour, usual = _rates(_file()["labour"]), _file()["usual"]
    return MappingProxyType({name: _class(name, {**usual, **row}, labour) for name, row in _file()["class"].items()})


def standing_for(process: str) -> tuple[MachineClass, ...]:
    """The classes that a lot of a process of the catalogue is usually made by, the usual one first."""
    return tuple(classes()[name] for name in _file()["stands_for"][process])


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def machine_class(class_id: str) -> MachineClass:
    """The class of this id. Raises MachineClassUnknown."""
    if class_id not in classes():
        raise MachineClassUnknown(f"There is no machine class {class_id!r}.", known=sorted(classes()))
    return classes()[class_id]


def suggestion(centre: WorkCentre, class_id: str, currency: str, markup_bps: int | None = None) -> Suggestion:
    """A rate card for a work centre as a machine class's factories usually begin, in a currency.

    A material costs the middle of its usual price and the mark-up (the class's, unless another is given), where its
    price is known in this currency. Raises MachineClassUnknown, MachineClassNotForProcess, CurrencyNotSuggested.
    """
    usual = machine_class(class_id)
    if usual.process != centre.process:
        raise MachineClassNotForProcess(
            f"{usual.name_en} is a class of another process than this work centre's.",
            known=sorted(each.id for each in classes().values() if each.process == centre.process),
        )
    if currency not in usual.machine:
        raise CurrencyNotSuggested(
            "Usual rates are known in other currencies; ask for one of them and convert.", known=sorted(usual.machine)
        )
    markup = usual.material_markup_bps if markup_bps is None else markup_bps
    prices = {each: catalogue.materials()[each].price for each in centre.materials}
    priced = {name: _with_markup(price, markup) for name, price in prices.items() if price.currency == currency}
    card = cards.of(
        {
            "currency": currency,
            "machine_rate_minor_per_h": usual.machine[currency].usual_minor_per_h,
            "labour_rate_minor_per_h": usual.labour[currency].usual_minor_per_h,
            "material_minor_per_kg": priced,
            "minimum_order_minor": usual.minimum_order_minor[currency],
            "margin_bps": usual.margin_bps,
            "breaks": usual.breaks,
            "tiers": usual.tiers,
            "limits": usual.limits,
        }
    )
    return Suggestion(
        machine_class=usual,
        card=card,
        unpriced=tuple(sorted(set(prices) - set(priced))),
        materials=prices,
        material_markup_bps=markup,
    )


def _with_markup(price: catalogue.PriceRange, markup_bps: int) -> int:
    both = (price.low_minor_per_kg + price.high_minor_per_kg) * (WHOLE_BPS + markup_bps)
    return round_half_even(both, 2 * WHOLE_BPS)


def _class(name: str, row: Mapping[str, Any], labour: Mapping[str, HourlyRate]) -> MachineClass:
    return MachineClass(
        id=name,
        process=row["process"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        envelope_mm=tuple(row["envelope_mm"]),
        power_kw=figure(row["power_kw"]),
        tolerance=row["tolerance"],
        machine=_rates(row["machine"]),
        labour=labour,
        minimum_order_minor=MappingProxyType(row["minimum_order"]),
        margin=MarginRange(*(row["margin_bps"][each] for each in ("low", "usual", "high"))),
        material_markup_bps=row["material_markup_bps"],
        breaks=tuple(row["breaks"]),
        tiers=MappingProxyType(row["tiers"]),
        limits=MappingProxyType(row["limits"]),
        constants=MappingProxyType(row["constants"]),
    )


def _rates(table: Mapping[str, Mapping[str, Any]]) -> Mapping[str, HourlyRate]:
    return MappingProxyType({currency: _rate(currency, row) for currency, row in table.items()})


def _rate(currency: str, row: Mapping[str, Any]) -> HourlyRate:
    if row["source"] not in sources():
        raise ValueError(f"no source named {row['source']!r} in sources.toml")
    return HourlyRate(currency, row["low"], row["usual"], row["high"], row["source"])
