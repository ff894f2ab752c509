"""Money: integers in minor units, a currency, and the one way to divide it.

Exponents are those of ISO 4217 as Stripe charges them (docs.stripe.com/currencies: zero- and three-decimal currencies).
No float comes near it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from marketplace.kernel.errors import Rejected

EXPONENTS: Final = {
    "EUR": 2, "USD": 2, "GBP": 2, "CHF": 2, "SEK": 2, "NOK": 2, "DKK": 2, "PLN": 2, "CZK": 2, "CAD": 2, "AUD": 2,
    "NZD": 2, "SGD": 2, "HKD": 2, "CNY": 2, "INR": 2, "MXN": 2, "BRL": 2, "THB": 2, "MYR": 2,
    "JPY": 0, "KRW": 0, "VND": 0, "CLP": 0,
    "KWD": 3, "BHD": 3, "OMR": 3, "JOD": 3, "TND": 3,
}  # fmt: skip
"""Decimals of each currency we trade in."""

LEAST_CHARGES: Final = {
    "GBP": 30, "SEK": 300, "NOK": 300, "DKK": 250, "PLN": 200, "CZK": 1500, "HKD": 400, "MXN": 1000, "THB": 1000,
    "MYR": 200,
}  # fmt: skip
LEAST_CHARGE_ELSEWHERE: Final = 50
LARGEST_CHARGE: Final = 99_999_999
"""Eight digits; a few currencies may have more, and none that we trade in has less."""


@dataclass(frozen=True, slots=True)
class ChargeLimits:
    """What can be charged to a card in one currency, in minor units: from the least to the largest, in whole steps."""

    least: int
    largest: int
    step: int

    def allow(self, minor: Any) -> Any:
        """Whether an amount can be charged; of a column of them, which can."""
        return (self.least <= minor) & (minor <= self.largest) & (minor % self.step == 0)


def _limits(currency: str) -> ChargeLimits:
    step = 10 if EXPONENTS[currency] == 3 else 1
    return ChargeLimits(LEAST_CHARGES.get(currency, LEAST_CHARGE_ELSEWHERE), LARGEST_CHARGE // step * step, step)


CHARGE_LIMITS: Final = {currency: _limits(currency) for currency in EXPONENTS}
"""Of each currency we trade in.

Source: docs.stripe.com/currencies, "Minimum and maximum charge amounts" and "Three-decimal currencies" (the last digit
is 0). Where it names no least amount, 50 minor units stand for it, as for most that it names.
"""


class CurrenciesDiffer(Rejected):
    """Amounts of different currencies are never added or compared."""

    code = "currencies_differ"


class CurrencyUnknown(Rejected):
    """Not a currency that this marketplace trades in."""

    code = "currency_unknown"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, in its minor unit."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.currency not in EXPONENTS:
            raise CurrencyUnknown(f"{self.currency!r} is not a currency we trade in.", known=sorted(EXPONENTS))
        if type(self.minor) is not int:
            raise TypeError(f"money is counted in whole minor units, not in {type(self.minor).__name__}")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return written(self.minor, self.currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrenciesDiffer(f"{self.currency} and {other.currency} cannot be added.")
        return other.minor


@lru_cache(maxsize=4096)
def written(minor: int, currency: str) -> str:
    """An amount as people read it: thousands apart, as many decimals as the currency has, and its code."""
    exponent = EXPONENTS[currency]
    digits = str(abs(minor)).zfill(exponent + 1)
    units, rest = (digits[:-exponent], f".{digits[-exponent:]}") if exponent else (digits, "")
    if len(units) > 3:
        units = f"{int(units):,}"
    return f"{'-' if minor < 0 else ''}{units}{rest} {currency}"


def per_cent(bps: int) -> str:
    """A rate as people write it: 2,550 basis points are 25.5 %."""
    whole, rest = divmod(bps, 100)
    return f"{whole}{f'.{rest:02d}'.rstrip('0') if rest else ''} %"


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Divide an amount by integer weights so that the parts add up to it, to the minor unit.

    Largest remainder (Hamilton); ties go to the earlier part, so callers order parties by id. A negative total is
    divided as its mirror image.
    """
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("weights are non-negative and not all zero")
    if total < 0:
        return [-part for part in split(-total, weights)]
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    for index in sorted(range(len(weights)), key=lambda i: -remainders[i])[: total - sum(parts)]:
        parts[index] += 1
    return parts


def round_half_even(numerator: int, denominator: int) -> int:
    """The integer nearest to a fraction, a tie going to the even one (IEEE 754 roundTiesToEven); exact for any size."""
    if denominator <= 0:
        raise ValueError("the denominator is positive")
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    return quotient + (twice > denominator or (twice == denominator and quotient % 2 == 1))
