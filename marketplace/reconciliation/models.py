from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.database import Base, Identified, not_longer
from marketplace.kernel.lifecycle import Stateful
from marketplace.reconciliation.states import DIFFERENCE, DifferenceKind, DifferenceState


class Scope(StrEnum):
    RECENT = "recent"
    """What moved since the last run, and some hours before it."""
    WHOLE = "whole"
    """Everything that ever moved, and the sums of it."""


class Reconciliation(Identified, Base):
    """One comparison of our books with the provider's. Append-only."""

    __tablename__ = "reconciliations"

    scope: Mapped[Scope]
    since: Mapped[datetime | None]
    """From which instant the provider's movements were looked at; none: from the beginning."""
    until: Mapped[datetime]
    """When it began to look: the next one goes on from here, with an overlap."""
    movements: Mapped[int]
    """How many of the provider's were looked at."""
    journals: Mapped[int]
    """How many of ours, that name one of the provider's."""
    adopted: Mapped[int]
    """Movements that our books did not have and that were taken in by this run."""
    under_way: Mapped[int]
    """Movements so young, or of refunds so far from done, that they need not be in our books yet."""
    events_filled: Mapped[int]
    """Events of the provider that had never reached us, taken in by this run."""
    differences: Mapped[int]
    """How many were found, those included that an earlier run had found."""
    opened: Mapped[int]
    """How many of them no earlier run had found."""
    totals: Mapped[list[Any]]
    """Of a whole run, by currency: what the provider's movements and our account of it come to."""

    __table_args__ = (
        CheckConstraint("opened between 0 and differences", name="opened_among_differences"),
        CheckConstraint("(scope = 'whole') = (since is null)", name="whole_from_the_beginning"),
    )


class Difference(Identified, Stateful, Base):
    """Something in which the two books do not agree. It changes its state alone; who said why: its moves."""

    __tablename__ = "reconciliation_differences"
    called: ClassVar = "difference"
    lifecycle: ClassVar = DIFFERENCE

    found_in: Mapped[UUID] = mapped_column(ForeignKey("reconciliations.id"), index=True)
    kind: Mapped[DifferenceKind]
    about: Mapped[str]
    """The provider's id of a movement, an operation's, a currency, an address."""
    says: Mapped[str]
    order_id: Mapped[UUID | None]
    currency: Mapped[str | None]
    ours_minor: Mapped[int | None]
    theirs_minor: Mapped[int | None]
    """By how much each side's balance at the provider changed by it; none where that side knows nothing of it."""
    state: Mapped[DifferenceState] = mapped_column(default=DifferenceState.OPEN)

    __table_args__ = (
        Index(None, "kind", "about", unique=True, postgresql_where="state <> 'resolved'"),
        Index(None, "state", "id"),
        CheckConstraint(
            "num_nonnulls(ours_minor, theirs_minor) = 0 or currency is not null", name="amount_has_currency"
        ),
        not_longer("about", 255),
        not_longer("says", 500),
    )
