"""M1 with any number of payees: whoever drew, supplied and carries has a part, and the parts add up, always."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.orders import sharing
from marketplace.orders.models import Job, Share, ShareKind

FACTORY, PAYMENT, LATER = (UUID(int=number) for number in (1, 98, 99))
FURTHER = (ShareKind.ROYALTY, ShareKind.SUPPLY, ShareKind.DELIVERY)
CURRENCIES = ("JPY", "EUR", "KWD")
"""Of 0, 2 and 3 decimals."""


def job_of(parties, currency="EUR"):
    """A job that is shared like this, each party by its amount."""
    job = Job(id=UUID(int=97), factory_id=FACTORY, currency=currency)
    job.shares = [
        Share(
            job_id=job.id,
            number=number,
            payment_id=PAYMENT,
            kind=kind,
            party_id=party,
            amount_minor=minor,
            why=sharing.ORDERED,
        )
        for number, ((kind, party), minor) in enumerate(parties.items(), 1)
    ]
    return job


@st.composite
def shared(draw, *, step):
    """The platform, a factory, and up to eight further payees; one organisation may be several of them."""
    further = draw(st.sets(st.tuples(st.sampled_from(FURTHER), st.integers(1, 6)), max_size=8))
    parties = [(ShareKind.FACTORY, FACTORY), (ShareKind.PLATFORM_FEE, None), *((k, UUID(int=n)) for k, n in further)]
    return {party: draw(st.integers(1, 10**8)) * step for party in parties}


@pytest.mark.parametrize("currency", CURRENCIES)
@given(data=st.data())
def test_m1_whatever_is_given_up_and_added_the_parts_of_all_payees_add_up(currency, data):
    step = CHARGE_LIMITS[currency].step
    parties = data.draw(shared(step=step))
    job = job_of(parties, currency)
    left = total = sum(parties.values())
    for number, part in enumerate(data.draw(st.lists(st.integers(1, total // step), max_size=4))):
        back = min(part * step, left)
        if back:
            [given_up] = sharing.give_up(job, back, why=f"claim {number}")
            assert sum(given_up.by_party.values()) == given_up.minor == back
            left -= back
        assert sharing.total_minor(job) == left
        assert all(minor >= 0 for minor in sharing.entitled(job)[PAYMENT].values())
    more = data.draw(st.integers(1, 10**6)) * step
    sharing.grow(job, more, payment_id=LATER, why="change")

    assert sum(sharing.entitled(job)[LATER].values()) == more
    assert sharing.total_minor(job) == left + more
    assert all(share.amount_minor % step == 0 for share in job.shares)


@pytest.mark.parametrize("currency", CURRENCIES)
@given(data=st.data())
def test_m1_nobody_bears_more_than_a_step_beyond_their_exact_part(currency, data):
    step = CHARGE_LIMITS[currency].step
    parties = data.draw(shared(step=step))
    total = sum(parties.values())
    back = data.draw(st.integers(1, total // step)) * step
    job = job_of(parties, currency)
    sharing.give_up(job, back, why="claim")

    for party, now in sharing.entitled(job)[PAYMENT].items():
        assert abs((parties[party] - now) * total - back * parties[party]) < step * total


@given(data=st.data())
def test_m1_the_parts_do_not_depend_on_the_order_in_which_shares_were_written(data):
    parties = data.draw(shared(step=1))
    back = data.draw(st.integers(1, sum(parties.values())))
    shuffled = dict(data.draw(st.permutations(list(parties.items()))))
    one, other = job_of(parties), job_of(shuffled)
    sharing.give_up(one, back, why="claim")
    sharing.give_up(other, back, why="claim")

    assert sharing.entitled(one)[PAYMENT] == sharing.entitled(other)[PAYMENT]


def test_m1_a_tie_goes_to_the_platform_and_then_to_the_smaller_party_id():
    """Four equal parts and one cent, two cents, three: by hand."""
    parties = {
        (ShareKind.DELIVERY, UUID(int=4)): 100,
        (ShareKind.ROYALTY, UUID(int=2)): 100,
        (ShareKind.PLATFORM_FEE, None): 100,
        (ShareKind.SUPPLY, UUID(int=3)): 100,
    }
    borne = []
    for minor in (1, 2, 3):
        job = job_of(parties)
        [given_up] = sharing.give_up(job, minor, why="claim")
        borne.append([given_up.by_party[each] for each in (None, UUID(int=2), UUID(int=3), UUID(int=4))])

    assert borne == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]
