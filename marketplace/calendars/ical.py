"""iCalendar (RFC 5545), read and written: pure. What strangers send is read where the reading can be killed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

from marketplace.calendars.errors import CalendarUnreadable
from marketplace.calendars.ports import MOST_SPANS
from marketplace.calendars.rules import MIDNIGHT, ONE_DAY, Span, instant, merged

OURS: Final = "@commonforge"
"""How the names of our own events end: a calendar that shows what we exported closes nothing here."""
TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})
STEP: Final = timedelta(days=28)
"""What repeats is unfolded so many days at a time, so that too much of it is noticed early."""


def busy_spans(content: str, zone: ZoneInfo, first: date, last: date) -> list[Span]:
    """Times that a calendar takes from one local day to another: apart from one another, in order.

    Events that are cancelled, or shown as free (TRANSP:TRANSPARENT, §3.8.2.7), take none; a day without a time, or a
    time without a zone, is the given zone's. Raises CalendarUnreadable.
    """
    try:
        return merged(_spans(icalendar.Calendar.from_ical(content), zone, first, last))
    except CalendarUnreadable:
        raise
    except Exception as fault:  # noqa: BLE001 - whatever a parser finds in what strangers send
        raise CalendarUnreadable(f"This is no iCalendar that can be read: {type(fault).__name__}.") from None


def _spans(calendar: icalendar.Component, zone: ZoneInfo, first: date, last: date) -> Iterator[Span]:
    if calendar.name != "VCALENDAR":
        raise CalendarUnreadable("A calendar begins with BEGIN:VCALENDAR.")
    _refuse_what_repeats_too_often(calendar)
    starts, ends = instant(first, MIDNIGHT, zone), instant(last + ONE_DAY, MIDNIGHT, zone)
    unfolding, found = recurring_ical_events.of(calendar, components=["VEVENT"]), 0
    step = starts
    while step < ends:
        for event in unfolding.between(step, min(step + STEP, ends)):
            span = _span(event, zone)
            found += 1
            if found > MOST_SPANS:
                raise CalendarUnreadable(f"More than {MOST_SPANS:,} events in the days that are kept.")
            if span is not None and span.starts < ends and starts < span.ends:
                yield Span(max(span.starts, starts), min(span.ends, ends))
        step += STEP


def _refuse_what_repeats_too_often(calendar: icalendar.Component) -> None:
    for part in calendar.walk():
        rules = part.get("RRULE", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            often = TOO_OFTEN & {str(each).upper() for each in rule.get("FREQ", [])}
            if often or any(name in rule for name in ("BYHOUR", "BYMINUTE", "BYSECOND")):
                raise CalendarUnreadable("Events that repeat within a day are too many; repeat them daily at most.")
            if any(each < 1 for each in rule.get("INTERVAL", [])):
                raise CalendarUnreadable("What repeats after no days at all never ends.")


def _span(event: Any, zone: ZoneInfo) -> Span | None:
    """When an event takes place, unless it takes no time."""
    if str(event.get("TRANSP", "")).upper() == "TRANSPARENT" or str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    if str(event.get("UID", "")).endswith(OURS):
        return None
    starts, ends = _at(event["DTSTART"].dt, zone), _at(event["DTEND"].dt, zone)
    return Span(starts, ends) if starts < ends else None


def _at(told: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(told, datetime):
        return instant(told, MIDNIGHT, zone)
    return told if told.tzinfo else instant(told.date(), told.time(), zone)


@dataclass(frozen=True, slots=True)
class Event:
    """Something to show in a calendar program: between two instants, or on whole days with the first after it."""

    key: str
    """The same for the same thing whenever it is written."""
    summary: str
    starts: date | datetime
    ends: date | datetime
    is_busy: bool = False


def written(name: str, events: Iterable[Event], *, now: datetime) -> bytes:
    """A calendar as its subscribers read it; they are asked to come again in an hour."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Commonforge//Calendar of a work centre//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for event in events:
        shown = icalendar.Event()
        shown.add("uid", f"{event.key}{OURS}")
        shown.add("dtstamp", now)
        shown.add("summary", event.summary)
        shown.add("dtstart", event.starts)
        shown.add("dtend", event.ends)
        shown.add("transp", "OPAQUE" if event.is_busy else "TRANSPARENT")
        calendar.add_component(shown)
    return bytes(calendar.to_ical())
