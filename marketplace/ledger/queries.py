"""Balances are sums of postings; there is no other truth about money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from marketplace.kernel.database import session
from marketplace.ledger.models import Account, AccountKind, Journal, Posting
from marketplace.ledger.values import account_id


@dataclass(frozen=True, slots=True)
class Balance:
    """What rests in all accounts of a kind and currency: debit is positive, credit negative."""

    kind: AccountKind
    currency: str
    balance_minor: int
    accounts: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a movement."""

    account: AccountKind
    party_id: UUID | None
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Movement:
    """One journal of an order with its lines."""

    id: UUID
    kind: str
    reference: str
    at: datetime
    lines: list[StatementLine]


def balance(kind: AccountKind, currency: str, *, order_id: UUID | None = None, party_id: UUID | None = None) -> int:
    """The balance of one account in minor units, 0 if it was never used: debit is positive."""
    wanted = account_id(kind, currency, order_id=order_id, party_id=party_id)
    return int(session().scalar(select(func.sum(Posting.amount_minor)).where(Posting.account_id == wanted)) or 0)


def is_posted(reference: str) -> bool:
    """Whether a movement was written down under this reference."""
    return session().scalar(select(Journal.id).where(Journal.reference == reference)) is not None


def trial_balance() -> Sequence[Balance]:
    """The totals per kind of account and currency; each currency's column sums to zero."""
    query = (
        select(Account.kind, Account.currency, func.sum(Posting.amount_minor), func.count(Account.id.distinct()))
        .join(Posting, Posting.account_id == Account.id)
        .group_by(Account.kind, Account.currency)
        .order_by(Account.currency, Account.kind)
    )
    return [Balance(kind, currency, int(total), count) for kind, currency, total, count in session().execute(query)]


def journals(order_id: UUID) -> Sequence[Movement]:
    """Every movement of an order's money, oldest first."""
    query = (
        select(
            Journal.id,
            Journal.kind,
            Journal.reference,
            Journal.created_at,
            Account.kind,
            Account.party_id,
            Posting.currency,
            Posting.amount_minor,
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Journal.order_id == order_id)
        .order_by(Journal.id, Posting.number)
    )
    found: dict[UUID, Movement] = {}
    for journal_id, kind, reference, at, account, party_id, currency, minor in session().execute(query):
        movement = found.setdefault(journal_id, Movement(journal_id, kind, reference, at, lines=[]))
        movement.lines.append(StatementLine(account, party_id, currency, minor))
    return list(found.values())
