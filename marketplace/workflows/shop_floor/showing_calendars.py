"""A work centre's calendar for calendar programs: when it is open, why it is not, and what it works on.

Nothing of customers but the number of an order, and that only once the order is paid.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from marketplace.accounts import secrets
from marketplace.calendars import ical
from marketplace.calendars import queries as rows
from marketplace.calendars.assembly import calendars_of
from marketplace.calendars.errors import LinkUnknown
from marketplace.calendars.ical import Event
from marketplace.calendars.rules import ONE_DAY, Calendar, Opening, Source, days_from, opening
from marketplace.capability.models import WorkCentre
from marketplace.capacity import openings
from marketplace.capacity import queries as capacity
from marketplace.kernel import clock
from marketplace.orders.states import JobState
from marketplace.workflows import queries

BACK: Final = timedelta(days=14)
AHEAD: Final = timedelta(days=180)
CLOSED: Final = {Source.CLOSURE: "Closed", Source.HOLIDAY: "Holiday"}


def explained(centre: WorkCentre, first: date, last: date) -> list[Opening]:
    """What is open on each day of a span, and why, by the calendar as it is now."""
    calendar = calendars_of([centre], first, last)[centre.id]
    return [opening(day, calendar) for day in days_from(first, last)]


def by_secret(secret: str) -> bytes:
    """The calendar that a link shows, from two weeks ago to half a year ahead. Raises LinkUnknown."""
    if not secrets.is_code(secret):
        raise LinkUnknown("There is no calendar at this address.")
    centre = rows.by_link(secrets.digest(secret))
    today = openings.today_of(centre)
    first, last = today - BACK, today + AHEAD
    calendar = calendars_of([centre], first, last)[centre.id]
    events = [*_days(centre, calendar, first, last), *_down(centre, calendar), *_held(centre, first, last)]
    return ical.written(centre.name, events, now=clock.now())


def _days(centre: WorkCentre, calendar: Calendar, first: date, last: date) -> Iterator[Event]:
    for found in (opening(day, calendar) for day in days_from(first, last)):
        if found.source in CLOSED:
            yield _whole_day(f"closed-{centre.id}-{found.day}", f"{CLOSED[found.source]}: {found.why}", found.day)
        if found.overtime_min:
            yield _whole_day(f"overtime-{centre.id}-{found.day}", f"Overtime: {found.overtime_min} min", found.day)
        for number, shift in enumerate(found.shifts, 1):
            alone = "" if shift.attended else ", unattended"
            yield Event(f"open-{centre.id}-{found.day}-{number}", f"Open{alone}", shift.starts, shift.ends)


def _down(centre: WorkCentre, calendar: Calendar) -> Iterator[Event]:
    for each in calendar.down:
        key = f"down-{centre.id}-{each.starts:%Y%m%dT%H%M%S}-{each.machines}"
        yield Event(key, f"Down: {each.machines} of {calendar.machines} machines", each.starts, each.ends)


def _held(centre: WorkCentre, first: date, last: date) -> Iterator[Event]:
    lines = capacity.held_on(centre.id, first, last)
    jobs = queries.jobs_of_holds({line.hold_id for line in lines}) if lines else {}
    for line in lines:
        job = jobs.get(line.hold_id)
        is_known = job is not None and job.state is not JobState.WAITING
        what = f"Order {job.order_number}" if job is not None and is_known else "Reserved"
        key = f"hold-{line.hold_id}-{line.day}"
        yield _whole_day(key, f"{what}: {line.minutes} min", line.day, is_busy=True)


def _whole_day(key: str, summary: str, day: date, *, is_busy: bool = False) -> Event:
    return Event(key, summary, day, day + ONE_DAY, is_busy)
