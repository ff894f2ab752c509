"""Which live listings could make what is wanted, and why the others could not: pure, over the columns of a shelf.

REASONS is the closed list of what decides: no name, no place, no nationality (F1).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.costing.rates import FinishRates, LeadTime, Rates
from marketplace.costing.tolerances import classes
from marketplace.costing.values import Making
from marketplace.listings.book import CURRENCIES, NO_TIER, NONE, Listed, Shelf

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listing must be able to do: the requirement, and what its part measures."""

    material: str
    currency: str
    making: Making
    box_mm: tuple[float, float, float]
    piece_mg: int
    thinnest_wall_um: int | None = None
    """The part's own; None where it is not known."""
    sheet_um: int | None = None
    """The sheet's thickness, where the part is of sheet."""
    lead_time: LeadTime = LeadTime.STANDARD
    deliver_to: str | None = None
    certificates: tuple[str, ...] = ()
    is_controlled: bool = False


def _fits(shelf: Shelf, wanted: Wanted) -> Mask:
    smallest, middle, largest = sorted(wanted.box_mm)
    return (
        (shelf.column("envelope", 0) >= smallest)
        & (shelf.column("envelope", 1) >= middle)
        & (shelf.column("envelope", 2) >= largest)
    )


def _works_sheet(shelf: Shelf, wanted: Wanted) -> Mask:
    if wanted.sheet_um is None:
        return _all(shelf)
    return (shelf.column("thinnest_sheet") <= wanted.sheet_um) & (wanted.sheet_um <= shelf.column("thickest_sheet"))


def _finishes(shelf: Shelf, wanted: Wanted) -> Mask:
    return _each(shelf, [shelf.column("finish", name, "lot_minor") != NONE for name in wanted.making.finishes])


def _certified(shelf: Shelf, wanted: Wanted) -> Mask:
    return _each(shelf, [shelf.column("certificate", name) == 1 for name in wanted.certificates])


def _thin_enough(shelf: Shelf, wanted: Wanted) -> Mask:
    known = wanted.thinnest_wall_um
    return _all(shelf) if known is None else shelf.column("thinnest_wall_um") <= known


def _quantity(shelf: Shelf, wanted: Wanted) -> Mask:
    quantity = wanted.making.quantity
    return (shelf.column("fewest") <= quantity) & (quantity <= shelf.column("most"))


def _may_see(shelf: Shelf, wanted: Wanted) -> Mask:
    return shelf.column("takes_controlled") == 1 if wanted.is_controlled else _all(shelf)


def _delivers(shelf: Shelf, wanted: Wanted) -> Mask:
    country = wanted.deliver_to
    return _all(shelf) if country is None else shelf.column("delivery", country, "base_minor") != NONE


def _all(shelf: Shelf) -> Mask:
    return np.ones(len(shelf.rows), dtype=bool)


def _each(shelf: Shelf, masks: list[Mask]) -> Mask:
    return np.logical_and.reduce(masks) if masks else _all(shelf)


REASONS: Final[Mapping[str, Callable[[Shelf, Wanted], Mask]]] = MappingProxyType(
    {
        "currency": lambda shelf, wanted: shelf.column("currency") == CURRENCIES[wanted.currency],
        "material": lambda shelf, wanted: shelf.column("material", wanted.material) != NONE,
        "envelope": _fits,
        "thickness": _works_sheet,
        "tolerance": lambda shelf, wanted: shelf.column("tolerance") >= classes()[wanted.making.tolerance].rank,
        "wall": _thin_enough,
        "finish": _finishes,
        "quantity": _quantity,
        "weight": lambda shelf, wanted: shelf.column("heaviest_g") * 1000 >= min(wanted.piece_mg, 2**53),
        "certificate": _certified,
        "export": _may_see,
        "delivery": _delivers,
        "lead_time": lambda shelf, wanted: shelf.column("tier", wanted.lead_time, "change_bps") != NO_TIER,
    }
)
"""What a listing must have, by the reason that is given where it lacks it: True where it has."""


def eligible(shelf: Shelf, wanted: Wanted) -> tuple[Rows, dict[str, int]]:
    """The rows that could make it, and how many live listings could not, by reason; one may lack several things."""
    live = shelf.is_live
    could, left_out = live, {}
    for reason, has in REASONS.items():
        mask = has(shelf, wanted)
        lacking = int(np.count_nonzero(live & ~mask))
        if lacking:
            left_out[reason] = lacking
            could = could & mask
    return np.flatnonzero(could), left_out


def lacking(row: Listed, wanted: Wanted) -> list[str]:
    """Every reason why one listing could not make it; none: it could."""
    alone = Shelf([row])
    return [reason for reason, has in REASONS.items() if not has(alone, wanted)[0]]


def rates(shelf: Shelf, rows: Rows, wanted: Wanted) -> Rates:
    """What these eligible listings' cards ask for the lot, each number a column."""

    def of(*key: Any) -> Any:
        return shelf.column(*key)[rows]

    country = wanted.deliver_to
    return Rates(
        currency=wanted.currency,
        machine=of("machine"),
        labour=of("labour"),
        setup=of("setup"),
        tooling=of("tooling"),
        material=of("material", wanted.material),
        finishes=tuple(
            FinishRates(*(of("finish", name, part) for part in ("lot_minor", "piece_minor", "area_minor_per_m2")))
            for name in wanted.making.finishes
        ),
        discount_bps=_discounts(shelf, rows, wanted.making.quantity),
        margin_bps=of("margin"),
        lead_bps=of("tier", wanted.lead_time, "change_bps"),
        minimum=of("minimum"),
        delivery_base=0 if country is None else of("delivery", country, "base_minor"),
        delivery_per_kg=0 if country is None else of("delivery", country, "minor_per_kg"),
    )


def _discounts(shelf: Shelf, rows: Rows, quantity: int) -> Any:
    best: Any = 0
    for at in range(int(shelf.column("breaks").max(initial=0))):
        begins, discount = (shelf.column("break", at, part)[rows] for part in ("from_pieces", "discount_bps"))
        best = np.where((begins != NONE) & (begins <= quantity), np.maximum(best, discount), best)
    return best


def facets(shelf: Shelf, rows: Rows) -> dict[str, dict[str, int]]:
    """How many of these listings hold each class of tolerance at the tightest, and offer each lead time."""
    held = np.bincount(shelf.column("tolerance")[rows], minlength=len(classes()))
    offered = {
        str(each): int(np.count_nonzero(shelf.column("tier", each, "change_bps")[rows] != NO_TIER)) for each in LeadTime
    }
    return {
        "tolerance": {name: int(count) for name, count in zip(classes(), held, strict=True) if count},
        "lead_time": {name: count for name, count in offered.items() if count},
    }
