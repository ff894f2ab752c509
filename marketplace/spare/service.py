"""A factory publishes a slot and takes it back; an order takes minutes of it.

A slot is locked after its work centre wherever both are, so that orders and whoever gives minutes back never wait for
each other in a circle.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Update, Uuid, bindparam, insert, update

from marketplace.audit import service as audit
from marketplace.capacity import queries as capacity
from marketplace.capacity.models import Hold
from marketplace.capacity.rules import Window, local_day
from marketplace.jobs.queue import Task, later
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session, straight, table_of
from marketplace.listings import queries as listings
from marketplace.listings.models import ListingState
from marketplace.spare import queries
from marketplace.spare.errors import (
    SlotClosed,
    SlotDaysImpossible,
    SlotExceedsFree,
    SlotNeedsLiveListing,
    SlotSold,
    SlotsTooMany,
)
from marketplace.spare.models import LONGEST_DAYS, SlotState, SpareSale, SpareSlot

MOST_OPEN: Final = 50


@dataclass(frozen=True, slots=True)
class SlotTerms:
    """Which minutes of whose work centre a slot offers, for how much less, and until when."""

    listing_id: UUID
    first_day: date
    last_day: date
    """The work centre's own local days, both included."""
    offered_min: int
    discount_bps: int
    closes_in_hours: int
    least_min: int = 1


def publish(wanted: SlotTerms, *, by: Actor) -> SpareSlot:
    """Offer spare minutes to everyone, at most what is free on those days now; nothing is reserved.

    Raises RoleTooSmall below manager, WindowImpossible, ListingNotFound, SlotNeedsLiveListing, SlotDaysImpossible,
    SlotsTooMany, SlotExceedsFree.
    """
    by.needs(Role.MANAGER)
    transaction.inside()
    days = Window(wanted.first_day, wanted.last_day)
    listing = listings.for_factory(by, wanted.listing_id)
    if not listings.stays_live(listing.id):
        raise SlotNeedsLiveListing("Have the listing made public before you offer slots of it.", state=listing.state)
    place = capacity.locked_place(listing.work_centre_id)
    slot = SpareSlot(
        listing_id=listing.id,
        organisation_id=listing.organisation_id,
        work_centre_id=listing.work_centre_id,
        process=listing.process,
        first_day=days.first,
        last_day=days.last,
        offered_min=wanted.offered_min,
        least_min=wanted.least_min,
        discount_bps=wanted.discount_bps,
        closes_at=clock.now() + timedelta(hours=wanted.closes_in_hours),
    )
    _refuse_impossible_days(slot, ZoneInfo(place.time_zone))
    if queries.open_slots_of(listing.id) >= MOST_OPEN:
        raise SlotsTooMany(f"A listing has {MOST_OPEN} open slots at most; withdraw one first.", most=MOST_OPEN)
    free = sum(day.minutes for day in capacity.free_days([slot.span]).get(slot.span, ()))
    if wanted.offered_min > free:
        raise SlotExceedsFree(f"On these days {free} minutes are free; offer no more than that.", free_min=free)
    session().add(slot)
    session().flush()
    audit.record(by, "slot.published", slot, listing_id=listing.id, offered_min=slot.offered_min)
    later(Task.MATCH_SLOT, slot_id=str(slot.id))
    return slot


def _refuse_impossible_days(slot: SpareSlot, zone: ZoneInfo) -> None:
    today = local_day(clock.now(), zone)
    if (slot.last_day - slot.first_day).days >= LONGEST_DAYS:
        raise SlotDaysImpossible(f"A slot is {LONGEST_DAYS} days at most; publish several.", today=today)
    if slot.first_day <= today:
        raise SlotDaysImpossible("A slot begins tomorrow at the earliest, at its work centre.", today=today)
    if local_day(slot.closes_at, zone) >= slot.last_day:
        raise SlotDaysImpossible(
            "Have the slot close before its last day: work begins after it is booked.", today=today
        )


def withdraw(slot: SpareSlot, *, by: Actor) -> None:
    """Take no more bookings; quotes of it stay good until they expire. It comes locked.

    Raises RoleTooSmall below manager, IllegalMove.
    """
    by.needs(Role.MANAGER)
    slot.move(SlotState.WITHDRAWN, by=by)
    audit.record(by, "slot.withdrawn", slot, sold_min=slot.sold_min)


def refuse_unless_open(slot: SpareSlot) -> None:
    """Raises SlotClosed. The slot comes with its listing."""
    if slot.state is SlotState.WITHDRAWN:
        raise SlotClosed("The factory has withdrawn this slot; ask all factories for a quote.")
    if not slot.is_open:
        raise SlotClosed("The time to book this slot has passed; ask all factories for a quote.", closed=slot.closes_at)
    if slot.listing.state is not ListingState.LIVE:
        raise SlotClosed("The listing of this slot is not public any more; ask all factories for a quote.")


def sell(slot_id: UUID, hold: Hold) -> None:
    """An order's hold takes its minutes of the slot. Its work centre comes locked, as `capacity.hold` leaves it.

    Raises SlotSold.
    """
    transaction.inside()
    given = {"slot": slot_id, "minutes": hold.minutes}
    if straight(SELLING, given).first() is None:
        left = queries.left_of(slot_id)
        raise SlotSold(
            f"This slot has {left} minutes left, and the order takes {hold.minutes}: ask for fewer pieces, or all "
            "factories for a quote.",
            left_min=left,
        )
    row = {"hold_id": hold.id, "slot_id": slot_id, "minutes": hold.minutes, "is_given_back": False}
    straight(SALE, row)


def _selling() -> Update:
    slots, minutes = queries.SLOTS, bindparam("minutes", type_=BigInteger)
    sold = slots.c.sold_min + minutes
    selling = update(slots).values(sold_min=sold).where(slots.c.id == bindparam("slot", type_=Uuid))
    return selling.where(sold <= slots.c.offered_min).returning(slots.c.id)


SELLING: Final = _selling()
SALE: Final = insert(table_of(SpareSale))
"""Built once: building them costs more than sending them."""
