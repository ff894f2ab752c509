"""What is open on a day and why, against numbers that can be counted on a clock's face."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.calendars.rules import (
    Calendar,
    Closure,
    Down,
    Source,
    Span,
    SpecialDay,
    merged,
    most_minutes,
    opening,
)
from marketplace.capability.rules import Hours, split_at_midnight

BERLIN, KIRITIMATI, PAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
ORDINARY, SPRING, AUTUMN = date(2027, 3, 21), date(2027, 3, 28), date(2027, 10, 31)  # all Sundays
MONDAY = date(2027, 3, 1)
EIGHT_HOURS = [Hours(day, time(8), time(16)) for day in range(5)]
PLAIN = Calendar(zone=ZoneInfo("UTC"), machines=1, week=EIGHT_HOURS)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


def open_minutes(day, week, machines, zone):
    return opening(day, Calendar(zone=zone, machines=machines, week=week)).minutes


def sundays(*shifts: str) -> list[Hours]:
    """Sunday shifts, written 08:00-16:30."""
    clocks = (shift.split("-") for shift in shifts)
    return [Hours(6, time.fromisoformat(starts), time.fromisoformat(ends)) for starts, ends in clocks]


@pytest.mark.parametrize(
    ("shifts", "ordinary", "spring", "autumn"),
    [
        (["08:00-16:30"], 510, 510, 510),
        (["00:00-00:00"], 1440, 1380, 1500),
        (["00:00-06:00"], 360, 300, 420),
        (["22:00-00:00"], 120, 120, 120),
        (["01:30-03:30"], 120, 60, 180),
        (["02:00-03:00"], 60, 0, 120),
        (["02:15-02:45"], 30, 0, 30),
        (["02:30-10:00"], 450, 420, 510),
        (["01:00-02:30"], 90, 60, 90),
        (["01:00-02:30", "02:30-04:00"], 180, 120, 240),
        ([], 0, 0, 0),
    ],
)
def test_minutes_of_a_day_are_those_that_pass_while_the_shifts_last(shifts, ordinary, spring, autumn):
    week = sundays(*shifts)
    assert [open_minutes(day, week, 1, BERLIN) for day in (ORDINARY, SPRING, AUTUMN)] == [ordinary, spring, autumn]


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Pacific/Kiritimati", date(2027, 3, 28), 1440),
        ("Pacific/Pago_Pago", date(2027, 3, 28), 1440),
        ("Asia/Kolkata", date(2027, 3, 28), 1440),
        ("Australia/Lord_Howe", date(2027, 4, 4), 1470),  # the clock goes back by half an hour
        ("Australia/Lord_Howe", date(2027, 10, 3), 1410),
        ("America/Santiago", date(2027, 9, 5), 1380),  # midnight itself is skipped
        ("Asia/Shanghai", date(2028, 2, 27), 1440),
    ],
)
def test_whole_days_have_the_length_that_their_place_gives_them(zone, day, minutes):
    assert open_minutes(day, sundays("00:00-00:00"), 1, ZoneInfo(zone)) == minutes
    assert open_minutes(day, sundays("00:00-12:00", "12:00-00:00"), 3, ZoneInfo(zone)) == 3 * minutes


def test_a_skipped_midnight_belongs_to_no_day_twice():
    santiago, saturday = ZoneInfo("America/Santiago"), date(2027, 9, 4)
    night = [Hours(5, time(22), time(0)), Hours(6, time(0), time(2))]
    assert open_minutes(saturday, night, 1, santiago) == 120
    assert open_minutes(saturday + timedelta(days=1), night, 1, santiago) == 60


def test_a_day_that_a_place_left_out_has_no_minutes():
    apia = ZoneInfo("Pacific/Apia")  # went over the date line: 30 December 2011 does not exist there
    friday = [Hours(4, time(0), time(0))]
    assert open_minutes(date(2011, 12, 30), friday, 1, apia) == 0


CLOCK = st.integers(1, 1439).map(lambda minute: time(minute // 60, minute % 60))


@given(
    st.sampled_from(["Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "America/St_Johns", "Africa/Cairo"]),
    st.integers(0, 800).map(lambda n: date(2027, 1, 1) + timedelta(days=n)),
    st.sets(CLOCK, max_size=6),
)
def test_shifts_that_share_out_a_day_add_up_to_its_length(zone, day, cuts):
    edges = [time(0), *sorted(cuts), time(0)]
    week = [Hours(day.weekday(), a, b) for a, b in pairwise(edges)]
    whole = [Hours(day.weekday(), time(0), time(0))]
    each = [open_minutes(day, [shift], 1, ZoneInfo(zone)) for shift in week]
    assert min(each) >= 0
    assert sum(each) == open_minutes(day, whole, 1, ZoneInfo(zone))


def test_a_shift_over_midnight_lies_on_both_of_its_days():
    night = split_at_midnight([Hours(5, time(22), time(6))])  # from Saturday into Sunday
    saturday = timedelta(days=-1)
    minutes = [open_minutes(day + saturday, night, 1, BERLIN) for day in (ORDINARY, SPRING, AUTUMN)]
    assert minutes == [120, 120, 120]
    assert [open_minutes(day, night, 1, BERLIN) for day in (ORDINARY, SPRING, AUTUMN)] == [360, 300, 420]


@pytest.mark.parametrize("zone", [KIRITIMATI, PAGO])
@pytest.mark.parametrize(
    "day", [date(2027, 12, 31), date(2028, 1, 1), date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1)]
)
def test_year_ends_and_leap_days_are_days_like_others_wherever_it_is(zone, day):
    week = [Hours(weekday, time(8), time(16, 30)) for weekday in range(7)]
    found = opening(day, Calendar(zone=zone, machines=2, week=week))
    assert (found.minutes, found.source) == (1_020, Source.WEEKLY)
    (shift,) = found.shifts
    assert shift.starts.astimezone(zone).date() == day


def test_precedence_closure_overtime_make_up_day_holiday_week():
    """Each stronger rule is laid over all the weaker ones, and says so."""
    holiday, make_up = {MONDAY: SpecialDay("Labour Day")}, {MONDAY: SpecialDay("Works for a Saturday", 5)}
    week = [*EIGHT_HOURS, Hours(5, time(8), time(10))]
    calendar, seen = replace(PLAIN, week=week), []
    for more in (
        {},
        {"special": holiday},
        {"special": make_up},
        {"overtime": {MONDAY: 60}},
        {"closures": [Closure(MONDAY, MONDAY, "Stocktaking")]},
    ):
        calendar = replace(calendar, **more)
        found = opening(MONDAY, calendar)
        seen.append((found.source, found.minutes, found.why))
    assert seen == [
        (Source.WEEKLY, 480, ""),
        (Source.HOLIDAY, 0, "Labour Day"),
        (Source.MAKE_UP_DAY, 120, "Works for a Saturday"),
        (Source.OVERTIME, 180, "Works for a Saturday"),
        (Source.CLOSURE, 0, "Stocktaking"),
    ]


def test_a_closure_counts_on_its_first_and_last_day_and_no_other():
    closed = replace(PLAIN, closures=[Closure(date(2027, 3, 2), date(2027, 3, 3), "Move")])
    assert [opening(date(2027, 3, day), closed).minutes for day in (1, 2, 3, 4)] == [480, 0, 0, 480]


def test_overtime_opens_days_without_shifts_and_never_more_than_the_machines_have():
    sunday = date(2027, 3, 7)
    assert opening(sunday, replace(PLAIN, overtime={sunday: 90})).minutes == 90
    assert opening(MONDAY, replace(PLAIN, machines=2, overtime={MONDAY: 90})).minutes == 1_050
    assert opening(MONDAY, replace(PLAIN, overtime={MONDAY: 5_000})).minutes == 1_440
    berlin = replace(PLAIN, zone=BERLIN, overtime={SPRING: 5_000, AUTUMN: 5_000})
    assert [opening(day, berlin).minutes for day in (SPRING, AUTUMN)] == [1_380, 1_500]
    down = [Down(at(MONDAY, 0), at(MONDAY, 20), 1)]
    assert opening(MONDAY, replace(PLAIN, overtime={MONDAY: 5_000}, down=down)).minutes == 240


def test_unattended_shifts_count_where_jobs_may_run_alone():
    week = [Hours(0, time(8), time(16)), Hours(0, time(16), time(0), attended=False)]
    without, alone = (replace(PLAIN, week=week, runs_unattended=yes, machines=3) for yes in (False, True))
    assert (opening(MONDAY, without).minutes, opening(MONDAY, without).unattended_min) == (1_440, 0)
    assert (opening(MONDAY, alone).minutes, opening(MONDAY, alone).unattended_min) == (2_880, 1_440)


def test_what_another_calendar_takes_is_closed_on_all_machines():
    busy = [
        Span(at(MONDAY, 6), at(MONDAY, 9)),
        Span(at(MONDAY, 12), at(MONDAY, 12, 30)),
        Span(at(MONDAY, 16), at(MONDAY, 20)),
    ]
    found = opening(MONDAY, replace(PLAIN, machines=2, busy=busy))
    assert (found.minutes, found.lost_min) == (2 * 390, 2 * 90)
    assert [(shift.starts, shift.ends) for shift in found.shifts] == [
        (at(MONDAY, 9), at(MONDAY, 12)),
        (at(MONDAY, 12, 30), at(MONDAY, 16)),
    ]
    all_week = [Span(at(date(2027, 2, 27), 0), at(date(2027, 3, 8), 0))]
    assert opening(MONDAY, replace(PLAIN, busy=all_week)).minutes == 0


def test_a_breakdown_takes_its_machines_and_no_others():
    """Two of three machines are down from 10 to 12, one more from 11 to 13, and a fourth that is not there."""
    down = [Down(at(MONDAY, 10), at(MONDAY, 12), 2), Down(at(MONDAY, 11), at(MONDAY, 13), 2)]
    found = opening(MONDAY, replace(PLAIN, machines=3, down=down))
    assert found.lost_min == 2 * 60 + 3 * 60 + 2 * 60
    assert found.minutes == 3 * 480 - found.lost_min


def test_a_breakdown_of_hours_that_are_closed_takes_nothing():
    down = [Down(at(MONDAY, 12), at(MONDAY, 14), 1), Down(at(MONDAY, 16), at(MONDAY, 23), 1)]
    found = opening(MONDAY, replace(PLAIN, busy=[Span(at(MONDAY, 12), at(MONDAY, 14))], down=down))
    assert found.minutes == 360


SPANS = st.lists(
    st.tuples(st.integers(0, 2_000), st.integers(1, 600)).map(
        lambda pair: Span(*(at(MONDAY, 0) + timedelta(minutes=n - 300) for n in (pair[0], sum(pair))))
    ),
    max_size=8,
)


@given(SPANS, SPANS, st.integers(1, 4), st.integers(0, 3_000))
def test_a_day_counted_minute_by_minute_gives_the_same(busy, broken, machines, overtime):
    """The slow way: of each minute of the shift, how many machines run in it."""
    calendar = replace(
        PLAIN,
        machines=machines,
        busy=merged(busy),
        down=[Down(span.starts, span.ends, 1) for span in broken],
        overtime={MONDAY: overtime},
    )

    def running(n):
        minute = at(MONDAY, 0) + timedelta(minutes=n)
        down = sum(span.starts <= minute < span.ends for span in broken)
        return max(0, machines - down)

    def taken(n):
        minute = at(MONDAY, 0) + timedelta(minutes=n)
        return any(span.starts <= minute < span.ends for span in busy)

    usual = sum(running(n) for n in range(480, 960) if not taken(n))
    most = sum(running(n) for n in range(1_440))
    assert most_minutes(MONDAY, calendar) == most
    assert opening(MONDAY, calendar).minutes == min(usual + overtime, most)


@given(SPANS)
def test_merged_spans_are_apart_and_cover_the_same(spans):
    found = merged(spans)
    assert all(earlier.ends < later.starts for earlier, later in pairwise(found))
    for span in spans:
        assert any(each.starts <= span.starts and span.ends <= each.ends for each in found)
    edges = {edge for span in spans for edge in span}
    assert {edge for each in found for edge in each} <= edges
