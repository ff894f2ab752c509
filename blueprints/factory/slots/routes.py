"""Slots of spare capacity: publish one, see what of it is sold and free, take it back."""

from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.slots.schemas import OwnSlotPage, PublishSlot, ShowOwnSlot
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.spare import queries, service
from marketplace.spare.models import SpareSlot

slots = door.room("slots", "Minutes that you would rather sell for less than not at all.")


@slots.post("")
@slots.arguments(PublishSlot)
@slots.response(201, ShowOwnSlot)
@idempotent
def publish(wanted: service.SlotTerms, once: Once) -> SpareSlot:
    """Offer spare minutes of a live listing's work centre at a discount, to be booked until a deadline.

    Nothing is reserved: until they are booked, ordinary orders may take the same minutes, and the slot shows what is
    left. Subscribers of such capacity are told.
    """
    with transaction():
        slot_id = once(lambda: service.publish(wanted, by=actor()).id)
        return queries.for_factory(actor(), slot_id)


@slots.get("")
@slots.arguments(Query, location="query")
@slots.response(200, OwnSlotPage)
def browse(page: PageRequest) -> Page[SpareSlot]:
    """List your slots, newest first."""
    return queries.page_for_factory(actor(), page)


@slots.get("/<uuid:slot_id>")
@slots.response(200, ShowOwnSlot)
def show(slot_id: UUID) -> SpareSlot:
    """Show one of your slots."""
    return queries.for_factory(actor(), slot_id)


@slots.post("/<uuid:slot_id>/withdraw")
@slots.response(200, ShowOwnSlot)
def withdraw(slot_id: UUID) -> SpareSlot:
    """Take no more bookings of a slot; quotes of it that customers have stay good until they expire."""
    with transaction():
        slot = queries.for_factory_to_change(actor(), slot_id)
        service.withdraw(slot, by=actor())
    return slot
