"""Papers of what was shipped to you."""

from uuid import UUID

from flask import Response

from blueprints.customer.door import door
from blueprints.http.downloads import PDF
from blueprints.http.identity import actor
from blueprints.http.papers import packing_list_of
from marketplace.orders import queries

shipments = door.room(
    "shipments",
    "Papers of what was shipped to you.",
    path="/orders/<uuid:order_id>/jobs/<uuid:job_id>/shipments/<uuid:shipment_id>",
)


@shipments.get("/packing-list")
@shipments.response(200)
@shipments.doc(responses=PDF)
def packing_list(order_id: UUID, job_id: UUID, shipment_id: UUID) -> Response:
    """Print what lies in which parcel, of which order, and of which material."""
    return packing_list_of(queries.job_of(queries.for_customer(actor(), order_id), job_id), shipment_id)
