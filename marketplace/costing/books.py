"""The totals of a routing by many rate cards at once: the lines of `lines`, evaluated over columns.

64-bit integers; `bounds` keeps every product below 2^63. Worked in blocks that stay in the processor's cache.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from marketplace.costing import lines
from marketplace.costing.bounds import LARGEST_COST, check_charges, check_lot
from marketplace.costing.errors import RateCardOutOfRange
from marketplace.costing.lines import Line
from marketplace.costing.rates import Charges, FinishRates, Rates
from marketplace.costing.values import TIMES, Operation, Routing

Column = npt.NDArray[np.int64]
Rows = slice | npt.NDArray[np.intp]
NOT_OFFERED: Final = -1
"""The total of a card by which the lot would cost more than an automatic price covers."""
BLOCK: Final = 8192


def stacked(cards: Sequence[Rates]) -> Rates:
    """The rates of several cards as columns, in their order; all of one currency and the same finishes."""
    currencies = {card.currency for card in cards}
    if len(currencies) != 1:
        raise RateCardOutOfRange("A book holds cards of exactly one currency.", currencies=sorted(currencies))
    numbers = {name: np.array([getattr(card, name) for card in cards], dtype=np.int64) for name in NUMBERS}
    finishes = zip(*(card.finishes for card in cards), strict=True)
    return Rates(currency=currencies.pop(), finishes=tuple(_finish(each) for each in finishes), spare_bps=0, **numbers)


def _finish(prices: Sequence[FinishRates]) -> FinishRates:
    lot, piece, area = (
        np.array([getattr(each, name) for each in prices], dtype=np.int64) for name in ("lot", "piece", "area")
    )
    return FinishRates(lot, piece, area)


NUMBERS: Final = tuple(field.name for field in fields(Rates) if field.name not in ("currency", "finishes", "spare_bps"))


def taken(rates: Rates, rows: Rows) -> Rates:
    """The rates of these rows only, in this order; a number that is the same for all stays as it is."""
    numbers = {name: _rows(getattr(rates, name), rows) for name in NUMBERS}
    finishes = tuple(
        FinishRates(_rows(each.lot, rows), _rows(each.piece, rows), _rows(each.area, rows)) for each in rates.finishes
    )
    return Rates(currency=rates.currency, finishes=finishes, spare_bps=rates.spare_bps, **numbers)


def charged(charges: Charges, rows: Rows) -> Charges:
    """The charges of these rows only, where factories pay fees, or their customers taxes, of their own."""
    return replace(charges, fee_bps=_rows(charges.fee_bps, rows), tax_bps=_rows(charges.tax_bps, rows))


def routed(routing: Routing, rows: Rows) -> Routing:
    """The routing of these rows only, where its times and mass are columns."""

    def cut(step: Operation) -> Operation:
        return replace(step, **{name: _rows(getattr(step, name), rows) for name in TIMES})

    return replace(
        routing,
        operations=tuple(cut(step) for step in routing.operations),
        material_mg_each=_rows(routing.material_mg_each, rows),
    )


@dataclass(frozen=True, slots=True)
class Priced:
    """What a lot costs by each of some cards, in minor units, and the numbers of each one's tree.

    `figures` has a row for each card, in the order of `tree.figures`: its tree is the form of any other with these.
    """

    totals: Sequence[int]
    fees: Sequence[int]
    royalties: Sequence[int]
    taxes: Sequence[int]
    deliveries: Sequence[int]
    figures: Sequence[list[int]]


def prices(routing: Routing, rates: Rates, charges: Charges, *, cards: int) -> Priced:
    """The price of each of so many cards with all that its tree would say, without making the trees.

    For cards by which the lot does not cost too much. Raises LotTooLarge, ChargesOutOfRange.
    """
    check_charges(charges)
    check_lot(routing)
    steps = list(lines.making(routing, rates))
    cost = sum(line.amount for step in steps for line in step.lines)
    terms = list(lines.terms(routing, cost, rates, charges))
    above = sum(term.amount for term in terms)
    numbers = [cost + above, cost + above, cost]
    for step in steps:
        numbers.append(sum(line.amount for line in step.lines))
        numbers += [number for line in step.lines for number in _numbers(line)]
    numbers.append(above)
    numbers += [number for term in terms for number in (term.amount, *_numbers(term))]

    def listed(number: Any) -> list[int]:
        found: list[int] = np.broadcast_to(number, cards).tolist()
        return found

    fee, delivery, royalty, tax = lines.shares(terms)
    return Priced(
        totals=listed(cost + above),
        fees=listed(fee),
        royalties=listed(royalty),
        taxes=listed(tax),
        deliveries=listed(delivery),
        figures=_columns(numbers, cards).tolist(),
    )


def _columns(numbers: Sequence[Any], cards: int) -> npt.NDArray[np.int64]:
    """Numbers that are the same for all cards, or columns, as columns of one table with a row for each card."""
    table = np.empty((cards, len(numbers)), dtype=np.int64)
    for at, number in enumerate(numbers):
        table[:, at] = number
    return table


def _numbers(line: Line) -> Iterator[Any]:
    yield line.amount
    for given in line.given:
        yield given.value


def totals(routing: Routing, rates: Rates, charges: Charges, *, cards: int) -> Column:
    """What the customer would pay by each of so many cards, in minor units: `price(...).total_minor` of each.

    A row is NOT_OFFERED where the lot costs more than an automatic price covers. Raises LotTooLarge, ChargesOutOfRange.
    """
    check_charges(charges)
    check_lot(routing)
    result = np.empty(cards, dtype=np.int64)
    is_alike = not isinstance(routing.total_mmin(), np.ndarray) and isinstance(routing.material_mg_each, int)
    for start in range(0, cards, BLOCK):
        rows = slice(start, start + BLOCK)
        alike = routing if is_alike else routed(routing, rows)
        result[rows] = _totals(alike, taken(rates, rows), charged(charges, rows))
    return result


def _totals(routing: Routing, rates: Rates, charges: Charges) -> Any:
    cost: Any = 0
    for step in lines.making(routing, rates):
        for line in step.lines:
            cost = cost + line.amount
    payable = np.minimum(cost, LARGEST_COST)
    total: Any = payable
    for term in lines.terms(routing, payable, rates, charges):
        total = total + term.amount
    return np.where(cost > LARGEST_COST, NOT_OFFERED, total)


def _rows(number: Any, rows: Rows) -> Any:
    return number[rows] if isinstance(number, np.ndarray) else number
