"""The book as text that beancount reads (bean-check, Fava, bean-query). Pure.

Syntax: beancount.github.io/docs/beancount_language_syntax.html. Each account of an order, or of an order and a party,
has a beancount account of its own, the party first, so that what is payable to somebody is one subtree.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from marketplace.kernel.money import EXPONENTS
from marketplace.ledger.models import AccountKind
from marketplace.ledger.values import Booked, Place

ROOTS: Final[Mapping[AccountKind, str]] = {
    AccountKind.STRIPE: "Assets",
    AccountKind.BANK: "Assets",
    AccountKind.STRIPE_FEES: "Expenses",
    AccountKind.PLATFORM_FEE: "Income",
}
"""What is not here is owed to somebody, or waits to be."""


def header(currencies: Sequence[str], *, first_day: date) -> str:
    """Title, currencies and their decimals. Sums are exact: nothing is tolerated."""
    lines = ['option "title" "Commonforge"']
    lines += [f'option "operating_currency" "{each}"' for each in currencies]
    lines += ['option "inferred_tolerance_default" "*:0"', ""]
    for each in currencies:
        lines += [f"{first_day} commodity {each}", f"  decimals: {EXPONENTS[each]}"]
    return "\n".join(lines) + "\n\n"


def opened(place: Place, *, first_day: date) -> str:
    """An account comes to be; the platform's own are one for all currencies."""
    return f"{first_day} open {account(place)}\n"


def account(place: Place) -> str:
    """What an account of ours is called: Liabilities:Payable:PARTY:ORDER, say."""
    kind = "".join(each.capitalize() for each in place.kind.value.split("_"))
    parts = (ROOTS.get(place.kind, "Liabilities"), kind, _component(place.party_id), _component(place.order_id))
    return ":".join(each for each in parts if each)


def _component(each: UUID | None) -> str:
    """An id as a part of a name: it begins with a letter or digit, and has no small letters."""
    return "" if each is None else str(each).upper()


def entry(booked: Booked) -> str:
    """One journal with its lines."""
    lines = [
        f'{booked.at.date()} * "{_quoted(booked.kind)}"',
        f'  reference: "{_quoted(booked.reference)}"',
        f'  at: "{booked.at.isoformat()}"',
    ]
    if booked.order_id is not None:
        lines.append(f'  order: "{booked.order_id}"')
    lines += [f"  {account(each.place)}  {decimal(each.amount_minor, each.place.currency)}" for each in booked.lines]
    return "\n".join(lines) + "\n\n"


def balance(place: Place, minor: int, *, after: date) -> str:
    """What an account must come to at the end of a day; bean-check fails where it does not."""
    return f"{after + timedelta(days=1)} balance {account(place)}  {decimal(minor, place.currency)}\n"


def decimal(minor: int, currency: str) -> str:
    """An amount with the decimals of its currency, and its code: 12.34 EUR, 1234 JPY, 1.234 KWD."""
    return f"{number(minor, currency)} {currency}"


def number(minor: int, currency: str) -> str:
    """The same without its code, and without thousands apart: for programs."""
    exponent = EXPONENTS[currency]
    digits = str(abs(minor)).zfill(exponent + 1)
    shown = f"{digits[:-exponent]}.{digits[-exponent:]}" if exponent else digits
    return f"-{shown}" if minor < 0 else shown


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
