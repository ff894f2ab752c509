"""What follows from an order's tables: which state jobs make, and what a cancellation gives back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders.models import Side
from marketplace.orders.rules import CANCELLING, WHOLE_BPS, back_minor
from marketplace.orders.states import JOB, OFF, ORDER, JobState, OrderState, state_of

STATES = list(JobState)


@pytest.mark.parametrize(
    ("jobs", "state"),
    [
        (["offered", "declined"], OrderState.PAID),
        (["countered"], OrderState.PAID),
        (["accepted", "offered"], OrderState.IN_PRODUCTION),
        (["done", "offered"], OrderState.IN_PRODUCTION),
        (["shipped", "done", "cancelled"], OrderState.SHIPPED),
        (["claimed", "done"], OrderState.SHIPPED),
        (["done", "declined"], OrderState.ACCEPTED),
        (["declined", "cancelled"], OrderState.CANCELLED),
    ],
)
def test_an_order_is_as_far_as_the_least_advanced_of_its_living_jobs(jobs, state):
    assert state_of([JobState(job) for job in jobs]) is state


@given(st.lists(st.sampled_from([each for each in STATES if each is not JobState.WAITING]), min_size=1, max_size=6))
def test_the_order_of_jobs_and_those_that_are_off_say_nothing(jobs):
    living = [job for job in jobs if job not in OFF]
    assert state_of(jobs) is state_of(sorted(jobs))
    assert state_of(jobs) is state_of(living)


@given(
    st.lists(st.sampled_from([each for each in STATES if each is not JobState.WAITING]), min_size=1, max_size=4),
    st.data(),
)
def test_one_move_of_a_job_moves_its_order_by_an_allowed_move_or_not_at_all(jobs, data):
    at = data.draw(st.integers(0, len(jobs) - 1))
    following = sorted(JOB.moves.get(jobs[at], ()))
    if following:
        before = state_of(jobs)
        after = state_of([*jobs[:at], data.draw(st.sampled_from(following)), *jobs[at + 1 :]])
        assert before is after or ORDER.allows(before, after)


@given(
    total=st.integers(1, 10**8),
    quantity=st.integers(1, 10**4),
    shipped=st.integers(0, 10**4),
    step=st.sampled_from([1, 10]),
    terms=st.sampled_from([each for states in CANCELLING.values() for each in states.values()]),
)
def test_never_more_goes_back_than_was_paid_and_never_more_the_more_has_left(total, quantity, shipped, step, terms):
    left = quantity - min(shipped, quantity)
    total = total // step * step
    back = back_minor(terms, total, quantity=quantity, left=left, step=step)
    assert 0 <= back <= total
    assert back % step == 0
    assert back >= back_minor(terms, total, quantity=quantity, left=max(left - 1, 0), step=step)
    if terms.back_bps == WHOLE_BPS and left == quantity:
        assert back == total
    if left == 0:
        assert back == 0


def test_a_factory_that_gives_up_is_paid_nothing_in_any_state():
    assert {terms.back_bps for terms in CANCELLING[Side.FACTORY].values()} == {WHOLE_BPS}
