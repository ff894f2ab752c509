"""Which slots could make a part, and a quote of one of them."""

from functools import partial
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.quotes.schemas import ShowQuoteWithOffers
from blueprints.customer.slots.schemas import SlotStandingPage, StateForSlot
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import charges, settings
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.quoting import queries as quotes
from marketplace.quoting.models import Quote
from marketplace.quoting.service import Requirement
from marketplace.workflows.pricing import spare_capacity
from marketplace.workflows.pricing.spare_capacity import SlotStanding

slots = door.room("slots", "Spare minutes at a discount: which could make your part, and a quote of one.")


@slots.post("/standings")
@slots.arguments(StateForSlot)
@slots.arguments(Query, location="query")
@slots.response(200, SlotStandingPage)
def stand(wanted: Requirement, page: PageRequest) -> Page[SlotStanding]:
    """List the open slots of a process and material, newest first, and how each stands to a measured part.

    Each with what it would answer, or every reason why it does not. Nothing is written.
    """
    return spare_capacity.standings(wanted, page, by=actor(), charges=charges())


@slots.post("/<uuid:slot_id>/quotes")
@slots.arguments(StateForSlot)
@slots.response(201, ShowQuoteWithOffers)
@idempotent
def ask(wanted: Requirement, slot_id: UUID, once: Once) -> Quote:
    """Ask one slot for its offer: at its discount, on its days. It is ordered like any other.

    `slot_unfit` names every reason why it makes none; a slot that was withdrawn or has closed is `slot_closed`. The
    quote is good until the slot closes at the latest; it reserves nothing.
    """
    with transaction():
        return once.row(
            lambda: spare_capacity.quote(
                slot_id, wanted, by=actor(), charges=charges(), valid_days=settings().quote_days
            ),
            find=partial(quotes.for_customer, actor()),
        )
