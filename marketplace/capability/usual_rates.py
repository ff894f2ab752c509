"""What a lot usually costs by published rates, for whoever meets no factory: indicative, and always said to be.

The low end is the routing at its quickest by the low rates, the high end at its slowest by the high ones. In the
currency of the published rates: nothing is converted.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from marketplace.capability.catalogue import Material
from marketplace.costing.prices import price, stretched
from marketplace.costing.rates import Charges, RateCard
from marketplace.costing.values import Routing

FILE: Final = Path(__file__).with_name("usual_rates.toml")
ANY: Final = "any"
LOW, USUAL, HIGH = range(3)


@dataclass(frozen=True, slots=True)
class UsualRates:
    """Rates of a process, each low, usual and high: minor units per hour, and basis points of margin."""

    machine: Sequence[int]
    labour: Sequence[int]
    margin: Sequence[int]
    source: str


@dataclass(frozen=True, slots=True)
class Indicative:
    """What a lot usually costs, never an offer; with what it does not know and where it comes from."""

    currency: str
    total_minor: int
    unit_minor: int
    low_minor: int
    high_minor: int
    doubts: tuple[str, ...]
    sources: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """As a quote keeps it."""
        return {**asdict(self), "doubts": list(self.doubts)}


NOBODYS: Final = "No factory stands behind this price: it follows from rates and material prices that are usual."
NOT_CONVERTED: Final = "In {currency}: nothing is converted here."
NO_FINISHES: Final = "Finishes are not in it."
NO_DELIVERY: Final = "Delivery is not in it."


def indicative(routing: Routing, material: Material, charges: Charges) -> Indicative:
    """What the lot of a routing usually costs, the platform's fee among it. Raises LotTooLarge."""
    bare, spread = replace(routing, making=replace(routing.making, finishes=())), routing.spread
    quick = stretched(bare, time_bps=spread.time_low_bps, mass_bps=spread.mass_low_bps)
    slow = stretched(bare, time_bps=spread.time_high_bps, mass_bps=spread.mass_high_bps)
    low, usual, high = (
        price(lot, card(routing.process, material, at).rates(material.id, lot.making), charges)
        for lot, at in ((quick, LOW), (bare, USUAL), (slow, HIGH))
    )
    return Indicative(
        currency=usual.currency,
        total_minor=usual.total_minor,
        unit_minor=usual.unit_minor,
        low_minor=low.total_minor,
        high_minor=high.total_minor,
        doubts=(
            NOBODYS,
            NOT_CONVERTED.format(currency=usual.currency),
            NO_DELIVERY,
            *((NO_FINISHES,) if routing.making.finishes else ()),
            *routing.doubts,
        ),
        sources=_cited(routing.process, material),
    )


def card(process: str, material: Material, at: int) -> RateCard:
    """The published rates of a process as a rate card for one material, at the low, usual or high end."""
    rates = usual_rates(process)
    low, high = material.price.low_minor_per_kg, material.price.high_minor_per_kg
    return RateCard(
        currency=currency(),
        machine_rate_minor_per_h=rates.machine[at],
        labour_rate_minor_per_h=rates.labour[at],
        material_minor_per_kg={material.id: (low, (low + high) // 2, high)[at]},
        margin_bps=rates.margin[at],
    )


def usual_rates(process: str) -> UsualRates:
    """The rates of a process; those of any where it has none of its own."""
    return _table().get(process) or _table()[ANY]


def currency() -> str:
    """Of every rate, and of the catalogue's material prices."""
    code: str = _file()["currency"]
    return code


def sources() -> Mapping[str, str]:
    """Where the rates come from, by key."""
    legend: Mapping[str, str] = _file()["sources"]
    return legend


def _cited(process: str, material: Material) -> dict[str, str]:
    rates = usual_rates(process).source
    return {
        "rates": _file()["sources"][rates],
        "material": f"{material.price.source} (a key of the catalogue's sources)",
    }


@cache
def _table() -> Mapping[str, UsualRates]:
    return MappingProxyType({name: UsualRates(**row) for name, row in _file()["rates"].items()})


@cache
def _file() -> Mapping[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
