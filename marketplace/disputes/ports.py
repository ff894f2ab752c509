"""What we see of disputes at the payment provider, and how they are answered there, in our own words.

Every method leaves the house: its first line is `transaction.outside()`, in fakes too. A method that is given a key may
be called again with it and has one effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from marketplace.disputes.states import DisputeState
from marketplace.kernel.money import Money
from marketplace.payments.ports import Movement


@dataclass(frozen=True, slots=True)
class DisputeSeen:
    """A dispute as it is now, with everything that it has moved in the provider's books so far."""

    id: str
    amount: Money
    state: DisputeState
    reason: str
    charge_id: str
    intent_id: str | None
    answer_by: datetime | None
    movements: Sequence[Movement]


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """An answer to a dispute: facts (`answering.facts`), and a document that was uploaded before."""

    key: UUID
    dispute_id: str
    facts: Mapping[str, str]
    file_id: str


class DisputeDesk(Protocol):
    """Raises ProviderUnavailable where asking again may help, ProviderRefused where not."""

    def dispute(self, dispute_id: str) -> DisputeSeen: ...

    def upload(self, document: bytes, *, name: str, key: UUID) -> str:
        """Give the provider a PDF document of at most 5 MB as evidence; what it calls it."""
        ...

    def answer(self, asked: EvidenceAsked) -> DisputeSeen:
        """Send the evidence to the bank; it cannot be taken back."""
        ...

    def give_up(self, dispute_id: str, *, key: UUID) -> DisputeSeen:
        """Leave the money to the customer; that cannot be taken back."""
        ...
