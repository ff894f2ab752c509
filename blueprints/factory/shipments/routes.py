"""Papers of what you ship: the packing list, and a label for each parcel."""

from uuid import UUID

from flask import Response

from blueprints.factory.door import door
from blueprints.http.downloads import PDF
from blueprints.http.identity import actor
from blueprints.http.papers import labels_of, packing_list_of
from marketplace.orders import queries

shipments = door.room("shipments", "Papers of what you ship.", path="/jobs/<uuid:job_id>/shipments/<uuid:shipment_id>")


@shipments.get("/packing-list")
@shipments.response(200)
@shipments.doc(responses=PDF)
def packing_list(job_id: UUID, shipment_id: UUID) -> Response:
    """Print what lies in which parcel, of which order, for whom, and of which material."""
    return packing_list_of(queries.for_factory_to_make(actor(), job_id), shipment_id)


@shipments.get("/labels")
@shipments.response(200)
@shipments.doc(responses=PDF)
def labels(job_id: UUID, shipment_id: UUID) -> Response:
    """Print a label of A6 for each parcel; its code says the parcel's id."""
    return labels_of(queries.for_factory_to_make(actor(), job_id), shipment_id)


@shipments.get("/parcels/<int:number>/label")
@shipments.response(200)
@shipments.doc(responses=PDF)
def label(job_id: UUID, shipment_id: UUID, number: int) -> Response:
    """Print the label of one parcel."""
    return labels_of(queries.for_factory_to_make(actor(), job_id), shipment_id, of_parcel=number)
