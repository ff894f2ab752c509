"""Balances are sums of postings; there is no other truth about money."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select

from marketplace.kernel.database import session
from marketplace.ledger.models import Account, AccountKind, Journal, Posting
from marketplace.ledger.values import Booked, BookedLine, Place, StatementEntry, account_id

AT_ONCE: Final = 500
"""Journals, or accounts, that are read together where a whole book is written out."""


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


def places() -> Iterator[Sequence[Place]]:
    """Every account that there is, page by page."""
    last: UUID | None = None
    while True:
        query = select(Account.id, Account.kind, Account.currency, Account.order_id, Account.party_id)
        query = query if last is None else query.where(Account.id > last)
        rows = session().execute(query.order_by(Account.id).limit(AT_ONCE)).all()
        if rows:
            yield [Place(*row[1:]) for row in rows]
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id


def booked(*, since: datetime | None = None, until: datetime) -> Iterator[Sequence[Booked]]:
    """Every journal of a period with its lines, in the order of their ids, page by page."""
    last: UUID | None = None
    while True:
        ids = select(Journal.id).where(Journal.created_at < until).order_by(Journal.id).limit(AT_ONCE)
        ids = ids if since is None else ids.where(Journal.created_at >= since)
        ids = ids if last is None else ids.where(Journal.id > last)
        page = session().scalars(ids).all()
        if page:
            yield _booked(page)
        if len(page) < AT_ONCE:
            return
        last = page[-1]


def _booked(ids: Sequence[UUID]) -> Sequence[Booked]:
    query = (
        select(Journal, Account, Posting.amount_minor)
        .join(Posting, Posting.journal_id == Journal.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Journal.id.in_(ids))
        .order_by(Journal.id, Posting.number)
    )
    found: dict[UUID, Booked] = {}
    for journal, account, minor in session().execute(query):
        whole = found.setdefault(
            journal.id,
            Booked(journal.id, journal.kind, journal.reference, journal.order_id, journal.created_at, lines=[]),
        )
        place = Place(account.kind, account.currency, account.order_id, account.party_id)
        whole.lines.append(BookedLine(place, minor))
    return list(found.values())


def first_posted_at() -> datetime | None:
    """When the oldest journal was written."""
    return session().scalar(select(func.min(Journal.created_at)))


def payable_to(party_id: UUID) -> ColumnElement[bool]:
    """The accounts of what is payable to a party, as a condition for the questions below."""
    return and_(Account.kind == AccountKind.PAYABLE, Account.party_id == party_id)


def balances_before(of: ColumnElement[bool], at: datetime) -> Mapping[str, int]:
    """What some accounts came to just before an instant, by currency; what they owe somebody is more than nothing."""
    query = (
        select(Account.currency, func.sum(-Posting.amount_minor))
        .join(Posting, Posting.account_id == Account.id)
        .join(Journal, Journal.id == Posting.journal_id)
        .where(of, Journal.created_at < at)
        .group_by(Account.currency)
    )
    return {currency: int(minor) for currency, minor in session().execute(query)}


def movements(of: ColumnElement[bool], *, since: datetime, until: datetime, limit: int) -> Sequence[StatementEntry]:
    """What each movement did to some accounts, oldest first; at most so many."""
    return [_entry(row) for row in session().execute(_moving(of, since=since, until=until, after=None, limit=limit))]


def movement_pages(of: ColumnElement[bool], *, since: datetime, until: datetime) -> Iterator[Sequence[StatementEntry]]:
    """All of them, page by page."""
    after: tuple[UUID, UUID] | None = None
    while True:
        query = _moving(of, since=since, until=until, after=after, limit=AT_ONCE)
        rows = session().execute(query).all()
        if rows:
            yield [_entry(row) for row in rows]
        if len(rows) < AT_ONCE:
            return
        after = rows[-1].journal_id, rows[-1].account_id


def _entry(row: Any) -> StatementEntry:
    return StatementEntry(row.created_at, row.kind, row.reference, row.order_id, row.currency, int(row.minor))


def _moving(
    of: ColumnElement[bool], *, since: datetime, until: datetime, after: tuple[UUID, UUID] | None, limit: int
) -> Select[*tuple[Any, ...]]:
    """Movements of some accounts, journal by journal and account by account."""
    query = (
        select(
            Journal.id.label("journal_id"),
            Account.id.label("account_id"),
            Journal.created_at,
            Journal.kind,
            Journal.reference,
            Account.order_id,
            Account.currency,
            func.sum(-Posting.amount_minor).label("minor"),
        )
        .join(Posting, Posting.journal_id == Journal.id)
        .join(Account, Account.id == Posting.account_id)
        .where(of, Journal.created_at >= since, Journal.created_at < until)
        .group_by(Journal.id, Account.id)
        .order_by(Journal.id, Account.id)
        .limit(limit)
    )
    if after is None:
        return query
    same = and_(Journal.id == after[0], Account.id > after[1])
    return query.where((Journal.id > after[0]) | same)


@dataclass(frozen=True, slots=True)
class Debt:
    """What a party owes us: its payables of the wrong sign."""

    party_id: UUID
    currency: str
    owed_minor: int
    orders: int
    """Of how many orders."""


def debts(*, limit: int = 1000) -> Sequence[Debt]:
    """Who owes us how much, by currency, the most first."""
    of_accounts = (
        select(Account.party_id, Account.currency, func.sum(Posting.amount_minor).label("minor"))
        .join(Posting, Posting.account_id == Account.id)
        .where(Account.kind == AccountKind.PAYABLE)
        .group_by(Account.id)
        .having(func.sum(Posting.amount_minor) > 0)
        .subquery()
    )
    owed = func.sum(of_accounts.c.minor)
    query = (
        select(of_accounts.c.party_id, of_accounts.c.currency, owed, func.count())
        .group_by(of_accounts.c.party_id, of_accounts.c.currency)
        .order_by(owed.desc(), of_accounts.c.party_id, of_accounts.c.currency)
        .limit(limit)
    )
    return [Debt(party_id, currency, int(minor), many) for party_id, currency, minor, many in session().execute(query)]
