from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from marketplace.calendars.errors import HolidaysUnknown
from marketplace.calendars.holidays import check, special_days
from marketplace.calendars.rules import Calendar, Source, opening
from marketplace.capability.rules import Hours

WEEK = [Hours(day, time(8), time(12 + day)) for day in range(5)]
"""Four hours on Mondays, and an hour more on each day."""


def opened(place, zone, *days):
    special = special_days(place, min(days), max(days))
    calendar = Calendar(zone=ZoneInfo(zone), machines=1, week=WEEK, special=special)
    return [(found.source, found.minutes) for found in (opening(day, calendar) for day in days)]


def test_a_chinese_make_up_day_works_like_the_day_that_it_makes_up_for():
    """The State Council's plan of 2026: 14 February is worked for Friday the 20th, 28 February for Monday the 23rd."""
    days = [date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 20), date(2026, 2, 23), date(2026, 2, 28)]
    assert opened("CN", "Asia/Shanghai", *days) == [
        (Source.WEEKLY, 480),
        (Source.MAKE_UP_DAY, 480),
        (Source.HOLIDAY, 0),
        (Source.HOLIDAY, 0),
        (Source.MAKE_UP_DAY, 240),
    ]


def test_a_make_up_sunday_after_new_year_is_known_by_the_year_before_or_after():
    assert opened("CN", "Asia/Shanghai", date(2026, 1, 2), date(2026, 1, 4)) == [
        (Source.HOLIDAY, 0),
        (Source.MAKE_UP_DAY, 480),
    ]


def test_holidays_are_those_of_the_part_of_the_country():
    """Epiphany is free in Bavaria and a Wednesday like others in Hamburg; of no place nothing is."""
    epiphany = date(2027, 1, 6)
    assert [opened(place, "Europe/Berlin", epiphany)[0] for place in ("DE-BY", "DE-HH", None)] == [
        (Source.HOLIDAY, 0),
        (Source.WEEKLY, 360),
        (Source.WEEKLY, 360),
    ]


@pytest.mark.parametrize("place", ["", "XX", "DE-", "DE-XX", "de", "DEU", "-BY", "DE-BY-x", "XNYS", "D\x00"])
def test_a_place_whose_holidays_are_not_known_is_refused(place):
    with pytest.raises(HolidaysUnknown):
        check(place)


def test_every_place_that_is_taken_has_special_days_that_can_be_read():
    for place in ("CN", "HU", "US-CA", "JP", "IN-MH", "TW", "BG", "RU", "VN"):
        check(place)
        assert special_days(place, date(2026, 1, 1), date(2027, 12, 31))
