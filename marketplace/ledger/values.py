"""A line of a movement before it is posted: which account, how much."""

from dataclasses import dataclass
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


def account_id(kind: AccountKind, currency: str, *, order_id: UUID | None = None, party_id: UUID | None = None) -> UUID:
    return uuid5(ACCOUNTS, f"{kind}:{order_id or ''}:{party_id or ''}:{currency}")
