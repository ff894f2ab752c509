"""What is known in memory of the calendars of a process: on no day has a work centre more free minutes than it says.

Minutes that are taken are not told here, so that an order writes nothing more; minutes that are given back or opened
are noted by triggers (`capacity_rises`) and read before each question, as the book of listings does it. So the first
day by which a job could be done is never later in truth than the calendars themselves would say, and only those that
could be among the first need be asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any, Final, Self
from uuid import UUID
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine

from marketplace.capacity import queries
from marketplace.kernel import clock
from marketplace.kernel.database import session

Numbers = npt.NDArray[np.int64]
REACH_DAYS: Final = 36
"""Days that it looks ahead, from the one before today in Greenwich; `capacity_rises` notes some days more."""
ABSENT: Final = -1
STALE_DAYS: Final = 7
"""After so many days it is read anew: its reach has become shorter by them."""
_KEY: Final = (1 << 63) - 1


def key(work_centre_id: UUID) -> int:
    """A work centre as one number: the random end of its id."""
    return work_centre_id.int & _KEY


@dataclass(frozen=True, slots=True)
class Outlook:
    """Work centres by rising key, with the minutes free from the first day up to and including each day."""

    first: date
    keys: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    zones: Numbers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    free: Numbers = field(default_factory=lambda: np.zeros((REACH_DAYS, 0), dtype=np.int64))
    """By day, added up: most questions end after few days of all work centres."""
    names: tuple[str, ...] = ()
    """The time zones that `zones` number."""
    mark: int = 0
    _placed: dict[int, tuple[Numbers, Numbers]] = field(default_factory=dict, compare=False, repr=False)
    """The column that was asked about last, and where its work centres stand."""

    def changed(self, rows: Sequence[Any], mark: int) -> Self:
        """The outlook after these work centres were read anew."""
        names = tuple(dict.fromkeys((*self.names, *(row.time_zone for row in rows))))
        number = {name: at for at, name in enumerate(names)}
        fresh = np.array([key(row.id) for row in rows], dtype=np.int64)
        kept = ~np.isin(self.keys, fresh)
        keys = np.concatenate([self.keys[kept], fresh])
        zones = np.concatenate([self.zones[kept], np.array([number[row.time_zone] for row in rows], dtype=np.int64)])
        free = np.concatenate([self.free[:, kept], _added_up([row.days for row in rows])], axis=1)
        order = np.argsort(keys)
        return type(self)(self.first, keys[order], zones[order], np.ascontiguousarray(free[:, order]), names, mark)

    def places(self, keys: Numbers) -> Numbers:
        """Where these work centres stand here, ABSENT for those that do not; remembered for the very same column."""
        column, found = self._placed.get(id(keys), (None, None))
        if column is not keys or found is None:
            at = np.minimum(np.searchsorted(self.keys, keys), max(len(self.keys) - 1, 0))
            is_here = self.keys[at] == keys if len(self.keys) else np.zeros(len(keys), dtype=bool)
            found = np.where(is_here, at, ABSENT)
            self._placed.clear()  # a changed shelf has a new column, and the one before is asked about no more
            self._placed[id(keys)] = keys, found
        return found

    def earliest(self, places: Numbers, minutes: Numbers, waits: Numbers, *, now: datetime) -> Numbers:
        """A day (as an ordinal) before which none of these has its minutes free, after so many days of waiting."""
        known = places != ABSENT
        days = np.full(len(places), REACH_DAYS, dtype=np.int64)
        if known.any():
            rows = places[known]
            todays = queries.local_days(self.names, now=now)
            after = np.array([(day - self.first).days for day in todays], dtype=np.int64)[self.zones[rows]]
            after = after + waits[known]
            before = self.free[np.clip(after, 0, REACH_DAYS - 1), rows]
            enough = self._first(rows, before + minutes[known])
            days[known] = np.maximum(enough, np.minimum(after + 1, REACH_DAYS))
        return days + self.first.toordinal()

    def _first(self, rows: Numbers, minutes: Numbers) -> Numbers:
        """The first day up to which each has so many minutes free, or REACH_DAYS; those that have are asked no more."""
        found = np.full(len(rows), REACH_DAYS, dtype=np.int64)
        lacking = np.arange(len(rows))
        for day, free in enumerate(self.free):
            is_enough = free[rows[lacking]] >= minutes[lacking]
            found[lacking[is_enough]] = day
            lacking = lacking[~is_enough]
        return found


def _added_up(told: Sequence[str | None]) -> Numbers:
    """Minutes by day (rows), added up, of texts that name a day and its minutes in turn: `1,480,3,60`."""
    free = np.zeros((REACH_DAYS, len(told)), dtype=np.int64)
    for column, text in zip(free.T, told, strict=True):
        if text:
            pairs = np.array(text.split(","), dtype=np.int64)
            column[pairs[::2]] = pairs[1::2]
    return np.asarray(free.cumsum(axis=0))


class Outlooks:
    """The outlooks of one database by process, brought up to date at each question."""

    def __init__(self) -> None:
        self._known: dict[str, Outlook] = {}
        self._lock = Lock()

    def of(self, process: str) -> Outlook:
        """What is known of a process's work centres now."""
        session().connection()  # before the lock: whoever holds it never waits for a connection of the pool
        first = clock.now().date() - timedelta(days=1)
        with self._lock:
            known = self._known.get(process)
            if known is None or not 0 <= (first - known.first).days <= STALE_DAYS:
                known = Outlook(first)
            last = known.first + timedelta(days=REACH_DAYS - 1)
            rows, mark = queries.risen(process, since=known.mark, first=known.first, last=last)
            if rows:
                known = known.changed(rows, mark)
            self._known[process] = known
            return known


_OUTLOOKS: Final[WeakKeyDictionary[Engine, Outlooks]] = WeakKeyDictionary()


def of(process: str) -> Outlook:
    """The outlook of a process in the database at hand."""
    return _OUTLOOKS.setdefault(session().get_bind(), Outlooks()).of(process)  # type: ignore[arg-type]


def forget() -> None:
    """Read every outlook anew at its next question: for whoever changes rows behind the triggers' back."""
    _OUTLOOKS.clear()
