"""A line of a movement before it is posted: which account, how much."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from marketplace.kernel.money import Money
from marketplace.ledger.models import AccountKind

ACCOUNTS: Final = UUID("5b1f6a0e-6c0e-5d3a-9a55-0a6f4f0c7d11")
"""Namespace of account ids (RFC 9562 §5.5); never changed."""


class JournalUnbalanced(ArithmeticError):
    """A movement of ours does not sum to zero in some currency: a mistake in a rule, so no refusal but a fault."""


class Outcome(StrEnum):
    """What became of a posting: written now, or its reference was there before."""

    POSTED = "posted"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a journal: debit is positive, credit negative."""

    kind: AccountKind
    money: Money
    order_id: UUID | None = None
    party_id: UUID | None = None

    @property
    def account_id(self) -> UUID:
        """An account's id says what it is, so that nobody has to look it up."""
        return account_id(self.kind, self.money.currency, order_id=self.order_id, party_id=self.party_id)


@dataclass(frozen=True, slots=True)
class Place:
    """An account, by what it is."""

    kind: AccountKind
    currency: str
    order_id: UUID | None
    party_id: UUID | None

    @property
    def is_of_the_platform(self) -> bool:
        return self.order_id is None and self.party_id is None


@dataclass(frozen=True, slots=True)
class BookedLine:
    """One line of a journal as it stands in the book: debit is positive, credit negative."""

    place: Place
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Booked:
    """One journal as it stands in the book."""

    id: UUID
    kind: str
    reference: str
    order_id: UUID | None
    at: datetime
    lines: list[BookedLine]


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """What one movement did to what somebody has with us; more is positive."""

    at: datetime
    kind: str
    reference: str
    order_id: UUID | None
    currency: str
    amount_minor: int
    order_number: int | None = None
    """What people call the order; the book knows it by its id alone."""


@dataclass(frozen=True, slots=True)
class OfCurrency:
    """A statement's part in one currency: opening and movements make up closing."""

    currency: str
    opening_minor: int
    closing_minor: int
    movements: list[StatementEntry]


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in UTC, the first and the last included."""

    first_day: date
    last_day: date

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first_day, time(), UTC)

    @property
    def until(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), UTC)


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody had with us in a period, currency by currency."""

    period: Period
    currencies: list[OfCurrency]


def account_id(kind: AccountKind, currency: str, *, order_id: UUID | None = None, party_id: UUID | None = None) -> UUID:
    return uuid5(ACCOUNTS, f"{kind}:{order_id or ''}:{party_id or ''}:{currency}")
