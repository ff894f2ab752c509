"""What we read of the payment provider's books, in our own words.

Every method leaves the house: its first line is `transaction.outside()`, in fakes too; what is read page by page says
so before each page. All raise ProviderUnavailable where asking again may help.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from marketplace.payments.ports import EventSeen


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry in the provider's books about us, in minor units: our balance there changed by gross less fee."""

    id: str
    kind: str
    """The provider's word for it: charge, refund, transfer, payout, …"""
    currency: str
    gross_minor: int
    fee_minor: int
    at: datetime

    @property
    def net_minor(self) -> int:
        return self.gross_minor - self.fee_minor


@dataclass(frozen=True, slots=True)
class Source:
    """What an entry is of, and what that is a part of: the intent of a charge, the transfer of a reversal."""

    kind: str
    id: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class EndpointSeen:
    """An address of ours that the provider tells about events."""

    url: str
    is_on: bool
    kinds: frozenset[str]
    """`*` is all of them."""
    is_of_our_version: bool


class Books(Protocol):
    """The provider's books, and what it has told or would tell of them."""

    def entries(self, *, since: datetime | None) -> Iterator[Sequence[Entry]]:
        """Every entry from an instant on, or from the beginning, page by page, the newest first."""
        ...

    def entry(self, entry_id: str) -> Entry | None:
        """One entry, if there is one of this id."""
        ...

    def source(self, entry_id: str) -> Source | None:
        """What an entry is of, where it is of anything."""
        ...

    def events(
        self, kinds: Collection[str], *, since: datetime, account_id: str | None = None
    ) -> Iterator[Sequence[EventSeen]]:
        """Events of these kinds from an instant on, of ours or of a seller's account; the provider forgets old ones."""
        ...

    def endpoints(self) -> Sequence[EndpointSeen]:
        """Where the provider tells events to."""
        ...
