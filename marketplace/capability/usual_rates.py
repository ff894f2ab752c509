"""What a lot usually costs by published rates, for whoever meets no factory: indicative, and always said to be.

The low end is the routing at its quickest by the low rates, the high end at its slowest by the high ones. The rates are
those that factories start from (machine_classes), in the currency of the catalogue's material prices: nothing is
converted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from marketplace.capability.catalogue import Material
from marketplace.capability.machine_classes import HourlyRate, standing_for
from marketplace.costing.constants import sources
from marketplace.costing.prices import price, stretched
from marketplace.costing.rates import Charges, RateCard
from marketplace.costing.values import Routing

CURRENCY: Final = "USD"
"""Of the catalogue's material prices, and of the rates that go with them."""
LOW, USUAL, HIGH = range(3)
Range = tuple[int, int, int]
"""Low, usual and high."""


@dataclass(frozen=True, slots=True)
class UsualRates:
    """Rates of a process: minor units per hour, and basis points of margin; with the keys of their sources."""

    machine: Range
    labour: Range
    margin: Range
    sources: tuple[str, ...]


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
        currency=CURRENCY,
        machine_rate_minor_per_h=rates.machine[at],
        labour_rate_minor_per_h=rates.labour[at],
        material_minor_per_kg={material.id: (low, (low + high) // 2, high)[at]},
        margin_bps=rates.margin[at],
    )


def usual_rates(process: str) -> UsualRates:
    """The rates of a process: the usual ones of the class that stands for it, from the lowest to the highest of all."""
    usual = standing_for(process)
    machine, labour = ([getattr(each, name)[CURRENCY] for each in usual] for name in ("machine", "labour"))
    margin = usual[0].margin
    return UsualRates(
        machine=_range(machine),
        labour=_range(labour),
        margin=(margin.low_bps, margin.usual_bps, margin.high_bps),
        sources=tuple(dict.fromkeys(each.source for each in (*machine, *labour))),
    )


def _range(rates: Sequence[HourlyRate]) -> Range:
    return (
        min(each.low_minor_per_h for each in rates),
        rates[0].usual_minor_per_h,
        max(each.high_minor_per_h for each in rates),
    )


def _cited(process: str, material: Material) -> dict[str, str]:
    return {
        "rates": "; ".join(sources()[each] for each in usual_rates(process).sources),
        "material": f"{material.price.source} (a key of the catalogue's sources)",
    }
