"""What a customer has paid and got back, from us or by their bank."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    and_,
    or_,
    select,
)

from marketplace.kernel.actor import Actor
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Account, AccountKind, Journal
from marketplace.ledger.values import Period, StatementEntry
from marketplace.orders.models import Order

CUSTOMERS_MONEY: Final = or_(
    and_(
        Journal.kind.in_(("charge", "refund", "refund_failed")),
        Account.kind.in_((AccountKind.HELD, AccountKind.REFUND_CLEARING)),
    ),
    and_(Journal.kind.in_(("dispute_withdrawn", "dispute_reinstated")), Account.kind == AccountKind.DISPUTE),
)
"""What moved between a customer and us: paid into what is held, and back out of what is to be refunded.

Their bank does the same for them: it takes a disputed payment from us, and gives it back where it decides for us.
"""


def _of_customer(who: Actor) -> ColumnElement[bool]:
    mine = select(Order.id).where(Order.organisation_id == who.organisation)
    return and_(CUSTOMERS_MONEY, Account.order_id.in_(mine))


def paid_before(who: Actor, at: datetime) -> Mapping[str, int]:
    """What a customer had paid and not got back just before an instant, by currency."""
    return ledger.balances_before(_of_customer(who), at)


def paid_movements(who: Actor, wanted: Period, *, limit: int) -> Sequence[StatementEntry]:
    """What a customer paid (more) and got back (less) in a period, oldest first; at most so many."""
    return ledger.movements(_of_customer(who), since=wanted.since, until=wanted.until, limit=limit)


def paid_pages(who: Actor, *, since: datetime, until: datetime) -> Iterator[Sequence[StatementEntry]]:
    """All of them, page by page."""
    return ledger.movement_pages(_of_customer(who), since=since, until=until)
