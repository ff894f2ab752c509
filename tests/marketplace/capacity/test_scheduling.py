"""Laying operations over days, held against trying everything out."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise, product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.capacity import scheduling
from marketplace.capacity.errors import NoRoom
from marketplace.capacity.scheduling import Because, Calendar, Cause, Line, OpenDay, Step

MONDAY = date(2027, 3, 1)
MILL, BEND = UUID(int=1), UUID(int=2)


def on(day: int) -> date:
    return MONDAY + timedelta(days=day)


def calendar(*free: int, open_min: int = 480, machines: int = 1) -> Calendar:
    """Days from Monday on; None of it free is a day that others hold, a negative figure one that is closed."""
    days = [OpenDay(on(n), 0 if each < 0 else open_min * machines, max(0, each)) for n, each in enumerate(free)]
    return Calendar(machines, days)


def lines(placed) -> list[tuple[int, int]]:
    return [((line.day - MONDAY).days, line.minutes) for line in placed.lines]


def forward(step: Step, days: Calendar, after: int = -1):
    (placed,) = scheduling.forward([step], {step.place: days}, after=on(after))
    return placed


def backward(step: Step, days: Calendar, by: int, after: int = -1):
    (placed,) = scheduling.backward([step], {step.place: days}, by=on(by), after=on(after))
    return placed


def test_work_fills_one_day_before_the_next():
    placed = forward(Step(MILL, 60, 600), calendar(480, 480, 480))

    assert lines(placed) == [(0, 480), (1, 180)]
    assert (placed.starts, placed.ends, placed.minutes, placed.machines) == (on(0), on(1), 660, 1)


def test_a_set_up_waits_for_a_day_on_which_it_fits():
    placed = forward(Step(MILL, 120, 60), calendar(100, 0, 130, 480))

    assert lines(placed) == [(2, 130), (3, 50)]
    assert placed.because == ((Cause.TAKEN, 1), (Cause.SETUP_WHOLE, 1), (Cause.WORK, 2))


def test_a_set_up_longer_than_any_day_goes_on_the_next_day():
    assert lines(forward(Step(MILL, 600, 60), calendar(480, -1, 480))) == [(0, 480), (2, 180)]


def test_machines_work_beside_each_other_each_with_a_set_up():
    placed = forward(Step(MILL, 30, 900, pieces=3), calendar(1440, 1440, machines=3))

    assert (placed.machines, lines(placed)) == (3, [(0, 3 * 30 + 900)])


def test_one_piece_is_made_on_one_machine():
    assert lines(forward(Step(MILL, 0, 600), calendar(1440, 1440, machines=3))) == [(0, 480), (1, 120)]


def test_the_fewest_machines_that_end_on_the_same_day_are_used():
    placed = forward(Step(MILL, 30, 400, pieces=4), calendar(1440, machines=3))

    assert (placed.machines, lines(placed)) == (1, [(0, 430)])


def test_operations_follow_each_other_with_transport_between():
    steps = [Step(MILL, 0, 480), Step(BEND, 0, 60, wait_days=2)]
    days = {MILL: calendar(480, 480), BEND: calendar(480, 480, 480, 480, 480)}

    mill, bend = scheduling.forward(steps, days, after=on(-1))

    assert (mill.ends, bend.starts) == (on(0), on(3))
    assert bend.because == ((Cause.WAITING, 2), (Cause.WORK, 1))
    assert scheduling.in_order((mill, bend))


def test_a_part_that_comes_back_to_a_machine_takes_no_minute_twice():
    steps = [Step(MILL, 0, 300), Step(BEND, 0, 60), Step(MILL, 0, 300)]
    days = {MILL: calendar(*[480] * 6), BEND: calendar(*[480] * 6)}

    placed = scheduling.forward(steps, days, after=on(-1))

    assert [each.starts for each in placed] == [on(0), on(1), on(2)]


def test_backwards_begins_as_late_as_can_be():
    steps = [Step(MILL, 0, 600), Step(BEND, 0, 60, wait_days=1)]
    days = {MILL: calendar(*[480] * 10), BEND: calendar(*[480] * 10)}

    mill, bend = scheduling.backward(steps, days, by=on(9), after=on(-1))

    assert (mill.starts, mill.ends, bend.starts) == (on(6), on(7), on(9))


def test_what_does_not_fit_is_refused_by_the_number_of_its_operation():
    days = {MILL: calendar(480), BEND: calendar(480, 30)}
    steps = [Step(MILL, 0, 100), Step(BEND, 0, 100)]

    with pytest.raises(NoRoom) as refused:
        scheduling.forward(steps, days, after=on(-1))
    assert refused.value.details["operation"] == 2
    with pytest.raises(NoRoom):
        scheduling.backward(steps, days, by=on(0), after=on(-1))


def test_the_first_operation_waits_for_its_lead_time_both_ways():
    step = Step(MILL, 0, 60, wait_days=3)

    assert forward(step, calendar(*[480] * 6)).starts == on(3)
    assert backward(step, calendar(*[480] * 6), by=3).starts == on(3)
    with pytest.raises(NoRoom):
        backward(step, calendar(*[480] * 6), by=2)


def test_no_days_are_no_room():
    with pytest.raises(NoRoom):
        scheduling.forward([Step(MILL, 0, 1)], {MILL: scheduling.NO_DAYS}, after=on(-1))


# Against trying everything out ---------------------------------------------------------------------------------------

LENGTH = 4
"""Minutes of one machine on one open day: few, so that all ways can be tried."""
SMALL_CALENDARS = st.integers(1, 3).flatmap(
    lambda machines: st.lists(st.integers(-1, LENGTH * machines), min_size=1, max_size=5).map(
        lambda free: calendar(*free, open_min=LENGTH, machines=machines)
    )
)
SMALL_STEPS = st.builds(
    Step,
    place=st.just(MILL),
    setup_min=st.integers(0, LENGTH + 2),
    run_min=st.integers(1, 9),
    pieces=st.integers(1, 4),
    wait_days=st.integers(0, 1),
)


def _ends(step: Step, days: Calendar, pieces: int, machine: int, first: date, last: date) -> list[tuple[date, date]]:
    """Every first and last day on which one machine can make so many pieces, by whichever day it is set up on."""
    free = []
    for each in days.days:
        of_one = -(-each.open_min // days.machines)
        others = sum(min(of_one, max(0, each.free_min - of_one * n)) for n in range(machine))
        if first <= each.day <= last:
            free.append((each.day, min(of_one, each.free_min - others)))
    longest = max(-(-each.open_min // days.machines) for each in days.days)
    found = []
    for start in range(len(free)):
        if free[start][1] <= 0 or (step.setup_min <= longest and free[start][1] < step.setup_min):
            continue
        left = step.setup_min + -(-step.run_min * pieces // step.pieces)
        for day, minutes in free[start:]:
            left -= max(0, minutes)
            if left <= 0:
                found.append((free[start][0], day))
                break
    return found


def tried_out(step: Step, days: Calendar, first: date, last: date) -> list[tuple[date, date]]:
    """The first and last day of every schedule between two days."""
    machines = min(days.machines, step.pieces)
    found = []
    for shared in product(range(step.pieces + 1), repeat=machines):
        if sum(shared) != step.pieces:
            continue
        ways = [_ends(step, days, pieces, at, first, last) for at, pieces in enumerate(shared) if pieces]
        found += [(min(start for start, _ in way), max(end for _, end in way)) for way in product(*ways)]
    return found


@given(SMALL_STEPS, SMALL_CALENDARS)
def test_forwards_nothing_ends_earlier(step: Step, days: Calendar):
    first = on(step.wait_days)
    ways = tried_out(step, days, first, on(10))
    if not ways:
        with pytest.raises(NoRoom):
            forward(step, days)
    else:
        assert forward(step, days).ends == min(end for _, end in ways)


@given(SMALL_STEPS, SMALL_CALENDARS, st.integers(0, 5))
def test_backwards_nothing_begins_later(step: Step, days: Calendar, by: int):
    ways = tried_out(step, days, on(step.wait_days), on(by))
    if not ways:
        with pytest.raises(NoRoom):
            backward(step, days, by=by)
    else:
        placed = backward(step, days, by=by)
        assert placed.starts == max(start for start, _ in ways)
        assert placed.ends <= on(by)


# Chains on larger calendars ------------------------------------------------------------------------------------------

CHAINS = st.lists(
    st.tuples(
        st.sampled_from([MILL, BEND]),
        st.integers(0, 300),
        st.integers(1, 2000),
        st.integers(1, 9),
        st.integers(0, 3),
    ).map(lambda each: Step(*each)),
    min_size=1,
    max_size=4,
)
WEEKS = st.builds(
    lambda machines, days: Calendar(
        machines, [OpenDay(on(n), max(0, each), max(0, each) * share // 4) for n, (each, share) in enumerate(days)]
    ),
    st.integers(1, 4),
    st.lists(st.tuples(st.integers(-400, 1500), st.integers(0, 4)), min_size=20, max_size=40),
)


@given(CHAINS, WEEKS, WEEKS)
def test_a_chain_keeps_its_order_and_takes_no_more_than_is_free(steps: list[Step], mill: Calendar, bend: Calendar):
    days = {MILL: mill, BEND: bend}
    free = {(place, each.day): each.free_min for place in days for each in days[place].days}
    try:
        placed = scheduling.forward(steps, days, after=on(-1))
    except NoRoom:
        return
    back = scheduling.backward(steps, days, by=placed[-1].ends, after=on(-1))
    for found in (placed, back):
        taken = Counter()
        for each in found:
            assert [line.day for line in each.lines] == sorted({line.day for line in each.lines})
            assert each.starts >= each.not_before
            assert each.minutes >= each.step.setup_min + each.step.run_min
            assert each.minutes <= each.machines * (each.step.setup_min + 1) + each.step.run_min
            for place, day, minutes in each.lines:
                assert minutes > 0
                taken[place, day] += minutes
        assert all(taken[key] <= free[key] for key in taken)
        assert scheduling.in_order(found)
        assert found[0].starts > on(-1 + steps[0].wait_days)
    assert back[-1].ends == placed[-1].ends
    assert all(early.starts <= late.starts for early, late in zip(placed, back, strict=True))
    with pytest.raises(NoRoom):
        scheduling.backward(steps, days, by=placed[-1].ends - timedelta(days=1), after=on(-1))


@given(CHAINS, WEEKS, WEEKS)
def test_the_causes_account_for_every_day(steps: list[Step], mill: Calendar, bend: Calendar):
    try:
        placed = scheduling.forward(steps, {MILL: mill, BEND: bend}, after=on(-1))
    except NoRoom:
        return
    days = [on(-1), *(each.ends for each in placed)]
    for each, (before, end) in zip(placed, pairwise(days), strict=True):
        assert sum(because.days for because in each.because) == (end - before).days


def test_lines_say_where():
    assert forward(Step(MILL, 0, 60), calendar(480)).lines == (Line(MILL, on(0), 60),)
    assert Because(Cause.WORK, 1) == forward(Step(MILL, 0, 60), calendar(480)).because[0]
