from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capability.rules import Hours
from marketplace.capacity.errors import WindowImpossible
from marketplace.capacity.rules import Window, local_day, open_minutes, plan

BERLIN, KIRITIMATI, PAGO = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")
ORDINARY, SPRING, AUTUMN = date(2027, 3, 21), date(2027, 3, 28), date(2027, 10, 31)  # all Sundays


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


def test_today_is_the_day_of_the_place():
    noon = datetime.fromisoformat("2027-12-31T11:00:00+00:00")
    assert local_day(noon, KIRITIMATI) == date(2028, 1, 1)
    assert local_day(noon, PAGO) == date(2027, 12, 31)
    assert local_day(noon - timedelta(hours=1), PAGO) == date(2027, 12, 30)


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


DAYS = st.dictionaries(st.integers(0, 30).map(lambda n: date(2027, 3, 1) + timedelta(days=n)), st.integers(0, 900))


@given(DAYS, st.integers(1, 5_000), st.integers(0, 35).map(lambda n: date(2027, 3, 1) + timedelta(days=n)))
def test_a_plan_takes_the_earliest_minutes_and_never_more_than_there_are(free, minutes, by):
    lines = plan(free.items(), minutes, by)

    within = {day: there for day, there in free.items() if day <= by}
    assert sum(taken for _, taken in lines) == min(minutes, sum(within.values()))
    assert all(0 < taken <= within[day] for day, taken in lines)
    assert [day for day, _ in lines] == sorted({day for day, _ in lines})
    if lines:
        last = lines[-1][0]
        planned = dict(lines)
        assert all(planned.get(day, 0) == there for day, there in within.items() if day < last)


def test_a_span_of_days_has_an_order_and_an_end():
    assert Window(date(2027, 3, 1), date(2027, 3, 1))
    for first, last in [(date(2027, 3, 2), date(2027, 3, 1)), (date(2027, 1, 1), date(2028, 3, 1))]:
        with pytest.raises(WindowImpossible):
            Window(first, last)
