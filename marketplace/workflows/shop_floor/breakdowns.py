"""Machines that break down and run again: the days follow at once, and jobs that lack minutes are conflicts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.calendars import queries as rows
from marketplace.calendars import service
from marketplace.calendars.models import Breakdown
from marketplace.calendars.service import BreakdownTerms, Signal
from marketplace.capability.models import WorkCentre
from marketplace.capacity import openings
from marketplace.capacity import queries as capacity
from marketplace.capacity.rules import local_day
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import each_alone, transaction

BATCH: Final = 100


class Heard(StrEnum):
    """What a signal changed."""

    BEGAN = "began"
    GOES_ON = "goes_on"
    ENDED = "ended"
    WAS_UP = "was_up"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a signal changed, and the breakdown that it is about, if there is one."""

    heard: Heard
    breakdown: Breakdown | None


def report(centre: WorkCentre, terms: BreakdownTerms, *, by: Actor) -> Breakdown:
    """Machines cannot run: nothing can be booked on their minutes any more. The work centre comes locked.

    Raises RoleTooSmall, BreakdownImpossible.
    """
    row = service.break_down(centre, terms, by=by)
    _follow(centre, row.starts_at, row.until)
    return row


def end(centre: WorkCentre, row: Breakdown, *, by: Actor) -> None:
    """The machines run again: their minutes are open from now on. Raises RoleTooSmall, BreakdownOver."""
    was_until = row.ends_at
    service.end(row, by=by)
    _follow(centre, row.starts_at, was_until)


def hear(centre: WorkCentre, said: Signal, *, by: Actor) -> Answer:
    """Take in what a machine says of itself; the same thing said twice has the effect of one. Raises RoleTooSmall."""
    known = rows.signalled(centre.id, said.machine)
    row = service.signal(centre, said, by=by)
    if row is None:
        return Answer(Heard.WAS_UP, None)
    if row is known and not said.is_up:
        return Answer(Heard.GOES_ON, row)
    _follow(centre, row.starts_at, row.until)
    return Answer(Heard.ENDED if said.is_up else Heard.BEGAN, row)


def prolong_unended() -> None:
    """Expect machines that said they are down, and not that they run again, one more day; each in its transaction."""
    with transaction():
        overdue = rows.still_down(clock.now(), limit=BATCH)
    each_alone(overdue, _prolong)


def _prolong(of_centre: tuple[UUID, UUID]) -> None:
    centre_id, row_id = of_centre
    (centre,) = capacity.locked_centres([centre_id])
    row = rows.breakdown(row_id)
    if row.ended_at is None:
        was_until = row.until
        service.prolong(row)
        _follow(centre, was_until, row.until)


def _follow(centre: WorkCentre, since: datetime, until: datetime) -> None:
    zone = ZoneInfo(centre.time_zone)
    openings.open_span(centre, local_day(since, zone), local_day(until, zone))
