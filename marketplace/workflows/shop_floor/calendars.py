"""Work centres and the days they open: whatever changes what a calendar means changes the days in the same act.

What changes a calendar gives the ids of jobs that the factory refuses because of it; `replanning.refuse` does that
once the change is committed.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from marketplace.calendars import holidays
from marketplace.calendars import service as exceptions
from marketplace.calendars.models import CalendarException
from marketplace.calendars.service import ExceptionTerms
from marketplace.capability import service as capability
from marketplace.capability.models import WorkCentre
from marketplace.capability.service import DescribeTerms, Week, WorkCentreTerms
from marketplace.capacity import conflicts, openings, queries
from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import replanning
from marketplace.workflows.shop_floor.replanning import NOTHING_CHOSEN, Resolution

BATCH: Final = 100
"""Work centres whose days are extended in one transaction: at most 40,000 rows, when all are new."""


def open_work_centre(terms: WorkCentreTerms, *, by: Actor) -> WorkCentre:
    """A factory adds a work centre, and its days are open at once. Raises what `capability` raises."""
    centre = capability.open_work_centre(terms, by=by)
    openings.open_days(centre)
    return centre


def describe(
    centre: WorkCentre, changes: DescribeTerms, *, resolution: Resolution = NOTHING_CHOSEN, by: Actor
) -> Sequence[UUID]:
    """A factory corrects its work centre; its days follow.

    Raises what `replanning.settle` and what `capability` raise.
    """
    before = conflicts.missing(centre)
    capability.describe(centre, changes, by=by)
    openings.open_days(centre)
    return replanning.settle(centre, resolution, before=before, by=by)


def set_calendar(
    centre: WorkCentre, week: Week, *, resolution: Resolution = NOTHING_CHOSEN, by: Actor
) -> Sequence[UUID]:
    """A factory replaces its weekly shifts and its holidays; its days follow.

    Raises HolidaysUnknown, CalendarEmpty, and what `describe` raises.
    """
    if week.holidays is not None:
        holidays.check(week.holidays)
    before = conflicts.missing(centre)
    capability.set_calendar(centre, week, by=by)
    openings.open_days(centre)
    return replanning.settle(centre, resolution, before=before, by=by)


def except_days(
    centre: WorkCentre, terms: ExceptionTerms, *, resolution: Resolution = NOTHING_CHOSEN, by: Actor
) -> tuple[CalendarException, Sequence[UUID]]:
    """A factory closes days, or works longer on them; they follow.

    Raises ExceptionImpossible, and what `replanning.settle` raises.
    """
    before = conflicts.missing(centre)
    row = exceptions.except_days(centre, terms, today=openings.today_of(centre), by=by)
    openings.open_span(centre, row.first, row.last)
    return row, replanning.settle(centre, resolution, before=before, by=by)


def withdraw(
    centre: WorkCentre, row: CalendarException, *, resolution: Resolution = NOTHING_CHOSEN, by: Actor
) -> Sequence[UUID]:
    """A closure or overtime is off; its days follow. Raises ExceptionUnknown, and what `replanning.settle` raises."""
    before = conflicts.missing(centre)
    exceptions.withdraw(row, by=by)
    openings.open_span(centre, row.first, row.last)
    return replanning.settle(centre, resolution, before=before, by=by)


def extend_capacity() -> None:
    """Keep the days of every work centre open up to the horizon, batch by batch, each in a transaction of its own."""
    last = UUID(int=0)
    while True:
        with transaction():
            batch = queries.falling_short(openings.HORIZON_DAYS, after=last, limit=BATCH)
            if not batch:
                return
            openings.extend(batch)
        last = batch[-1]
