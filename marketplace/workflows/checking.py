"""Proving the stored invariants (DESIGN §5) over the whole database, whatever wrote it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from marketplace.capacity.invariants import INVARIANTS as CAPACITY
from marketplace.claims.invariants import INVARIANTS as CLAIMS
from marketplace.disputes.invariants import INVARIANTS as DISPUTES
from marketplace.invoicing.invariants import INVARIANTS as INVOICING
from marketplace.kernel.database import session
from marketplace.kernel.invariants import Invariant, Proof
from marketplace.ledger.invariants import INVARIANTS as LEDGER
from marketplace.messages.invariants import INVARIANTS as MESSAGES
from marketplace.moderation.invariants import INVARIANTS as MODERATION
from marketplace.orders.invariants import INVARIANTS as ORDERS
from marketplace.payments.invariants import INVARIANTS as PAYMENTS
from marketplace.payouts.invariants import INVARIANTS as PAYOUTS
from marketplace.production.invariants import INVARIANTS as PRODUCTION
from marketplace.quality.invariants import INVARIANTS as QUALITY
from marketplace.quality.invariants import PROOFS as SIGNATURES
from marketplace.quoting.invariants import INVARIANTS as QUOTING
from marketplace.reconciliation.invariants import INVARIANTS as RECONCILIATION
from marketplace.refunds.invariants import INVARIANTS as REFUNDS
from marketplace.reviews.invariants import INVARIANTS as REVIEWS
from marketplace.rfqs.invariants import INVARIANTS as RFQS
from marketplace.spare.invariants import INVARIANTS as SPARE
from marketplace.taxes.invariants import INVARIANTS as TAXES

ALL: Final[tuple[Invariant | Proof, ...]] = (
    *CAPACITY,
    *QUOTING,
    *RFQS,
    *SPARE,
    *ORDERS,
    *CLAIMS,
    *REVIEWS,
    *MESSAGES,
    *PRODUCTION,
    *QUALITY,
    *SIGNATURES,
    *PAYMENTS,
    *REFUNDS,
    *PAYOUTS,
    *DISPUTES,
    *LEDGER,
    *TAXES,
    *RECONCILIATION,
    *INVOICING,
    *MODERATION,
)
MOST_SHOWN: Final = 10


@dataclass(frozen=True)
class Finding:
    """An invariant, how many rows it was checked on, and those that break it."""

    invariant: Invariant | Proof
    checked: int
    offenders: Sequence[str]


def check() -> Iterator[Finding]:
    """Check each invariant in turn, in one snapshot of the database."""
    session().execute(text("set transaction isolation level repeatable read, read only"))
    for invariant in ALL:
        checked = session().scalar(text(invariant.counted)) or 0
        yield Finding(invariant, checked, _offenders(invariant))


def _offenders(invariant: Invariant | Proof) -> Sequence[str]:
    if isinstance(invariant, Proof):
        return list(invariant.broken())
    return [str(row[0]) for row in session().execute(text(invariant.broken))]
