"""The papers of a shipment, printed, for everybody who may see it."""

from uuid import UUID

from flask import Response

from blueprints.http.downloads import printed
from blueprints.http.ports import ports
from marketplace.orders.models import Job
from marketplace.shipping import papers, queries


def packing_list_of(job: Job, shipment_id: UUID) -> Response:
    """What lies in the parcels of a shipment. Raises ShipmentNotFound."""
    sent = queries.sent(job, shipment_id)
    content = ports().typesetter.pdf(papers.PACKING_LIST, papers.packing_list(sent), made_at=sent.shipment.created_at)
    return printed(content, f"packing-list-{job.order.number}-{job.line_number}-{sent.number}.pdf")


def labels_of(job: Job, shipment_id: UUID, *, of_parcel: int | None = None) -> Response:
    """A label for each parcel of a shipment, or for one. Raises ShipmentNotFound, ParcelNotFound."""
    sent = queries.sent(job, shipment_id)
    shown = papers.labels(sent, of_parcel=of_parcel)
    content = ports().typesetter.pdf(papers.LABELS, shown, made_at=sent.shipment.created_at)
    return printed(content, f"labels-{job.order.number}-{job.line_number}-{sent.number}.pdf")
