"""When each candidate would work: its calendar is asked, together with those of all other questions, in rounds."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from marketplace.capacity import queries as capacity
from marketplace.capacity.outlook import Outlook
from marketplace.capacity.queries import Asked, Slot
from marketplace.costing import books
from marketplace.kernel import clock
from marketplace.listings.book import Listed
from marketplace.quoting.models import RankBy
from marketplace.workflows.pricing.offering import Eligible

LookAhead = Callable[[str], Outlook]
"""Gives what is known of a process's calendars."""
FEW: Final = 200
"""So many calendars are asked at once rather than looked ahead for."""
_TOTAL_BITS: Final = 42
"""More than any total that a card can pay, in minor units."""
CHUNK: Final = 8
"""Candidates whose calendar is asked at a time, at least, cheapest first: a full one is replaced by the next."""
Dating = Generator[Sequence[Asked], Mapping[Asked, Slot], dict[int, Slot]]
"""Names calendars to be asked, takes the answers, until it knows enough."""


def in_rounds(datings: Sequence[Dating]) -> list[dict[int, Slot]]:
    """Run them all to their end; in each round, what all of them ask is asked at once."""
    ended: dict[int, dict[int, Slot]] = {}
    told: Mapping[Asked, Slot] | None = None
    wanted: dict[int, Sequence[Asked]] = dict.fromkeys(range(len(datings)), ())
    while wanted:
        for at in list(wanted):
            try:
                wanted[at] = next(datings[at]) if told is None else datings[at].send(told)
            except StopIteration as end:
                ended[at] = end.value
                del wanted[at]
        told = capacity.slots([each for some in wanted.values() for each in some])
    return [ended[at] for at in range(len(datings))]


def dating(asked: Eligible, process: str, rank_by: RankBy, most: int, look_ahead: LookAhead) -> Dating:
    """When each candidate that has the minutes open would work, by its place; who could stand first is asked first."""
    if rank_by is RankBy.DATE and np.count_nonzero(asked.totals > 0) > FEW:
        return _by_date(asked, look_ahead(process), most)
    return _by_price(asked, rank_by, most)


def _by_date(asked: Eligible, known: Outlook, most: int) -> Dating:
    """The earliest that could be are asked first, of equals the cheapest, until nobody left could be as early as the
    last of the best, or as early and as cheap.
    """
    offering = np.flatnonzero(asked.totals > 0)
    places = known.places(asked.centre_keys)[asked.rows[offering]]
    finish = known.earliest(places, asked.minutes[offering], asked.waits[offering], now=clock.now())
    could_ship, totals = finish + asked.handling_days[offering], asked.totals[offering]
    order = np.argsort((could_ship << _TOTAL_BITS) + totals)  # as one number: twice as fast as by two
    found: dict[int, Slot] = {}
    start, size = 0, 2 * max(CHUNK, most)
    while start < len(order):
        if len(found) >= most:
            best = sorted(
                (ships_on(asked.row(at), slot).toordinal(), int(asked.totals[at])) for at, slot in found.items()
            )
            if best[most - 1] < (int(could_ship[order[start]]), int(totals[order[start]])):
                break
        chunk = {at: asked.calendar(at) for at in offering[order[start : start + size]].tolist()}
        slots = yield list(chunk.values())
        found |= {at: slots[each] for at, each in chunk.items() if each in slots}
        start, size = start + size, 2 * size
    return found


def _by_price(asked: Eligible, rank_by: RankBy, most: int) -> Dating:
    """The cheapest are asked first, until the best are full and nobody left is as cheap as the last of them.

    Ranked by date, where they are few, all are asked at once.
    """
    offering = np.flatnonzero(asked.totals > 0)
    cheapest = offering[np.argsort(asked.totals[offering], kind="stable")]
    found: dict[int, Slot] = {}
    start, size = 0, len(cheapest) if rank_by is RankBy.DATE else max(CHUNK, most)
    while start < len(cheapest) and len(found) < most:
        end = _whole_group(asked.totals[cheapest], start + size)
        chunk = {at: asked.calendar(at) for at in cheapest[start:end].tolist()}
        slots = yield list(chunk.values())
        found |= {at: slots[each] for at, each in chunk.items() if each in slots}
        start = end
    return found


def _whole_group(rising: books.Column, end: int) -> int:
    """Where those end who ask as much as the last of the first so many: equals are dated together, for a draw."""
    if end >= len(rising):
        return len(rising)
    return int(np.searchsorted(rising, rising[end - 1], side="right"))


def ships_on(row: Listed, slot: Slot) -> date:
    """The local day on which the goods go to the carrier."""
    return slot.finish + timedelta(days=row.handling_days)
