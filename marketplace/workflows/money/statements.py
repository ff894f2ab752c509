"""What somebody had with us in a period, by currency, as it is shown and as a file: a seller, or a customer.

The book knows orders by their ids; people know them by their numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.ledger import exporting
from marketplace.ledger import queries as book
from marketplace.ledger.values import Period, Statement, StatementEntry
from marketplace.orders import queries as orders
from marketplace.workflows import queries


def of_party(party_id: UUID, wanted: Period) -> Statement:
    """What was payable to a party before a period, what moved in it, and what was payable after it.

    Raises StatementTooLong.
    """
    of = book.payable_to(party_id)
    opening = book.balances_before(of, wanted.since)
    moved = book.movements(of, since=wanted.since, until=wanted.until, limit=exporting.MOST_MOVEMENTS + 1)
    return exporting.stated(wanted, opening.items(), _numbered(moved))


def of_party_as_csv(party_id: UUID, wanted: Period) -> Iterator[str]:
    """The same as a file, with all movements up to now and what was payable after each."""
    of = book.payable_to(party_id)
    opening = book.balances_before(of, wanted.since)
    pages = book.movement_pages(of, since=wanted.since, until=min(wanted.until, clock.now()))
    return exporting.stated_as_csv(wanted, opening.items(), _numbered_pages(pages))


def of_customer(who: Actor, wanted: Period) -> Statement:
    """What the customer had paid and not got back before a period, and what moved in it. Raises StatementTooLong."""
    opening = queries.paid_before(who, wanted.since)
    moved = queries.paid_movements(who, wanted, limit=exporting.MOST_MOVEMENTS + 1)
    return exporting.stated(wanted, opening.items(), _numbered(moved))


def of_customer_as_csv(who: Actor, wanted: Period) -> Iterator[str]:
    """The same as a file, with all movements up to now."""
    opening = queries.paid_before(who, wanted.since)
    pages = queries.paid_pages(who, since=wanted.since, until=min(wanted.until, clock.now()))
    return exporting.stated_as_csv(wanted, opening.items(), _numbered_pages(pages))


def _numbered(moved: Sequence[StatementEntry]) -> Sequence[StatementEntry]:
    numbers = orders.numbers({each.order_id for each in moved if each.order_id is not None})
    return [replace(each, order_number=numbers.get(each.order_id)) if each.order_id else each for each in moved]


def _numbered_pages(pages: Iterable[Sequence[StatementEntry]]) -> Iterator[Sequence[StatementEntry]]:
    return (_numbered(page) for page in pages)
