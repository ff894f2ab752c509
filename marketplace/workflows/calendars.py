"""Work centres and the days they open: whatever changes what a calendar means changes the days in the same act."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from marketplace.capability import service as capability
from marketplace.capability.models import WorkCentre
from marketplace.capability.rules import Hours
from marketplace.capability.service import DescribeTerms, WorkCentreTerms
from marketplace.capacity import openings, queries
from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import transaction

BATCH: Final = 100
"""Work centres whose days are extended in one transaction: at most 40,000 rows, when all are new."""


def open_work_centre(terms: WorkCentreTerms, *, by: Actor) -> WorkCentre:
    """A factory adds a work centre, and its days are open at once. Raises what `capability` raises."""
    centre = capability.open_work_centre(terms, by=by)
    openings.open_days(centre)
    return centre


def describe(centre: WorkCentre, changes: DescribeTerms, *, by: Actor) -> None:
    """A factory corrects its work centre; its days follow. Raises CalendarBreaksHolds, and what `capability` raises."""
    capability.describe(centre, changes, by=by)
    openings.open_days(centre)


def set_calendar(centre: WorkCentre, week: Sequence[Hours], *, by: Actor) -> None:
    """A factory replaces its weekly shifts; its days follow. Raises what `describe` raises, and CalendarEmpty."""
    capability.set_calendar(centre, week, by=by)
    openings.open_days(centre)


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
