from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capacity.errors import WindowImpossible
from marketplace.capacity.rules import Line, Shortage, Window, local_day, moves, plan, shortages

KIRITIMATI, PAGO = ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Pacific/Pago_Pago")


def test_today_is_the_day_of_the_place():
    noon = datetime.fromisoformat("2027-12-31T11:00:00+00:00")
    assert local_day(noon, KIRITIMATI) == date(2028, 1, 1)
    assert local_day(noon, PAGO) == date(2027, 12, 31)
    assert local_day(noon - timedelta(hours=1), PAGO) == date(2027, 12, 30)


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


FIRST, SECOND = (UUID(int=n) for n in (1, 2))
MONDAY, TUESDAY = date(2027, 3, 1), date(2027, 3, 2)


def test_what_is_missing_is_missed_by_the_hold_that_comes_first():
    lines = [Line(SECOND, MONDAY, 100), Line(FIRST, MONDAY, 300), Line(FIRST, TUESDAY, 50)]
    assert shortages({MONDAY: 250}, lines) == [Shortage(SECOND, MONDAY, 100, 100), Shortage(FIRST, MONDAY, 150, 300)]
    assert shortages({MONDAY: 100, TUESDAY: 1}, lines) == [
        Shortage(SECOND, MONDAY, 100, 100),
        Shortage(FIRST, TUESDAY, 1, 50),
    ]
    assert shortages({MONDAY: 1_000}, lines)[1].minutes == 300
    assert shortages({}, lines) == []


PLAN = st.dictionaries(st.integers(0, 9).map(lambda n: MONDAY + timedelta(days=n)), st.integers(1, 500), min_size=1)


@given(PLAN, PLAN)
def test_moves_lead_from_one_plan_to_the_other_minute_by_minute(before, after):
    short = sum(before.values()) - sum(after.values())
    last = MONDAY + timedelta(days=20)
    (after if short > 0 else before)[last] = abs(short)
    reached = dict(before)
    for from_day, to_day, minutes in moves(before, after):
        assert minutes > 0
        assert from_day != to_day
        reached[from_day] -= minutes
        reached[to_day] = reached.get(to_day, 0) + minutes
    assert {day: left for day, left in reached.items() if left} == {day: left for day, left in after.items() if left}
