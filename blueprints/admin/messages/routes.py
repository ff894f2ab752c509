"""Talking with customers about their orders."""

from uuid import UUID

from blueprints.admin.door import door
from blueprints.admin.messages.schemas import StaffMessagePage
from blueprints.http.identity import actor
from blueprints.http.messages import EntryPage, SayMessage, ShowSpoken, count_message
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.messages import queries, service
from marketplace.messages.models import Message
from marketplace.messages.queries import Entry
from marketplace.messages.service import Saying

messages = door.room("messages", "Conversations with customers about their orders.", path="")

ORDER = "/orders/<uuid:order_id>/messages"


@messages.get("/messages")
@messages.arguments(Query, location="query")
@messages.response(200, StaffMessagePage)
def browse(page: PageRequest) -> Page[Message]:
    """List what customers and staff wrote to each other on any order, newest first."""
    return queries.page_for_staff(page)


@messages.get(ORDER)
@messages.arguments(Query, location="query")
@messages.response(200, EntryPage)
def browse_order(page: PageRequest, order_id: UUID) -> Page[Entry]:
    """Read the conversation with the customer of an order, newest first; not what it writes to factories."""
    return queries.page(queries.of_order_for_staff(order_id), page)


@messages.post(ORDER)
@messages.arguments(SayMessage)
@messages.response(201, ShowSpoken)
@idempotent
def write_to_customer(saying: Saying, order_id: UUID, once: Once) -> Entry:
    """Write to the customer of an order."""
    count_message()
    with transaction():
        thread = queries.of_order_for_staff(order_id)
        return queries.entry(thread, once(lambda: service.say(thread, saying, by=actor()).id))


@messages.post(f"{ORDER}/read")
@messages.response(204)
def read_order(order_id: UUID) -> None:
    """Say that you have read all that is there."""
    with transaction():
        service.mark_read(queries.of_order_for_staff(order_id), by=actor())
