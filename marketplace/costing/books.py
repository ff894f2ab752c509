"""Many rate cards of one process and currency as columns, and the totals of a routing by all of them at once.

The arithmetic of `prices.price`, line by line, in 64-bit integers; `bounds` and the checks here keep every product
below 2^63. Worked in blocks that stay in the processor's cache.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from marketplace.costing.bounds import LARGEST_LOT_MMIN, WHOLE_BPS, check_fee, check_lot
from marketplace.costing.errors import MaterialNotPriced, RateCardOutOfRange
from marketplace.costing.prices import MG_PER_KG, MMIN_PER_H
from marketplace.costing.values import (
    LARGEST_MARGIN_BPS,
    LARGEST_MATERIAL_PRICE,
    LARGEST_MINIMUM,
    LARGEST_RATE,
    RateCard,
    Routing,
)

Column = npt.NDArray[np.int64]
NOT_OFFERED = -1
BLOCK = 8192


@dataclass(frozen=True, slots=True)
class RateBook:
    """Columns of equal length, one row per rate card; −1 in a material column where the card has no price for it."""

    currency: str
    machine_rate: Column
    labour_rate: Column
    minimum_order: Column
    margin_bps: Column
    material: Mapping[str, Column]

    def __post_init__(self) -> None:
        """Raises RateCardOutOfRange if a value would overflow the sums or the columns differ in length."""
        _within(self.machine_rate, 0, LARGEST_RATE, len(self))
        _within(self.labour_rate, 0, LARGEST_RATE, len(self))
        _within(self.minimum_order, 0, LARGEST_MINIMUM, len(self))
        _within(self.margin_bps, 0, LARGEST_MARGIN_BPS, len(self))
        for column in self.material.values():
            _within(column, NOT_OFFERED, LARGEST_MATERIAL_PRICE, len(self))

    def __len__(self) -> int:
        return len(self.machine_rate)

    @classmethod
    def of(cls, cards: Sequence[RateCard]) -> Self:
        """The book of these cards, in their order; all of one currency."""
        currencies = {card.currency for card in cards}
        if len(currencies) != 1:
            raise RateCardOutOfRange("A rate book holds cards of exactly one currency.", currencies=sorted(currencies))
        materials = sorted({material for card in cards for material in card.material_minor_per_kg})
        return cls(
            currency=currencies.pop(),
            machine_rate=column_of([card.machine_rate_minor_per_h for card in cards]),
            labour_rate=column_of([card.labour_rate_minor_per_h for card in cards]),
            minimum_order=column_of([card.minimum_order_minor for card in cards]),
            margin_bps=column_of([card.margin_bps for card in cards]),
            material={m: column_of([c.material_minor_per_kg.get(m, NOT_OFFERED) for c in cards]) for m in materials},
        )

    def offering(self, material_id: str) -> npt.NDArray[np.intp]:
        """The rows whose card has a price for this material."""
        column = self.material.get(material_id)
        return np.flatnonzero(column != NOT_OFFERED) if column is not None else np.empty(0, dtype=np.intp)

    def take(self, rows: npt.NDArray[np.intp] | slice) -> "RateBook":
        """The book of these rows only, in this order."""
        return RateBook(
            currency=self.currency,
            machine_rate=self.machine_rate[rows],
            labour_rate=self.labour_rate[rows],
            minimum_order=self.minimum_order[rows],
            margin_bps=self.margin_bps[rows],
            material={name: column[rows] for name, column in self.material.items()},
        )


def totals(routing: Routing, book: RateBook, fee_bps: int) -> Column:
    """What the customer would pay by each card, in minor units: equal to `price(...).total_minor` bit for bit.

    Raises MaterialNotPriced if any card of the book lacks the routing's material (`take(offering(...))` first),
    LotTooLarge, FeeOutOfRange.
    """
    check_fee(fee_bps)
    check_lot(time_mmin=routing.total_mmin(), mass_mg=routing.quantity * routing.material_mg_each)
    material = book.material.get(routing.material)
    if material is None or (len(book) and int(material.min()) == NOT_OFFERED):
        raise MaterialNotPriced(
            f"Not every card of this book has a price for {routing.title}.", material=routing.material
        )
    result = np.empty(len(book), dtype=np.int64)
    for start in range(0, len(book), BLOCK):
        rows = slice(start, start + BLOCK)
        made = making(routing, book.machine_rate[rows], book.labour_rate[rows], material[rows])
        result[rows] = with_terms(made, book.margin_bps[rows], book.minimum_order[rows], fee_bps)
    return result


def making(routing: Routing, machine: Column, labour: Column, material: Column) -> Column:
    """The sum of the cost lines of `prices.material_step` and `prices.step`, each rounded by itself."""
    quantity = routing.quantity
    cost = rounded(material * (quantity * routing.material_mg_each), MG_PER_KG)
    for step in routing.operations:
        if step.setup_mmin:
            cost += rounded(labour * step.setup_mmin, MMIN_PER_H)
        if step.machine_mmin_each:
            cost += rounded(machine * (quantity * step.machine_mmin_each), MMIN_PER_H)
        if step.labour_mmin_each:
            cost += rounded(labour * (quantity * step.labour_mmin_each), MMIN_PER_H)
    return cost


def with_terms(cost: Column, margin_bps: Column, minimum: Column, fee_bps: int) -> Column:
    """Margin, minimum order and platform fee on top, as `prices.commercial_terms`."""
    factory = cost + rounded_by_column(cost * margin_bps, WHOLE_BPS - margin_bps)
    np.maximum(factory, minimum, out=factory)
    return factory + rounded(factory * fee_bps, WHOLE_BPS)


def rounded(numerator: Column, divisor: int) -> Column:
    """`round_half_even` for non-negative numerators over one even divisor; overwrites the numerators.

    Adding half and flooring rounds ties up; a tie is where nothing remains, and an odd result then steps back.
    """
    numerator += divisor // 2
    quotient = numerator // divisor
    numerator -= quotient * divisor
    quotient -= (numerator == 0) & quotient & 1
    return quotient


def rounded_by_column(numerator: Column, divisor: Column) -> Column:
    """`round_half_even` for non-negative numerators over a column of divisors; an odd divisor has no ties."""
    shifted = numerator + divisor // 2
    quotient = shifted // divisor
    tie = (shifted == quotient * divisor) & (divisor & 1 == 0)
    quotient -= tie & quotient & 1
    return quotient


def column_of(values: Sequence[int]) -> Column:
    """One number of each rate card."""
    return np.array(values, dtype=np.int64)


def _within(column: Column, smallest: int, largest: int, length: int) -> None:
    if column.dtype != np.int64 or column.shape != (length,):
        raise RateCardOutOfRange("The columns of a rate book are 64-bit integers of one length.")
    if length and not (smallest <= int(column.min()) and int(column.max()) <= largest):
        raise RateCardOutOfRange(f"A rate is below {smallest} or above {largest:,}.", largest=largest)


assert LARGEST_LOT_MMIN * LARGEST_RATE < 2**62, "the bound that this module stands on"
