from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.kernel.money import (
    CHARGE_LIMITS,
    EXPONENTS,
    CurrenciesDiffer,
    CurrencyUnknown,
    Money,
    per_cent,
    round_half_even,
    split,
)
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.money import check_charge

amounts = st.integers(-(10**15), 10**15)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)
currencies = st.sampled_from(sorted(EXPONENTS))


@given(amounts, weights, currencies)
def test_m1_the_parts_of_a_split_add_up_to_it_in_every_currency(total, weights, currency):
    parts = [Money(part, currency) for part in split(total, weights)]

    assert sum(parts[1:], parts[0]) == Money(total, currency)


@given(amounts, weights)
def test_no_part_of_a_split_is_a_whole_unit_away_from_its_exact_share(total, weights):
    for part, weight in zip(split(total, weights), weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1


def test_a_split_gives_what_is_left_to_the_largest_remainders_and_then_to_the_earlier():
    assert split(100, [1, 1, 1]) == [34, 33, 33]
    assert split(5, [2, 1, 4]) == [1, 1, 3]
    assert split(-100, [1, 1, 1]) == [-34, -33, -33]
    assert split(0, [3, 5]) == [0, 0]


@pytest.mark.parametrize("bad", [[], [0, 0], [-1, 2]])
def test_a_split_needs_weights(bad):
    with pytest.raises(ValueError, match="weights"):
        split(10, bad)


@pytest.mark.parametrize(
    ("bps", "told"), [(0, "0 %"), (1_900, "19 %"), (2_550, "25.5 %"), (810, "8.1 %"), (5, "0.05 %")]
)
def test_rates_are_written_as_people_write_them(bps, told):
    assert per_cent(bps) == told


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30))
def test_rounding_is_half_even_and_exact_at_any_size(numerator, denominator):
    assert round_half_even(numerator, denominator) == round(Fraction(numerator, denominator))


def test_rounding_needs_a_positive_denominator():
    with pytest.raises(ValueError, match="positive"):
        round_half_even(1, 0)


def test_currencies_never_mix():
    with pytest.raises(CurrenciesDiffer):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(CurrenciesDiffer):
        Money(1, "EUR") - Money(1, "JPY")


@pytest.mark.parametrize("minor", [1.0, True, "1", Decimal(1)])
def test_money_is_counted_in_whole_minor_units(minor):
    with pytest.raises(TypeError, match="whole minor units"):
        Money(minor, "EUR")


def test_an_unknown_currency_is_refused():
    with pytest.raises(CurrencyUnknown):
        Money(1, "XYZ")


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(123456, "EUR", "1,234.56 EUR"), (-5, "USD", "-0.05 USD"), (1234, "JPY", "1,234 JPY"), (1234, "KWD", "1.234 KWD")],
)
def test_money_reads_as_people_write_it(minor, currency, text):
    assert str(Money(minor, currency)) == text


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_what_can_be_charged_is_what_the_local_stripe_takes(currency):
    limits = CHARGE_LIMITS[currency]
    for minor in (limits.least, limits.largest):
        assert limits.allow(minor)
        check_charge(minor, currency.lower())
    between = [] if limits.step == 1 else [limits.least + 1, limits.largest - 1]
    for minor in (limits.least - limits.step, limits.largest + limits.step, *between):
        assert not limits.allow(minor)
        with pytest.raises(InvalidRequest):
            check_charge(minor, currency.lower())


@pytest.mark.parametrize(
    ("minor", "currency", "may"),
    [
        (0, "EUR", False), (20, "EUR", False), (49, "EUR", False), (50, "EUR", True),
        (99_999_999, "EUR", True), (100_000_000, "EUR", False), (49, "JPY", False), (51, "JPY", True),
        (29, "GBP", False), (30, "GBP", True), (12_340, "KWD", True), (12_345, "KWD", False), (99_999_990, "KWD", True),
    ],
)  # fmt: skip
def test_an_amount_is_charged_within_its_limits_and_in_its_steps(minor, currency, may):
    assert CHARGE_LIMITS[currency].allow(minor) is may
