"""The rule of the clock: time to answer moves by as long as it stood, a ship date by whole days in sum."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from marketplace.messages.clock import Promise, restarted

ANSWER_BY = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
SHIPS_ON = date(2028, 2, 28)
PROMISE = Promise(ANSWER_BY, SHIPS_ON)
NONE = timedelta()
SPANS = st.timedeltas(min_value=NONE, max_value=timedelta(days=60))


def test_a_clock_that_did_not_stand_moves_nothing():
    assert restarted(PROMISE, stood=NONE, stood_before=NONE) == PROMISE


def test_the_time_to_answer_moves_by_as_long_as_it_stood_and_the_ship_date_by_whole_days():
    later = restarted(PROMISE, stood=timedelta(hours=47, minutes=59), stood_before=NONE)
    assert later == Promise(ANSWER_BY + timedelta(hours=47, minutes=59), date(2028, 2, 29))


def test_many_short_stops_are_not_lost():
    once = restarted(PROMISE, stood=timedelta(hours=13), stood_before=NONE)
    assert once.ships_on == SHIPS_ON
    twice = restarted(once, stood=timedelta(hours=11), stood_before=timedelta(hours=13))
    assert twice.ships_on == date(2028, 2, 29)


def test_nothing_to_answer_stays_nothing():
    assert restarted(Promise(None, SHIPS_ON), stood=timedelta(days=3), stood_before=NONE) == Promise(
        None, date(2028, 3, 2)
    )


def test_a_clock_that_was_set_back_takes_nothing_away():
    assert restarted(PROMISE, stood=timedelta(hours=-1), stood_before=NONE) == PROMISE


@given(st.lists(SPANS, max_size=12))
def test_however_it_is_cut_into_stops_the_sum_moves_the_same(spans):
    promise, before = PROMISE, NONE
    for span in spans:
        promise, before = restarted(promise, stood=span, stood_before=before), before + span

    assert promise == restarted(PROMISE, stood=before, stood_before=NONE)
