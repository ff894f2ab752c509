"""Slots for their factory, for anyone and for an order; subscriptions, and whom a slot or a listing concerns."""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, Uuid, any_, bindparam, cast, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation
from marketplace.capability import catalogue
from marketplace.capability.models import WorkCentre
from marketplace.capacity import queries as capacity
from marketplace.capacity.models import CapacityDay
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight, table_of
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.listings.models import Listing, ListingState
from marketplace.spare.errors import SlotNotFound, SubscriptionNotFound
from marketplace.spare.models import SlotState, SpareSlot, Subscription, SubscriptionMatch
from marketplace.spare.paging import SlotRequest

PUBLIC = (
    joinedload(SpareSlot.listing).joinedload(Listing.work_centre),
    joinedload(SpareSlot.listing).joinedload(Listing.organisation),
)
LEFT: Final = SpareSlot.offered_min - SpareSlot.sold_min


def for_factory(who: Actor, slot_id: UUID) -> SpareSlot:
    """The factory's own slot, with what is free of it. Raises SlotNotFound."""
    return _found(select(SpareSlot).where(SpareSlot.id == slot_id, SpareSlot.organisation_id == who.organisation))


def for_factory_to_change(who: Actor, slot_id: UUID) -> SpareSlot:
    """The same, locked until the transaction ends, as it is now. Raises SlotNotFound."""
    query = select(SpareSlot).where(SpareSlot.id == slot_id, SpareSlot.organisation_id == who.organisation)
    return _found(query.with_for_update(key_share=True).execution_options(populate_existing=True))


def page_for_factory(who: Actor, request: PageRequest) -> Page[SpareSlot]:
    """The factory's slots, newest first."""
    query = select(SpareSlot).where(SpareSlot.organisation_id == who.organisation)
    return _with_free(newest_first(query, SpareSlot.id, request))


def for_anyone(slot_id: UUID) -> SpareSlot:
    """A slot that can be booked, with its listing. Raises SlotNotFound."""
    return _found(_public().where(SpareSlot.id == slot_id))


def page_for_anyone(request: SlotRequest) -> Page[SpareSlot]:
    """Slots that can be booked, newest first. Raises ProcessUnknown, MaterialUnknown."""
    query = _public()
    if request.process is not None:
        query = query.where(SpareSlot.process == catalogue.process(request.process).id)
    if request.material is not None:
        query = query.join(WorkCentre, WorkCentre.id == SpareSlot.work_centre_id)
        query = query.where(_works(catalogue.material(request.material).id))
    if request.first_day is not None:
        query = query.where(SpareSlot.last_day >= request.first_day)
    if request.last_day is not None:
        query = query.where(SpareSlot.first_day <= request.last_day)
    return _with_free(newest_first(query, SpareSlot.id, request))


def to_book(slot_id: UUID) -> SpareSlot:
    """Any slot with its listing, whether or not it can be booked now. Raises SlotNotFound."""
    return _found(select(SpareSlot).where(SpareSlot.id == slot_id).options(*PUBLIC))


def open_slots_of(listing_id: UUID) -> int:
    """How many slots of a listing can be booked."""
    return session().scalar(select(func.count()).where(SpareSlot.listing_id == listing_id, *_bookable())) or 0


SLOTS: Final = table_of(SpareSlot)
LEFT_OF: Final = select(SLOTS.c.offered_min - SLOTS.c.sold_min).where(SLOTS.c.id == bindparam("slot", type_=Uuid))


def left_of(slot_id: UUID) -> int:
    """What is not sold of a slot, as it is now."""
    return straight(LEFT_OF, {"slot": slot_id}).scalar_one()  # type: ignore[no-any-return]


def _bookable() -> tuple[ColumnElement[bool], ...]:
    return SpareSlot.state == SlotState.OPEN, SpareSlot.closes_at > clock.now()


def _public() -> Select[SpareSlot]:
    query = select(SpareSlot).join(Listing, Listing.id == SpareSlot.listing_id)
    return query.where(*_bookable(), Listing.state == ListingState.LIVE).options(*PUBLIC)


def _works(material: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = any_(WorkCentre.materials) == material
    return found


def _found(query: Select[SpareSlot]) -> SpareSlot:
    slot = session().scalars(query).one_or_none()
    if slot is None:
        raise SlotNotFound("There is no such slot here.")
    _look_up_free([slot])
    return slot


def _with_free(page: Page[SpareSlot]) -> Page[SpareSlot]:
    _look_up_free(page.items)
    return page


def _look_up_free(slots: Collection[SpareSlot]) -> None:
    """In one statement, however many."""
    free = capacity.free_days([slot.span for slot in slots])
    for slot in slots:
        slot.knows_free(free.get(slot.span, ()))


def subscription_of(who: Actor, subscription_id: UUID) -> Subscription:
    """One of the organisation's subscriptions that has not ended. Raises SubscriptionNotFound."""
    query = _subscriptions(who).where(Subscription.id == subscription_id)
    found = session().scalars(query).one_or_none()
    if found is None:
        raise SubscriptionNotFound("There is no such subscription of yours.")
    return found


def page_of_subscriptions(who: Actor, request: PageRequest) -> Page[Subscription]:
    """The organisation's subscriptions, newest first."""
    return newest_first(_subscriptions(who), Subscription.id, request)


def page_of_matches(who: Actor, subscription_id: UUID, request: PageRequest) -> Page[SubscriptionMatch]:
    """What a subscription has found so far, newest first. Raises SubscriptionNotFound."""
    found = subscription_of(who, subscription_id)
    query = select(SubscriptionMatch).where(SubscriptionMatch.subscription_id == found.id)
    return newest_first(query, SubscriptionMatch.id, request)


def lock_subscriber(organisation_id: UUID) -> int:
    """How many subscriptions an organisation has; no other is added until the transaction ends."""
    one = select(Organisation.id).where(Organisation.id == organisation_id)
    session().execute(one.with_for_update(key_share=True))
    of_it = Subscription.organisation_id == organisation_id, Subscription.ended_at.is_(None)
    return session().scalar(select(func.count()).where(*of_it)) or 0


def _subscriptions(who: Actor) -> Select[Subscription]:
    of_it = Subscription.organisation_id == who.organisation, Subscription.ended_at.is_(None)
    return select(Subscription).where(*of_it)


class Found(NamedTuple):
    """A subscription that a slot or a listing concerns."""

    subscription_id: UUID
    organisation_id: UUID


def concerned_by_slot(slot: SpareSlot, *, limit: int) -> Sequence[Found]:
    """Subscriptions that were not told of this slot yet and want it: of others, if it can be booked still."""
    query = (
        _concerned(slot.listing_id, slot.id)
        .join(SpareSlot, SpareSlot.id == slot.id)
        .where(
            *_bookable(),
            Subscription.least_min <= LEFT,
            or_(Subscription.first_day.is_(None), Subscription.first_day <= SpareSlot.last_day),
            or_(Subscription.last_day.is_(None), Subscription.last_day >= SpareSlot.first_day),
        )
    )
    return _rows(query, limit)


def concerned_by_listing(listing: Listing, *, limit: int) -> Sequence[Found]:
    """The same for a listing that is live: it has the wanted minutes free on the wanted days."""
    today = cast(func.timezone(WorkCentre.time_zone, literal(clock.now())), Date)
    free = select(func.coalesce(func.sum(capacity.FREE), 0)).where(
        CapacityDay.work_centre_id == WorkCentre.id,
        CapacityDay.day > today,
        or_(Subscription.first_day.is_(None), CapacityDay.day >= Subscription.first_day),
        or_(Subscription.last_day.is_(None), CapacityDay.day <= Subscription.last_day),
    )
    free_there = free.correlate(WorkCentre, Subscription).scalar_subquery()
    return _rows(_concerned(listing.id, None).where(free_there >= Subscription.least_min), limit)


def _concerned(listing_id: UUID, slot_id: UUID | None) -> Select[UUID, UUID]:
    told = exists().where(
        SubscriptionMatch.subscription_id == Subscription.id,
        SubscriptionMatch.listing_id == listing_id,
        SubscriptionMatch.slot_id.is_not_distinct_from(slot_id),
    )
    return (
        select(Subscription.id, Subscription.organisation_id)
        .join(Listing, Listing.process == Subscription.process)
        .join(WorkCentre, WorkCentre.id == Listing.work_centre_id)
        .where(
            Listing.id == listing_id,
            Listing.state == ListingState.LIVE,
            Subscription.ended_at.is_(None),
            Subscription.organisation_id != Listing.organisation_id,
            or_(Subscription.material.is_(None), _works(Subscription.material)),
            ~told,
        )
    )


def _rows(query: Select[UUID, UUID], limit: int) -> Sequence[Found]:
    found = session().execute(query.order_by(Subscription.id).limit(limit))
    return [Found(*row) for row in found]


def slot(slot_id: UUID) -> SpareSlot:
    """A slot by its id."""
    return session().get_one(SpareSlot, slot_id)


def listing(listing_id: UUID) -> Listing:
    """A listing by its id."""
    return session().get_one(Listing, listing_id)
