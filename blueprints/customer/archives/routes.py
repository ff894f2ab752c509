"""The whole record of an order, to keep."""

from uuid import UUID

from flask import Response

from blueprints.customer.door import door
from blueprints.http.archives import ARCHIVE, archive, workshop
from blueprints.http.identity import actor
from marketplace.workflows.ordering import archiving

archives = door.room("archives", "The whole record of an order in one file.", path="/orders/<uuid:order_id>/archive")


@archives.get("")
@archives.response(200)
@archives.doc(responses=ARCHIVE)
def save(order_id: UUID) -> Response:
    """Save an order with its jobs, history, prices, messages and files as one ZIP file (docs/messages.md)."""
    return archive(archiving.of_order(order_id, workshop=workshop(), by=actor()), f"order-{order_id}.zip")
