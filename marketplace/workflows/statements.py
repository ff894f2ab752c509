"""What a customer paid and got back in a period, by currency, as it is shown and as a file."""

from collections.abc import Iterator

from marketplace.kernel.actor import Actor
from marketplace.ledger import exporting
from marketplace.ledger.values import Period, Statement
from marketplace.workflows import queries


def of_customer(who: Actor, wanted: Period) -> Statement:
    """What the customer had paid and not got back before a period, and what moved in it. Raises StatementTooLong."""
    opening = queries.paid_before(who, wanted.since)
    limit = exporting.MOST_MOVEMENTS + 1
    return exporting.stated(wanted, opening.items(), queries.paid_movements(who, wanted, limit=limit))


def of_customer_as_csv(who: Actor, wanted: Period) -> Iterator[str]:
    """The same as a file, with all movements."""
    opening = queries.paid_before(who, wanted.since)
    pages = queries.paid_pages(who, wanted)
    return exporting.stated_as_csv(wanted.since, opening.items(), pages, until=wanted.until)
