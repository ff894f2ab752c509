"""Minutes that jobs hold and the calendar no longer has: derived from the days, never stored."""

from collections.abc import Mapping
from datetime import date

from marketplace.capability.models import WorkCentre
from marketplace.capacity import openings, queries, rules
from marketplace.capacity.rules import Shortage


def missing(centre: WorkCentre) -> Mapping[date, int]:
    """How many minutes are missing on which days, from the work centre's local today on."""
    return queries.short_days(centre.id, openings.today_of(centre))


def shortages(centre: WorkCentre) -> list[Shortage]:
    """Whose minutes are missing: on each day those of the hold that was taken last."""
    days = missing(centre)
    return rules.shortages(days, queries.movable_lines(centre.id, list(days))) if days else []
