"""The published function from events to figures. Pure."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.ids import new_id
from marketplace.reputation import rules
from marketplace.reputation.values import Cause, Facts, FigureName

NOW = datetime(2027, 3, 20, 12, tzinfo=UTC)
PROMISED = date(2027, 3, 10)
TAKEN = Facts(
    job_id=new_id(),
    zone=ZoneInfo("UTC"),
    ships_on=PROMISED,
    offered_at=datetime(2027, 3, 1, tzinfo=UTC),
    answered_at=datetime(2027, 3, 1, 6, tzinfo=UTC),
    shipped_at=None,
    given_up_at=None,
    is_awaited=True,
    ended_at=None,
    put_right_at=None,
)


def points(event):
    return None if event is None else event.points


@pytest.mark.parametrize(
    ("zone", "shipped_at", "expected"),
    [
        ("UTC", datetime(2027, 3, 10, 23, 59, 59, tzinfo=UTC), 10_000),
        ("UTC", datetime(2027, 3, 11, 0, 0, tzinfo=UTC), 0),
        ("Pacific/Kiritimati", datetime(2027, 3, 10, 9, 59, tzinfo=UTC), 10_000),  # 23:59 there, UTC+14
        ("Pacific/Kiritimati", datetime(2027, 3, 10, 10, 0, tzinfo=UTC), 0),
        ("Pacific/Pago_Pago", datetime(2027, 3, 11, 10, 59, tzinfo=UTC), 10_000),  # 23:59 there, UTC-11
        ("Pacific/Pago_Pago", datetime(2027, 3, 11, 11, 0, tzinfo=UTC), 0),
    ],
)
def test_on_time_is_by_the_days_of_the_factory(zone, shipped_at, expected):
    job = replace(TAKEN, zone=ZoneInfo(zone), shipped_at=shipped_at, is_awaited=False)
    assert points(rules.on_time(job, NOW)) == expected


def test_a_job_that_is_overdue_or_given_up_is_late_and_one_that_is_not_due_says_nothing():
    assert points(rules.on_time(TAKEN, NOW)) == 0
    assert rules.on_time(TAKEN, datetime(2027, 3, 10, 23, tzinfo=UTC)) is None
    given_up = replace(TAKEN, is_awaited=False, given_up_at=datetime(2027, 3, 5, tzinfo=UTC))
    assert points(rules.on_time(given_up, NOW)) == 0
    declined = replace(TAKEN, is_awaited=False)
    assert rules.on_time(declined, NOW) is None


@pytest.mark.parametrize("cause", Cause)
def test_lateness_that_was_somebody_elses_doing_is_left_out_and_timeliness_is_not(cause):
    late = replace(TAKEN, shipped_at=NOW, is_awaited=False, excuse=cause)
    assert rules.on_time(late, NOW) is None
    in_time = replace(late, shipped_at=datetime(2027, 3, 9, tzinfo=UTC))
    assert points(rules.on_time(in_time, NOW)) == 10_000


def test_who_waits_for_the_customers_answer_is_not_late_and_does_not_take_long():
    asked, hour = datetime(2027, 3, 1, 2, tzinfo=UTC), timedelta(hours=1)
    answered = replace(TAKEN, stood=((asked, asked + hour), (asked + 2 * hour, asked + 3 * hour)))
    assert points(rules.answer_time(answered, NOW)) == 4 * 60
    waits = replace(TAKEN, stood=((asked, None),))
    assert points(rules.answer_time(waits, NOW)) == 2 * 60
    assert rules.on_time(waits, NOW) is None
    left = replace(TAKEN, is_awaited=False, shipped_at=NOW)
    assert rules.on_time(replace(left, stood=((asked, NOW + hour),)), NOW) is None
    assert points(rules.on_time(replace(left, stood=((asked, NOW),)), NOW)) == 0


def test_goods_are_right_first_time_unless_a_claim_was_put_right():
    assert rules.right_first_time(TAKEN, NOW) is None
    assert points(rules.right_first_time(replace(TAKEN, ended_at=NOW), NOW)) == 10_000
    assert points(rules.right_first_time(replace(TAKEN, put_right_at=NOW), NOW)) == 0
    assert points(rules.right_first_time(replace(TAKEN, put_right_at=NOW, ended_at=NOW), NOW)) == 0


def test_the_answer_takes_as_long_as_there_is_time_at_most():
    assert points(rules.answer_time(TAKEN, NOW)) == 6 * 60
    overdue = replace(TAKEN, answered_at=TAKEN.offered_at + timedelta(hours=49))
    assert points(rules.answer_time(overdue, NOW)) == 48 * 60
    assert rules.answer_time(replace(TAKEN, answered_at=None), NOW) is None
    assert rules.answer_time(replace(TAKEN, offered_at=None), NOW) is None


@given(st.lists(st.integers(0, 10_000), max_size=50), st.none() | st.integers(0, 10_000))
def test_a_figure_is_the_shrunk_mean_rounded_once(own, mean):
    value = rules.value(sum(own), len(own), mean)

    weight = 0 if mean is None else rules.PRIOR_WEIGHT
    if len(own) + weight == 0:
        assert value is None
    else:
        exact = Fraction(sum(own) + weight * (mean or 0), len(own) + weight)
        assert abs(value - exact) <= Fraction(1, 2)
        lowest, highest = min([*own, mean or 0] if weight else own), max([*own, mean or 0] if weight else own)
        assert lowest <= value <= highest


def test_with_as_many_events_as_the_prior_weighs_the_figure_is_half_its_own():
    assert rules.value(0, rules.PRIOR_WEIGHT, 9_000) == 4_500
    assert rules.value(10_000, 1, 8_000) == 8_182
    assert rules.value(0, 0, 8_000) == 8_000


def test_every_figure_is_explained():
    assert set(rules.MEANS) == set(rules.UNITS) == set(rules.MADE_BY) == set(FigureName)
