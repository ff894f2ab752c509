from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from marketplace.calendars.errors import CalendarUnreadable
from marketplace.calendars.ical import Event, busy_spans, written
from marketplace.calendars.rules import Span

BERLIN = ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2027, 3, 1), date(2027, 4, 30)
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)


def calendar(*events: str) -> str:
    body = "\r\n".join(f"BEGIN:VEVENT\r\nUID:{n}\r\n{event}\r\nEND:VEVENT" for n, event in enumerate(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}\r\nEND:VCALENDAR\r\n"


def read(*events: str, zone=BERLIN) -> list[Span]:
    return busy_spans(calendar(*events), zone, FIRST, LAST)


def utc(*told: int) -> datetime:
    return datetime(2027, *told, tzinfo=UTC)


@pytest.mark.parametrize(
    ("event", "span"),
    [
        ("DTSTART:20270302T080000Z\r\nDTEND:20270302T100000Z", (utc(3, 2, 8), utc(3, 2, 10))),
        ("DTSTART:20270302T080000Z\r\nDURATION:PT90M", (utc(3, 2, 8), utc(3, 2, 9, 30))),
        ("DTSTART:20270302T080000\r\nDTEND:20270302T100000", (utc(3, 2, 7), utc(3, 2, 9))),  # the place's clock
        ("DTSTART;TZID=America/New_York:20270302T080000\r\nDURATION:PT1H", (utc(3, 2, 13), utc(3, 2, 14))),
        ("DTSTART;VALUE=DATE:20270302", (utc(3, 1, 23), utc(3, 2, 23))),
        ("DTSTART;VALUE=DATE:20270328", (utc(3, 27, 23), utc(3, 28, 22))),  # the clock goes forward
        ("DTSTART;VALUE=DATE:20270227\r\nDTEND;VALUE=DATE:20270303", (utc(2, 28, 23), utc(3, 2, 23))),  # cut
        ("DTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20280101", (utc(2, 28, 23), utc(4, 30, 22))),
    ],
)
def test_an_event_takes_its_time_by_the_clock_that_it_names(event, span):
    assert read(event) == [Span(*span)]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20270302T080000Z",  # no time at all
        "DTSTART:20270302T080000Z\r\nDTEND:20270302T080000Z",
        "DTSTART;VALUE=DATE:20270302\r\nTRANSP:TRANSPARENT",
        "DTSTART;VALUE=DATE:20270302\r\nSTATUS:CANCELLED",
        "DTSTART;VALUE=DATE:20270501",
        "DTSTART;VALUE=DATE:20270228",
    ],
)
def test_what_takes_no_time_of_these_days_is_left_out(event):
    assert read(event) == []


def test_what_repeats_is_unfolded_with_its_exceptions():
    event = "DTSTART;VALUE=DATE:20270305\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nEXDATE;VALUE=DATE:20270312"
    assert [span.starts.astimezone(BERLIN).date().day for span in read(event)] == [5, 19, 26]


def test_a_moved_occurrence_counts_where_it_is_now():
    weekly = "DTSTART:20270301T080000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;COUNT=2"
    moved = "DTSTART:20270310T120000Z\r\nDURATION:PT1H\r\nRECURRENCE-ID:20270308T080000Z"
    content = calendar(weekly, moved).replace("UID:1", "UID:0")
    assert busy_spans(content, BERLIN, FIRST, LAST) == [
        Span(utc(3, 1, 8), utc(3, 1, 9)),
        Span(utc(3, 10, 12), utc(3, 10, 13)),
    ]


def test_events_at_once_are_one_span():
    assert read("DTSTART:20270302T080000Z\r\nDURATION:PT2H", "DTSTART:20270302T090000Z\r\nDURATION:PT2H") == [
        Span(utc(3, 2, 8), utc(3, 2, 11))
    ]


@pytest.mark.parametrize(
    "often", ["SECONDLY", "MINUTELY", "HOURLY", "DAILY;BYHOUR=1,2,3", "DAILY;BYSECOND=1,2", "DAILY;INTERVAL=0"]
)
def test_what_repeats_within_a_day_is_refused(often):
    with pytest.raises(CalendarUnreadable):
        read(f"DTSTART:20270302T080000Z\r\nDURATION:PT1S\r\nRRULE:FREQ={often}")


def test_more_events_than_a_factory_could_be_busy_with_are_refused():
    daily = "DTSTART:20200101T080000Z\r\nDURATION:PT1M\r\nRRULE:FREQ=DAILY"
    with pytest.raises(CalendarUnreadable, match="5,000"):
        read(*[daily] * 100)


@pytest.mark.parametrize(
    "content",
    ["", "x", "\r\n", "BEGIN:VCALENDAR", "BEGIN:VJOURNAL\r\nEND:VJOURNAL\r\n", "END:VCALENDAR\r\n",
     calendar("DTSTART:soon"), calendar("DTSTART:20279999T000000Z"), calendar("RRULE:FREQ=DAILY")],
)  # fmt: skip
def test_what_is_no_calendar_is_refused_or_takes_no_time(content):
    with suppress(CalendarUnreadable):
        assert busy_spans(content, BERLIN, FIRST, LAST) == []


def test_what_is_written_is_read_by_others_and_never_by_ourselves():
    told = [
        Event("a", "Order 1001: 240 min", date(2027, 3, 2), date(2027, 3, 3), True),
        Event("b", "Open", utc(3, 2, 7), utc(3, 2, 15)),
    ]
    content = written("Mills, left; old", told, now=NOW)
    back = icalendar.Calendar.from_ical(content)
    assert str(back["X-WR-CALNAME"]) == "Mills, left; old"
    shown = [(str(each["SUMMARY"]), each["DTSTART"].dt, each["DTEND"].dt, str(each["TRANSP"])) for each in back.events]
    assert shown == [
        ("Order 1001: 240 min", date(2027, 3, 2), date(2027, 3, 3), "OPAQUE"),
        ("Open", utc(3, 2, 7), utc(3, 2, 15), "TRANSPARENT"),
    ]
    assert busy_spans(content.decode(), BERLIN, FIRST, LAST) == []
    assert back["REFRESH-INTERVAL"].dt == timedelta(hours=1)
