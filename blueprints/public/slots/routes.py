"""Slots of spare capacity that can be booked now."""

from uuid import UUID

from blueprints.http.slots import ShowSlot
from blueprints.public.door import door
from blueprints.public.slots.schemas import SlotPage, SlotQuery
from marketplace.kernel.paging import Page
from marketplace.spare import queries
from marketplace.spare.models import SpareSlot
from marketplace.spare.paging import SlotRequest

slots = door.room("slots", "Spare minutes that factories offer at a discount, until a deadline.")


@slots.get("")
@slots.arguments(SlotQuery, location="query")
@slots.response(200, SlotPage)
def browse(wanted: SlotRequest) -> Page[SpareSlot]:
    """List slots that can be booked, newest first; all of them, or those of a process, a material, or some days.

    `free_min` is read from the calendars when it is asked for.
    """
    return queries.page_for_anyone(wanted)


@slots.get("/<uuid:slot_id>")
@slots.response(200, ShowSlot)
def show(slot_id: UUID) -> SpareSlot:
    """Show a slot that can be booked."""
    return queries.for_anyone(slot_id)
