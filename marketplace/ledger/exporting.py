"""The book written out, as it is read: page by page, so that a long one needs no more memory than a short one.

What is posted while it is being written is left out. Each page is read by itself: no reading holds up the database.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from marketplace.kernel import clock, transaction
from marketplace.ledger import beancount, queries
from marketplace.ledger.errors import PeriodUnfit, StatementTooLong
from marketplace.ledger.models import AccountKind
from marketplace.ledger.values import OfCurrency, Period, Place, Statement, StatementEntry

LONGEST_DAYS: Final = 366
MOST_MOVEMENTS: Final = 1_000
"""In a statement that is shown whole; the file has them all."""

COLUMNS: Final = (
    "at", "journal", "kind", "reference", "order", "account", "account_order", "party", "currency", "amount_minor",
    "amount",
)  # fmt: skip
OF_STATEMENT: Final = (
    "at", "kind", "reference", "order", "order_id", "currency", "amount_minor", "amount", "balance_minor",
)  # fmt: skip


def as_beancount() -> Iterator[str]:
    """The whole book as beancount text, with what the platform's own accounts come to.

    Accounts are opened after what uses them, and their order does not matter to beancount: one that is made while the
    book is being written is there too.
    """
    until, first = clock.now(), queries.first_posted_at()
    if first is None:
        yield "; Nothing has been posted yet.\n"
        return
    first_day, last_day = first.date(), until.date()
    balances: dict[Place, int] = defaultdict(int)
    for page in queries.booked(until=until):
        transaction.end_reading()
        for line in (line for booked in page for line in booked.lines if line.place.is_of_the_platform):
            balances[line.place] += line.amount_minor
        yield "".join(beancount.entry(each) for each in page)
    currencies, opened = set[str](), set[AccountKind]()
    for places in queries.places():
        transaction.end_reading()
        currencies |= {each.currency for each in places}
        yield "".join(beancount.opened(each, first_day=first_day) for each in _once(places, opened))
    yield beancount.header(sorted(currencies), first_day=first_day)
    in_order = sorted(balances.items(), key=lambda each: (each[0].kind, each[0].currency))
    yield "".join(beancount.balance(place, minor, after=last_day) for place, minor in in_order)


def _once(places: Iterable[Place], opened: set[AccountKind]) -> Iterator[Place]:
    """Those of an order, each; of the platform's own, which are one for all currencies, each kind once."""
    for place in places:
        if not place.is_of_the_platform:
            yield place
        elif place.kind not in opened:
            opened.add(place.kind)
            yield place


def as_csv(period: Period) -> Iterator[str]:
    """Every line of every journal of a period."""
    yield _row(COLUMNS)
    for page in queries.booked(since=period.since, until=min(period.until, clock.now())):
        transaction.end_reading()
        yield "".join(
            _row(
                (
                    booked.at.isoformat(),
                    booked.id,
                    booked.kind,
                    booked.reference,
                    booked.order_id or "",
                    line.place.kind,
                    line.place.order_id or "",
                    line.place.party_id or "",
                    line.place.currency,
                    line.amount_minor,
                    beancount.number(line.amount_minor, line.place.currency),
                )
            )
            for booked in page
            for line in booked.lines
        )


def period(*, first_day: Any, last_day: Any) -> Period:
    """Whole days, as asked for: without, from the first of this month until today. Raises PeriodUnfit."""
    today = clock.now().date()
    last = last_day or today
    first = first_day or last.replace(day=1)
    if not 0 <= (last - first).days < LONGEST_DAYS:
        raise PeriodUnfit(f"A period begins before it ends, and has at most {LONGEST_DAYS} days.")
    return Period(first, last)


def stated(wanted: Period, opening: Iterable[tuple[str, int]], moved: Sequence[StatementEntry]) -> Statement:
    """A statement out of its parts. Raises StatementTooLong."""
    if len(moved) > MOST_MOVEMENTS:
        raise StatementTooLong(f"There are more than {MOST_MOVEMENTS} movements: ask for fewer days, or for the file.")
    opened = {currency: minor for currency, minor in opening if minor}
    currencies = sorted({*opened, *(each.currency for each in moved)})
    return Statement(wanted, [_of_currency(each, opened.get(each, 0), moved) for each in currencies])


def _of_currency(currency: str, opening_minor: int, moved: Sequence[StatementEntry]) -> OfCurrency:
    movements = [each for each in moved if each.currency == currency]
    return OfCurrency(currency, opening_minor, opening_minor + sum(each.amount_minor for each in movements), movements)


def stated_as_csv(
    wanted: Period, opening: Iterable[tuple[str, int]], pages: Iterable[Sequence[StatementEntry]]
) -> Iterator[str]:
    """A statement's file out of its parts: openings, movements with the balance after each, closings.

    They stand in the order in which they were made. Days and instants are written as in the statement that is shown.
    """
    balances = {currency: minor for currency, minor in opening if minor}
    yield _row(OF_STATEMENT)
    yield "".join(
        _standing(wanted.first_day, "opening", currency, minor) for currency, minor in sorted(balances.items())
    )
    for page in pages:
        transaction.end_reading()
        written = []
        for each in page:
            balances[each.currency] = balances.get(each.currency, 0) + each.amount_minor
            written.append(_moved(each, balances[each.currency]))
        yield "".join(written)
    yield "".join(
        _standing(wanted.last_day, "closing", currency, minor) for currency, minor in sorted(balances.items())
    )


def _standing(day: date, kind: str, currency: str, minor: int) -> str:
    return _row((day.isoformat(), kind, "", "", "", currency, "", "", minor))


def _moved(each: StatementEntry, balance_minor: int) -> str:
    amount = beancount.number(each.amount_minor, each.currency)
    told = (clock.written(each.at), each.kind, each.reference, each.order_number or "", each.order_id or "")
    return _row((*told, each.currency, each.amount_minor, amount, balance_minor))


def _row(values: Iterable[Any]) -> str:
    """One line of CSV (RFC 4180)."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue()
