"""The book of live listings: what a quote reads of them, kept in memory as columns, and true at every question.

A process has a shelf; a shelf has a row for each live listing and a column for each number that was asked for so far.
Triggers note in which transaction a listing, its work centre or its rate card last changed (`listing_changes`); every
question first reads the rows whose mark is not older than the oldest transaction that was still running at the last
look, so nothing committed before the question is missed, in whatever order transactions end. A shelf never changes: a
change makes a new one, so a question that is being answered keeps the one it has.

Where a factory is, and is registered for tax, is here for the line of tax and for nothing else: it is in no column, and
neither price before tax nor rank can read it (F1).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Self
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from marketplace.capability import cards
from marketplace.capacity import outlook
from marketplace.costing.rates import EVERYWHERE_ELSE, LeadTime, RateCard
from marketplace.costing.tolerances import classes
from marketplace.kernel.database import session
from marketplace.kernel.money import EXPONENTS
from marketplace.listings import queries

Column = npt.NDArray[np.int64]
NONE: Final = -1
"""Where a listing has no such thing: no price for the material, no such lead time."""


class Listed(NamedTuple):
    """What quoting reads of one live listing; a tuple, for there may be a hundred thousand."""

    listing_id: UUID
    factory_id: UUID
    work_centre_id: UUID
    rate_card_id: UUID
    handling_days: int
    envelope_mm: Sequence[int]
    """Ascending."""
    materials: Sequence[str]
    tolerance: str
    thickness_um: Sequence[int] | None
    certificates: Sequence[str]
    takes_controlled: bool
    constants: Mapping[str, float]
    spread: Mapping[str, int] | None
    currency: str
    machine_rate_minor_per_h: int
    labour_rate_minor_per_h: int
    material_minor_per_kg: Mapping[str, int]
    minimum_order_minor: int
    margin_bps: int
    setup_rate_minor_per_h: int | None
    tooling_rate_minor_per_h: int | None
    finishes: Mapping[str, Mapping[str, int]]
    breaks: Sequence[Mapping[str, int]]
    tiers: Mapping[str, Mapping[str, int]]
    delivery: Mapping[str, Mapping[str, int]]
    limits: Mapping[str, int | None]
    onward: Sequence[Mapping[str, Any]] | None = None
    """What follows at other work centres of the house (capability.onward); nothing at most of them."""
    country: str = ""
    tax_numbers: Sequence[Mapping[str, Any]] | None = None
    """All registrations of the factory for tax, whenever they are in force; mostly none."""
    own_fees: Sequence[Mapping[str, Any]] | None = None
    """The history of what the platform asks of this factory's price, where that is not what it asks of all."""

    @property
    def card(self) -> RateCard:
        """Its rate card."""
        return cards.card(self)


CURRENCIES: Final = MappingProxyType({code: number for number, code in enumerate(sorted(EXPONENTS))})


def _of_finish(row: Listed, finish: str, part: str) -> int:
    price = row.finishes.get(finish)
    return NONE if price is None else price[part]


def _of_delivery(row: Listed, country: str, part: str) -> int:
    price = row.delivery.get(country) or row.delivery.get(EVERYWHERE_ELSE)
    return NONE if price is None else price[part]


def _of_tier(row: Listed, lead_time: LeadTime, part: str) -> int:
    tier = row.tiers.get(lead_time)
    return NO_TIER if tier is None else tier[part]


def _of_break(row: Listed, at: int, part: str) -> int:
    return row.breaks[at][part] if at < len(row.breaks) else NONE


def _limit(row: Listed, name: str, default: int) -> int:
    limit = row.limits.get(name)
    return default if limit is None else limit


def _or_labour(rate: int | None, row: Listed) -> int:
    return row.labour_rate_minor_per_h if rate is None else rate


NO_TIER: Final = -1_000_000
"""Below any change of a price."""
FEW: Final = 1_000
"""Empty rows that are not worth packing a shelf for."""
UNBOUNDED: Final = 2**50

READ: Final[Mapping[str, Callable[..., int]]] = MappingProxyType(
    {
        "currency": lambda row: CURRENCIES[row.currency],
        "envelope": lambda row, side: row.envelope_mm[side],
        "tolerance": lambda row: classes()[row.tolerance].rank,
        "thinnest_sheet": lambda row: 0 if row.thickness_um is None else row.thickness_um[0],
        "thickest_sheet": lambda row: UNBOUNDED if row.thickness_um is None else row.thickness_um[1],
        "certificate": lambda row, name: name in row.certificates,
        "takes_controlled": lambda row: row.takes_controlled,
        "has_own_constants": lambda row: bool(row.constants),
        "has_own_fee": lambda row: bool(row.own_fees),
        "handling_days": lambda row: row.handling_days,
        "centre_key": lambda row: outlook.key(row.work_centre_id),
        "machine": lambda row: row.machine_rate_minor_per_h,
        "labour": lambda row: row.labour_rate_minor_per_h,
        "setup": lambda row: _or_labour(row.setup_rate_minor_per_h, row),
        "tooling": lambda row: _or_labour(row.tooling_rate_minor_per_h, row),
        "material": lambda row, name: row.material_minor_per_kg.get(name, NONE) if name in row.materials else NONE,
        "minimum": lambda row: row.minimum_order_minor,
        "margin": lambda row: row.margin_bps,
        "finish": _of_finish,
        "delivery": _of_delivery,
        "tier": _of_tier,
        "break": _of_break,
        "breaks": lambda row: len(row.breaks),
        "fewest": lambda row: _limit(row, "fewest", 1),
        "most": lambda row: _limit(row, "most", UNBOUNDED),
        "heaviest_g": lambda row: _limit(row, "heaviest_g", UNBOUNDED),
        "thinnest_wall_um": lambda row: _limit(row, "thinnest_wall_um", 0),
    }
)
"""How each column is read off a row."""

Key = tuple[Any, ...]
"""The name of a column in READ, and what it is asked about."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The live listings of one process; a row that is gone stays empty until the shelf is packed anew."""

    rows: Sequence[Listed | None] = ()
    places: Mapping[UUID, int] = field(default_factory=dict)
    """The row of each work centre: it has one listing."""
    columns: dict[Key, Column] = field(default_factory=dict)
    mark: int = 0

    def column(self, *key: Any) -> Column:
        """A number of every row, by the name in READ and what it is asked about; 0 where the row is empty."""
        found = self.columns.get(key)
        if found is None:
            found = self.columns[key] = _read(key, self.rows)
        return found

    @property
    def is_live(self) -> npt.NDArray[np.bool_]:
        """Which rows stand for a listing."""
        return self.column("live").astype(bool)

    def packed(self) -> Self:
        """The shelf without its empty rows, if they are many."""
        rows = [row for row in self.rows if row is not None]
        if 2 * len(rows) + FEW >= len(self.rows):
            return self
        return type(self)(rows, {row.work_centre_id: place for place, row in enumerate(rows)}, {}, self.mark)

    def changed(self, changes: Sequence[tuple[UUID, Listed | None]], mark: int) -> Self:
        """The shelf after these rows came, changed or went."""
        rows, places = list(self.rows), dict(self.places)
        touched = []
        for work_centre_id, row in changes:
            place = places.setdefault(work_centre_id, len(rows))
            if place == len(rows):
                rows.append(row)
            else:
                rows[place] = row
            touched.append(place)
        columns = {key: _updated(column, key, rows, touched) for key, column in self.columns.items()}
        return type(self)(rows, places, columns, mark)


def _read(key: Key, rows: Sequence[Listed | None]) -> Column:
    name, *about = key
    if name == "live":
        return np.array([row is not None for row in rows], dtype=np.int64)
    read = READ[name]
    return np.array([0 if row is None else read(row, *about) for row in rows], dtype=np.int64)


def _updated(column: Column, key: Key, rows: Sequence[Listed | None], touched: Sequence[int]) -> Column:
    longer = np.zeros(len(rows), dtype=np.int64)
    longer[: len(column)] = column
    longer[touched] = _read(key, [rows[place] for place in touched])
    return longer


class Book:
    """The shelves of one database, brought up to date at each question."""

    def __init__(self) -> None:
        self._shelves: dict[str, Shelf] = {}
        self._lock = Lock()

    def shelf(self, process: str) -> Shelf:
        """The live listings of a process as they are now, whatever this transaction has locked or not."""
        session().connection()  # before the lock: whoever holds it never waits for a connection of the pool
        with self._lock:
            known = self._shelves.get(process, Shelf())
            changes, mark = queries.changes(process, since=known.mark)
            if changes:
                known = known.packed().changed([(row.work_centre_id, _listed(row)) for row in changes], mark)
            elif mark != known.mark:
                known = replace(known, mark=mark)
            self._shelves[process] = known
            return known


def _listed(row: Any) -> Listed | None:
    return Listed._make(row[: len(Listed._fields)]) if row.is_live else None


_BOOKS: Final[WeakKeyDictionary[Engine, Book]] = WeakKeyDictionary()


def shelf(process: str) -> Shelf:
    """The live listings of a process in the database at hand, as they are now."""
    return _BOOKS.setdefault(session().get_bind(), Book()).shelf(process)  # type: ignore[arg-type]


def forget() -> None:
    """Read every shelf anew at its next question: for whoever changes rows behind the triggers' back."""
    _BOOKS.clear()
