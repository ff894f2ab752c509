"""Laying what is left of jobs otherwise: whatever is done, nothing begun moves and no day gives more than it has."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.capacity import replanning, scheduling, whole_plans
from marketplace.capacity.dispatching import best
from marketplace.capacity.errors import NoRoom, OperationOver, OperationUnknown, SharesImpossible
from marketplace.capacity.replanning import Direction, Part, Plan, Planned, plan_of
from marketplace.capacity.scheduling import Calendar, OpenDay, Step
from marketplace.capacity.whole_plans import House

TODAY = date(2027, 3, 1)
MILL, OTHER, BEND = UUID(int=1), UUID(int=2), UUID(int=3)
PLACES = (MILL, OTHER, BEND)


def on(day: int) -> date:
    return TODAY + timedelta(days=day)


def open_days(*free: int, first: int = 1, open_min: int = 480) -> Calendar:
    return Calendar(1, [OpenDay(on(first + n), open_min, each) for n, each in enumerate(free)])


FREE = {place: open_days(*[480] * 40) for place in PLACES}


def planned(steps, *lines) -> Plan:
    return plan_of(
        steps, [Planned(number, place, on(day), minutes) for number, place, day, minutes in lines], today=TODAY
    )


def days(plan: Plan, number: int) -> list[tuple[UUID, int, int]]:
    return [(place, (day - TODAY).days, minutes) for place, day, minutes in plan.operation(number).ahead]


CHAIN = [Step(MILL, 60, 600, pieces=10), Step(BEND, 0, 100, pieces=10, wait_days=1)]
LAID = planned(CHAIN, (1, MILL, 1, 480), (1, MILL, 2, 180), (2, BEND, 4, 100))


def test_an_operation_that_moves_pushes_the_next_only_as_far_as_it_must():
    later = replanning.moved(LAID, FREE, 1, [Part(MILL, 10)], not_before=on(2))

    assert days(later, 1) == [(MILL, 2, 480), (MILL, 3, 180)]
    assert days(later, 2) == [(BEND, 5, 100)]
    assert days(replanning.moved(later, FREE, 1, [Part(MILL, 10)]), 2) == [(BEND, 5, 100)], (
        "it stays, for there is room"
    )


def test_an_operation_does_not_come_before_the_one_before_it():
    assert days(replanning.moved(LAID, FREE, 2, [Part(BEND, 10)], not_before=on(1)), 2) == [(BEND, 4, 100)]


def test_parts_at_one_work_centre_take_different_minutes():
    split = replanning.moved(LAID, FREE, 1, [Part(MILL, 6), Part(MILL, 4, on(5))])

    assert days(split, 1) == [(MILL, 1, 420), (MILL, 5, 300)]


def test_minutes_of_today_stay_and_a_set_up_that_they_cover_is_done():
    begun = planned(CHAIN, (1, MILL, 0, 400), (1, MILL, 1, 260), (2, BEND, 4, 100))

    here = replanning.moved(begun, FREE, 1, [Part(MILL, begun.operation(1).pieces_left)], not_before=on(3))
    there = replanning.moved(begun, FREE, 1, [Part(OTHER, begun.operation(1).pieces_left)])

    assert begun.operation(1).pieces_left == 5
    assert here.operation(1).begun == there.operation(1).begun == begun.operation(1).begun
    assert days(here, 1) == [(MILL, 3, 260)]
    assert days(there, 1) == [(OTHER, 1, 260 + 60)], "another machine is set up first"


def test_what_makes_no_sense_is_refused():
    over = planned(CHAIN, (1, MILL, -1, 480), (1, MILL, 0, 180), (2, BEND, 2, 100))
    with pytest.raises(OperationOver):
        replanning.moved(over, FREE, 1, [Part(MILL, over.operation(1).pieces_left)])
    for number in (0, 3):
        with pytest.raises(OperationUnknown):
            replanning.moved(LAID, FREE, number, [Part(MILL, 10)])
    for parts in ([Part(MILL, 9)], [Part(MILL, 11)], [Part(MILL, 10), Part(OTHER, 0)], []):
        with pytest.raises(SharesImpossible):
            replanning.moved(LAID, FREE, 1, parts)
    with pytest.raises(NoRoom):
        replanning.relaid(LAID, FREE, Direction.BACKWARD, by=on(3))


def test_a_split_that_is_laid_anew_is_done_where_most_of_it_was():
    split = replanning.moved(LAID, FREE, 1, [Part(MILL, 3), Part(OTHER, 7)])

    assert days(replanning.relaid(split, FREE, Direction.FORWARD, by=on(20)), 1) == [(OTHER, 1, 480), (OTHER, 2, 180)]


def test_a_plan_of_which_nothing_is_left_stays():
    over = planned(CHAIN, (1, MILL, -3, 660), (2, BEND, 0, 100))

    assert replanning.relaid(over, FREE, Direction.FORWARD, by=on(9)) == over
    assert over.ends == TODAY


STEPS = st.lists(
    st.tuples(
        st.sampled_from(PLACES), st.integers(0, 200), st.integers(1, 900), st.integers(1, 12), st.integers(0, 2)
    ).map(lambda each: Step(*each)),
    min_size=1,
    max_size=3,
)
CALENDARS = st.fixed_dictionaries(
    {
        place: st.lists(st.integers(0, 480), min_size=30, max_size=40).map(lambda free: open_days(*free, first=-4))
        for place in PLACES
    }
)
MOVES = st.lists(
    st.tuples(
        st.integers(1, 3), st.sampled_from(PLACES), st.sampled_from(PLACES), st.integers(0, 12), st.integers(0, 12)
    ),
    max_size=5,
)


def after(plan: Plan, calendars, move) -> Plan:
    number, place, second, not_before, share = move
    pieces = plan.operation(number).pieces_left
    parts = (
        [Part(place, pieces)] if share == 0 or share >= pieces else [Part(place, share), Part(second, pieces - share)]
    )
    return replanning.moved(plan, calendars, number, parts, not_before=on(not_before))


@given(STEPS, CALENDARS, MOVES, st.sampled_from(Direction))
@settings(max_examples=150)
def test_no_day_gives_more_than_it_has_whatever_is_moved(steps, calendars, moves, direction):
    """Calendars show what others leave free; the job's own minutes are taken from them as it is laid."""
    try:
        placed = scheduling.forward(steps, calendars, after=on(-4))
    except NoRoom:
        return
    first = plan_of(steps, [Planned(n, *line) for n, each in enumerate(placed, 1) for line in each.lines], today=TODAY)
    free = {(place, each.day): each.free_min for place in PLACES for each in calendars[place].days}
    plan = first
    for step in (*moves, None):
        ahead = {place: Calendar(1, [each for each in calendars[place].days if each.day > TODAY]) for place in PLACES}
        standing = replanning.freed(ahead, plan.ahead, back=-1)
        try:
            if step is None:
                plan = replanning.relaid(plan, standing, direction, by=on(40))
            else:
                plan = after(plan, standing, step)
        except (NoRoom, OperationOver, OperationUnknown):
            continue
        taken = Counter()
        for each in plan.operations:
            for place, day, minutes in each.lines:
                taken[place, day] += minutes
        assert all(minutes <= free[key] for key, minutes in taken.items())
        assert [each.begun for each in plan.operations] == [each.begun for each in first.operations]
        for earlier, later in pairwise(plan.operations):
            if later.ahead:
                assert later.starts_ahead > earlier.ends + timedelta(days=later.step.wait_days)
        assert all(each.minutes >= each.step.run_min for each in plan.operations)


# Many jobs together --------------------------------------------------------------------------------------------------


def house(*jobs: tuple[int, int, int], free: int = 30) -> House:
    """Jobs of one mill, one after another: (day from which they lie, days of work, day by which they are due)."""
    plans, work_by = {}, {}
    taken = []
    for number, (first, length, due) in enumerate(jobs, 1):
        job = UUID(int=number)
        lines = [(1, MILL, first + n, 480) for n in range(length)]
        plans[job] = planned([Step(MILL, 0, 480 * length)], *lines)
        work_by[job] = on(due)
        taken += plans[job].ahead
    return House(plans, work_by, replanning.freed({MILL: open_days(*[480] * free)}, taken, back=-1))


def tried(these: House, *, may_break: bool = False):
    wanted = whole_plans.by_schedule(these, best(these.shop()))
    return whole_plans.best(these, wanted, may_break=may_break)


def test_who_is_due_first_comes_first_where_that_keeps_a_promise():
    these = house((1, 5, 20), (6, 2, 3))
    assert these.late_days(these.plans) == 4

    found = tried(these)

    assert these.late_days(found) == 0
    assert [found[job].ends for job in these.jobs] == [on(2), on(7)]


def test_a_gap_is_closed():
    these = house((4, 2, 20), (10, 2, 20))

    assert sorted(plan.ends for plan in tried(these).values()) == [on(2), on(4)]


def test_nobody_is_made_late_for_others_unless_that_may_be():
    """Three short jobs are late behind a long one that is just in time."""
    these = house((1, 4, 4), (5, 1, 1), (6, 1, 2), (7, 1, 3))

    assert tried(these) == these.plans
    assert these.late_days(tried(these, may_break=True)) == 3 < these.late_days(these.plans)


def test_a_house_without_jobs_is_planned():
    assert tried(House({}, {}, {})) == {}
