"""Delays of an order's jobs, as their factories have stated them."""

from uuid import UUID

from blueprints.customer.delays.schemas import DelayPage
from blueprints.customer.door import door
from blueprints.http.identity import actor
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.workflows import queries
from marketplace.workflows.queries import Delay

delays = door.room("delays", "Ship dates that factories have moved, and why.", path="/orders")


@delays.get("/<uuid:order_id>/delays")
@delays.arguments(Query, location="query")
@delays.response(200, DelayPage)
def browse(page: PageRequest, order_id: UUID) -> Page[Delay]:
    """List by how much jobs of the order were planned later than promised, the last statement first."""
    return queries.page_of_delays(actor(), order_id, page)
