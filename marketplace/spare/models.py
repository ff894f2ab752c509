from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from marketplace.capacity.queries import FreeDay, Span
from marketplace.costing.rates import LARGEST_DISCOUNT_BPS
from marketplace.kernel import clock
from marketplace.kernel.database import Base, Identified
from marketplace.kernel.lifecycle import Lifecycle, Stateful
from marketplace.listings.models import Listing

LONGEST_DAYS: Final = 31
"""A slot is at most so long: it is a promise of some days, not a price list."""


class SlotState(StrEnum):
    OPEN = "open"
    WITHDRAWN = "withdrawn"


class SpareSlot(Identified, Stateful, Base):
    """So many minutes of a work centre between two of its local days, for less than its rate card asks."""

    __tablename__ = "spare_slots"
    lifecycle: ClassVar = Lifecycle(SlotState.OPEN, {SlotState.OPEN: frozenset({SlotState.WITHDRAWN})})

    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    work_centre_id: Mapped[UUID] = mapped_column(ForeignKey("work_centres.id"))
    process: Mapped[str]
    """Its work centre's, which never changes: repeated here so that slots are found by one index."""
    first_day: Mapped[date]
    last_day: Mapped[date]
    offered_min: Mapped[int]
    sold_min: Mapped[int] = mapped_column(default=0)
    """Raised by each order; lowered by the database as soon as a hold of them is released."""
    least_min: Mapped[int] = mapped_column(default=1)
    """A booking takes so many minutes at least."""
    discount_bps: Mapped[int]
    closes_at: Mapped[datetime]
    """Until when it can be booked."""
    state: Mapped[SlotState] = mapped_column(default=SlotState.OPEN)

    listing: Mapped[Listing] = relationship(lazy="raise")

    def knows_free(self, days: Iterable[FreeDay]) -> None:
        """Remember what is free now on its days, from tomorrow there on."""
        self.free_days = tuple(days)

    @property
    def span(self) -> Span:
        """Its days."""
        return Span(self.work_centre_id, self.first_day, self.last_day)

    @property
    def left_min(self) -> int:
        """What is not sold of it."""
        return self.offered_min - self.sold_min

    @property
    def free_min(self) -> int:
        """What of that is still free: a slot reserves nothing, other orders may have taken its minutes."""
        return min(self.left_min, sum(day.minutes for day in self.free_days))

    @property
    def is_open(self) -> bool:
        """Whether it can be booked, as far as that is its own affair."""
        return self.state is SlotState.OPEN and clock.now() < self.closes_at

    __table_args__ = (
        CheckConstraint("sold_min >= 0 and sold_min <= offered_min", name="never_oversold"),
        CheckConstraint("least_min between 1 and offered_min", name="least_within"),
        CheckConstraint(f"discount_bps between 1 and {LARGEST_DISCOUNT_BPS}", name="discount_sane"),
        CheckConstraint(f"last_day - first_day between 0 and {LONGEST_DAYS - 1}", name="days_in_order"),
        Index(None, "organisation_id", "id"),
        Index(None, "process", "id"),
        Index(None, "listing_id"),
    )


class SpareSale(Base):
    """Minutes of a slot that an order holds. Given back by the database together with the hold, once."""

    __tablename__ = "spare_sales"

    hold_id: Mapped[UUID] = mapped_column(ForeignKey("holds.id"), primary_key=True)
    slot_id: Mapped[UUID] = mapped_column(ForeignKey("spare_slots.id"), index=True)
    minutes: Mapped[int]
    is_given_back: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("minutes > 0", name="minutes_some"),)


class Subscription(Identified, Base):
    """What capacity a customer wants to be told of."""

    __tablename__ = "subscriptions"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    process: Mapped[str]
    material: Mapped[str | None]
    """None: any that the process works."""
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    """Between these days, where they are named."""
    least_min: Mapped[int] = mapped_column(default=1)
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        CheckConstraint("least_min > 0", name="minutes_some"),
        Index(None, "organisation_id", "id"),
        Index(None, "process", "id", postgresql_where="ended_at is null"),
    )


class SubscriptionMatch(Identified, Base):
    """A slot, or a listing that went live, of which a subscriber was told."""

    __tablename__ = "subscription_matches"

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"))
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"))
    slot_id: Mapped[UUID | None] = mapped_column(ForeignKey("spare_slots.id"))
    """None: the listing itself went live."""

    __table_args__ = (
        Index(None, "subscription_id", "id"),
        UniqueConstraint("subscription_id", "listing_id", "slot_id", postgresql_nulls_not_distinct=True),
    )
