"""The rates: what the file says of which day, and what admins have decided since."""

from datetime import date, timedelta

import pytest

from marketplace.taxes import numbers
from marketplace.taxes.rates import DECIDED, HIGHEST_BPS, Decided, history, in_force, published, sources
from marketplace.taxes.rules import EU

DAY = date(2026, 11, 28)


def test_every_member_state_and_every_country_whose_numbers_are_checked_has_a_rate():
    assert set(published()) == EU | numbers.ELSEWHERE.keys()
    assert len(EU) == 27


@pytest.mark.parametrize("country", sorted(published()))
def test_a_countrys_rates_follow_each_other_without_gap_and_have_a_source(country):
    rates = published()[country]

    assert [each.until for each in rates] == [each.since - timedelta(days=1) for each in rates[1:]] + [None]
    for each in rates:
        assert 0 < each.services_bps <= each.goods_bps <= HIGHEST_BPS
        assert sources()[each.source]
    assert in_force(DAY)[country] == rates[-1]


def test_every_source_is_cited():
    assert {each.source for rates in published().values() for each in rates} == set(sources())


@pytest.mark.parametrize(
    ("country", "day", "goods", "services"),
    [
        ("EE", date(2023, 12, 31), 2_000, 2_000),
        ("EE", date(2024, 1, 1), 2_200, 2_200),
        ("EE", date(2025, 7, 1), 2_400, 2_400),
        ("FI", date(2024, 8, 31), 2_400, 2_400),
        ("FI", date(2024, 9, 1), 2_550, 2_550),
        ("SK", date(2025, 1, 1), 2_300, 2_300),
        ("RO", date(2025, 7, 31), 1_900, 1_900),
        ("RO", date(2025, 8, 1), 2_100, 2_100),
        ("CH", date(2023, 12, 31), 770, 770),
        ("CH", date(2024, 1, 1), 810, 810),
        ("SG", date(2023, 6, 1), 800, 800),
        ("CN", date(2019, 3, 31), 1_600, 600),
        ("CN", date(2019, 4, 1), 1_300, 600),
        ("JP", date(2019, 10, 1), 1_000, 1_000),
    ],
)
def test_rates_change_on_their_day(country, day, goods, services):
    rate = in_force(day)[country]

    assert (rate.goods_bps, rate.services_bps) == (goods, services)


def test_before_its_first_day_a_country_has_no_rate():
    assert "IN" not in in_force(date(2017, 6, 30))
    assert "IN" in in_force(date(2017, 7, 1))


def test_what_an_admin_decides_holds_from_its_day_and_leaves_the_days_before_as_they_were():
    decided = (Decided("DE", 2_000, 2_100, date(2027, 1, 1)),)

    assert in_force(date(2026, 12, 31), decided)["DE"] == in_force(date(2026, 12, 31))["DE"]._replace(
        until=date(2026, 12, 31)
    )
    then = in_force(date(2027, 1, 1), decided)["DE"]
    assert (then.goods_bps, then.services_bps, then.source, then.until) == (2_000, 2_100, DECIDED, None)
    assert in_force(date(2027, 1, 1), decided)["FR"] == in_force(date(2027, 1, 1))["FR"]


def test_of_several_from_one_day_the_one_decided_last_counts():
    decided = [Decided("DE", bps, bps, date(2027, 1, 1)) for bps in (2_000, 1_800)]

    assert history("DE", decided)[-1].goods_bps == 1_800
    assert len(history("DE", decided)) == len(published()["DE"]) + 1
