"""Refunds and changes divide a job's tax as they divide the rest: by the shares, to the minor unit (M1)."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.orders import sharing
from marketplace.orders.models import Job, Share, ShareKind
from marketplace.orders.sharing import PLATFORMS_TAX

FACTORY, PAYMENT, LATER = (UUID(int=number) for number in (1, 2, 3))
PARTIES = (
    (ShareKind.FACTORY, FACTORY),
    (ShareKind.PLATFORM_FEE, None),
    (ShareKind.TAX, FACTORY),
    PLATFORMS_TAX,
)


def job_of(amounts, currency="EUR"):
    """A job that is shared like this among factory, platform, the factory's state and the platform's."""
    job = Job(id=UUID(int=9), factory_id=FACTORY, currency=currency)
    job.shares = [
        Share(
            job_id=job.id,
            number=number,
            payment_id=PAYMENT,
            kind=kind,
            party_id=party,
            amount_minor=minor,
            why="ordered",
        )
        for number, ((kind, party), minor) in enumerate(zip(PARTIES, amounts, strict=True), 1)
    ]
    return job


def left(job):
    """What each party is still to get."""
    (parties,) = sharing.entitled(job).values()
    return [parties[party] for party in PARTIES]


@pytest.mark.parametrize(("currency", "step"), [("JPY", 1), ("EUR", 1), ("KWD", 10)])
@given(data=st.data())
def test_m1_a_refund_takes_each_partys_part_and_what_is_left_is_the_rest(currency, step, data):
    amounts = [data.draw(st.integers(0 if at else 1, 10**9)) * step for at in range(4)]
    back = data.draw(st.integers(1, sum(amounts) // step)) * step
    job = job_of(amounts, currency)
    (given_up,) = sharing.give_up(job, back, why="claim")
    taken = [was - now for was, now in zip(amounts, left(job), strict=True)]

    assert sum(taken) == back == given_up.minor
    assert given_up.tax_minor == taken[3]
    assert given_up.by_party.get(FACTORY, 0) == taken[0] + taken[2]
    assert given_up.by_party.get(None, 0) == taken[1] + taken[3]
    for minor, was in zip(taken, amounts, strict=True):
        assert abs(minor * sum(amounts) - back * was) < step * sum(amounts)
        assert minor % CHARGE_LIMITS[currency].step == 0


@given(st.lists(st.integers(1, 10**6), min_size=4, max_size=4), st.lists(st.integers(1, 10**5), max_size=6))
def test_m1_several_refunds_end_where_all_of_it_is_given_back(amounts, refunds):
    job = job_of(amounts)
    for number, wanted in enumerate(refunds):
        if minor := min(wanted, sharing.total_minor(job)):
            sharing.give_up(job, minor, why=f"claim {number}")
    if rest := sharing.total_minor(job):
        sharing.give_up(job, rest, why="all")

    assert left(job) == [0, 0, 0, 0]


def test_what_is_dearer_is_shared_with_its_tax_as_it_was_ordered():
    """100.00 net of which 8.00 fee, 19 % on it, 1.52 on the fee: a change up by 11.90 has 1.90 of tax in it."""
    job = job_of([9_048, 800, 1_900, 152])
    assert sharing.change_of(job, 1_190) == 905
    sharing.grow(job, 1_190, payment_id=LATER, why="change 1")

    assert [sharing.entitled(job)[LATER][party] for party in PARTIES] == [905, 80, 190, 15]


def test_a_refund_of_half_is_worked_by_hand():
    job = job_of([9_048, 800, 1_900, 152])
    (given_up,) = sharing.give_up(job, 5_950, why="claim")

    assert left(job) == [4_524, 400, 950, 76]
    assert (given_up.by_party, given_up.tax_minor) == ({FACTORY: 5_474, None: 476}, 76)
