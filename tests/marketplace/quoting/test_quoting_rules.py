from collections import Counter
from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.ids import new_id
from marketplace.quoting.models import RankBy
from marketplace.quoting.rules import Candidate, because, lot, ranked

DAYS = st.dates(date(2027, 1, 1), date(2027, 1, 5))
SEED = UUID(int=7)
IDS = [UUID(int=n) for n in range(4)]


def test_by_price_the_cheapest_by_date_the_earliest():
    days = [date(2027, 1, day) for day in (1, 3, 2, 1)]
    candidates = [Candidate(*each) for each in zip(IDS, (300, 100, 100, 200), days, strict=True)]

    assert ranked(RankBy.PRICE, candidates, seed=SEED) == [2, 1, 3, 0]
    assert ranked(RankBy.DATE, candidates, seed=SEED) == [3, 0, 2, 1]


def test_equals_are_drawn_by_the_quotes_id_which_anybody_can_do_again():
    equal = [Candidate(each, 7, date(2027, 1, 1)) for each in IDS]
    order = ranked(RankBy.PRICE, equal, seed=SEED)

    assert order == ranked(RankBy.DATE, equal, seed=SEED)
    assert order == sorted(range(4), key=lambda i: lot(SEED, IDS[i]))
    assert [IDS[i] for i in order] == [equal[::-1][i].listing_id for i in ranked(RankBy.PRICE, equal[::-1], seed=SEED)]


def test_over_many_quotes_everybody_wins_a_draw_about_as_often():
    """2,000 draws of four: each wins 500 ± 19 (one deviation); five deviations are allowed."""
    equal = [Candidate(each, 7, date(2027, 1, 1)) for each in IDS]
    first = Counter(ranked(RankBy.PRICE, equal, seed=new_id())[0] for _ in range(2_000))

    assert all(abs(first[i] - 500) < 5 * 19.4 for i in range(4)), first


@given(st.lists(st.tuples(st.uuids(), st.integers(0, 9), DAYS), max_size=12), st.sampled_from(RankBy), st.uuids())
def test_everyone_is_ranked_once_and_nobody_stands_before_a_better_one(given_, rank_by, seed):
    candidates = [Candidate(*each) for each in given_]
    order = ranked(rank_by, candidates, seed=seed)

    assert sorted(order) == list(range(len(candidates)))
    keys = [(c.net_minor, c.ships_on) if rank_by is RankBy.PRICE else (c.ships_on, c.net_minor) for c in candidates]
    assert [keys[i] for i in order] == sorted(keys)


class Offered:
    currency = "EUR"

    def __init__(self, net_minor, day):
        self.net_minor, self.ships_on = net_minor, date(2027, 1, day)


def test_each_position_says_why():
    cheap, dear, late = Offered(1000, 2), Offered(1230, 1), Offered(1000, 5)

    assert because(RankBy.PRICE, cheap, None) == "the lowest total"
    assert because(RankBy.DATE, dear, None) == "the earliest date"
    assert because(RankBy.PRICE, dear, cheap) == "2.30 EUR more"
    assert because(RankBy.PRICE, late, cheap) == "3 days later"
    assert because(RankBy.DATE, late, cheap) == "3 days later"
    assert because(RankBy.DATE, Offered(1230, 2), cheap) == "2.30 EUR more"
    assert because(RankBy.PRICE, cheap, cheap) == "the same total and date; the draw decided"
