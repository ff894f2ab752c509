"""What is compared, and what comes of it, before anything is stored."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplace.reconciliation.states import DifferenceKind


@dataclass(frozen=True, slots=True)
class Posted:
    """One of our journals that names an entry of the provider's: what it did to our accounts of the provider."""

    reference: str
    kind: str
    order_id: UUID | None
    currency: str
    net_minor: int
    fee_minor: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference as a run has found it; an equal one of an earlier run is the same."""

    kind: DifferenceKind
    about: str
    says: str
    order_id: UUID | None = None
    currency: str | None = None
    ours_minor: int | None = None
    theirs_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Total:
    """What the provider's entries of a currency come to, and what our account of it says."""

    currency: str
    ours_minor: int
    theirs_minor: int
