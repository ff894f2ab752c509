"""What the papers of a shipment say; whose job it is was asked before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.database import session
from marketplace.orders.models import Job, Shipment
from marketplace.quality import queries as quality
from marketplace.quality.models import Entry, Inspection
from marketplace.quality.queries import Ordered
from marketplace.quality.values import EntryKind
from marketplace.shipping.errors import ShipmentNotFound


@dataclass(frozen=True, slots=True)
class Sent:
    """A shipment with all that its papers say. `so_far` pieces of the job had left, with it."""

    shipment: Shipment
    number: int
    so_far: int
    address: Mapping[str, Any] | None
    """Where it went; None: fetched."""
    ordered: Ordered
    lots: Sequence[Mapping[str, Any]]
    """Of which material its factory said that the job is made, the entries of its quality record."""


def sent(job: Job, shipment_id: UUID) -> Sent:
    """A shipment of a job that is loaded with its order, lines, shipments and their parcels.

    Raises ShipmentNotFound.
    """
    number = next((at for at, each in enumerate(job.shipments, 1) if each.id == shipment_id), None)
    if number is None:
        raise ShipmentNotFound("This job has no such shipment.")
    return _sent(job, number, quality.ordered(job.id), _lots(job))


def every_sent(job: Job) -> Sequence[Sent]:
    """All shipments of such a job, in the order of time."""
    if not job.shipments:
        return []
    ordered, lots = quality.ordered(job.id), _lots(job)
    return [_sent(job, number, ordered, lots) for number in range(1, len(job.shipments) + 1)]


def _sent(job: Job, number: int, ordered: Ordered, lots: Sequence[Mapping[str, Any]]) -> Sent:
    """Its factory knows where it went, also when it has the job no more."""
    so_far = sum(each.pieces for each in job.shipments[:number])
    return Sent(job.shipments[number - 1], number, so_far, job.goes_to, ordered, lots)


def _lots(job: Job) -> Sequence[Mapping[str, Any]]:
    query = select(Entry.content).join(Inspection, Inspection.id == Entry.inspection_id)
    return (
        session()
        .scalars(query.where(Inspection.job_id == job.id, Entry.kind == EntryKind.LOT).order_by(Entry.number))
        .all()
    )
