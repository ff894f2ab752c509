"""When each candidate would work: its calendar is asked, together with those of all other questions, in rounds."""

from collections.abc import Generator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from marketplace.capacity import queries as capacity
from marketplace.capacity.queries import Asked, Slot
from marketplace.costing import books
from marketplace.listings.book import Listed
from marketplace.quoting.models import RankBy
from marketplace.workflows.offering import Eligible

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


def dating(asked: Eligible, rank_by: RankBy, most: int) -> Dating:
    """When each candidate that has the minutes open would work, by its place; the cheapest are asked first.

    Ranked by date every calendar must be asked; ranked by price only until the best are full and nobody who was not
    asked is as cheap as the last of them.
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
