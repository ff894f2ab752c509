from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from marketplace.quoting.models import RankBy
from marketplace.quoting.rules import ranked

DAYS = st.dates(date(2027, 1, 1), date(2027, 1, 5))


def test_by_price_the_cheapest_by_date_the_earliest_and_equals_as_they_came():
    totals = [300, 100, 100, 200]
    dates = {0: date(2027, 1, 1), 1: date(2027, 1, 3), 2: date(2027, 1, 2), 3: date(2027, 1, 1)}

    assert ranked(RankBy.PRICE, totals, dates) == [2, 1, 3, 0]
    assert ranked(RankBy.DATE, totals, dates) == [3, 0, 2, 1]
    assert ranked(RankBy.PRICE, [7, 7, 7], dict.fromkeys((2, 0, 1), date(2027, 1, 1))) == [0, 1, 2]


@given(st.lists(st.tuples(st.integers(0, 9), DAYS), max_size=12), st.sampled_from(RankBy))
def test_everyone_with_a_date_is_ranked_once_and_nobody_stands_before_a_better_one(candidates, rank_by):
    totals = [total for total, _ in candidates]
    dates = {i: day for i, (_, day) in enumerate(candidates) if i % 3}
    order = ranked(rank_by, totals, dates)

    assert sorted(order) == sorted(dates)
    keys = [(totals[i], dates[i]) if rank_by is RankBy.PRICE else (dates[i], totals[i]) for i in order]
    assert keys == sorted(keys)
