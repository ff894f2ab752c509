"""Inspections: what is measured on the pieces of a job, and the signed record of it."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from blueprints.factory.door import door
from blueprints.factory.inspections.schemas import (
    AddCharacteristic,
    AddLot,
    CloseRecord,
    LosePieces,
    Measure,
    MeasureByTable,
)
from blueprints.http.downloads import PDF
from blueprints.http.identity import actor
from blueprints.http.inspections import (
    InspectionEntryPage,
    ShowInspection,
    ShowInspectionEntry,
    ShowRecord,
    ShowSignedRecord,
)
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import ports
from blueprints.http.reports import report_of
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.quality import closing, inspecting, queries, tables
from marketplace.quality.models import Entry, Record
from marketplace.quality.overview import Overview, overview
from marketplace.quality.values import Characteristic, Loss, Lot, Stage, Value

inspections = door.room("inspections", "What you measure on the pieces of a job, and its signed record.", path="/jobs")


@inspections.get("/<uuid:job_id>/inspection")
@inspections.response(200, ShowInspection)
def show(job_id: UUID) -> Overview:
    """Show the inspection plan of a job, what was found so far, and its records."""
    return overview(queries.job_for_factory(actor(), job_id))


@inspections.get("/<uuid:job_id>/inspection/entries")
@inspections.arguments(Query, location="query")
@inspections.response(200, InspectionEntryPage)
def browse(page: PageRequest, job_id: UUID) -> Page[Entry]:
    """List the entries of an inspection, newest first: a chain, each with the hash of the one before it."""
    return queries.page_of_entries(queries.job_for_factory(actor(), job_id).id, page)


@inspections.post("/<uuid:job_id>/inspection/characteristics")
@inspections.arguments(AddCharacteristic)
@inspections.response(201, ShowInspectionEntry)
@idempotent
def add_characteristic(wanted: Characteristic, job_id: UUID, once: Once) -> Entry:
    """Inspect something more than was planned. It becomes required when the customer says so."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(lambda: inspecting.add_characteristic(job, wanted, by=actor()), find=queries.entry)


@inspections.post("/<uuid:job_id>/inspection/measurements")
@inspections.arguments(Measure)
@inspections.response(201, ShowInspection)
def measure(told: dict[str, Any], job_id: UUID) -> Overview:
    """Write down measured values; whether they pass is computed, the limits themselves pass.

    A piece is measured once at a stage, and once more after each rework. What was wrong is corrected by a value that
    names the wrong one's entry; both stay.
    """
    return _measured(job_id, told["stage"], told["values"])


@inspections.post("/<uuid:job_id>/inspection/tables")
@inspections.arguments(MeasureByTable)
@inspections.response(201, ShowInspection)
def measure_by_table(told: dict[str, Any], job_id: UUID) -> Overview:
    """Write down a table of measured values, as a spreadsheet or a measuring machine saves it: all of it or nothing."""
    return _measured(job_id, told["stage"], tables.values(told["table"]))


@inspections.post("/<uuid:job_id>/inspection/lots")
@inspections.arguments(AddLot)
@inspections.response(201, ShowInspectionEntry)
@idempotent
def add_lot(lot: Lot, job_id: UUID, once: Once) -> Entry:
    """Say of which material pieces are made, and by which certificate (EN 10204)."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(lambda: inspecting.add_lot(job, lot, by=actor()), find=queries.entry)


@inspections.post("/<uuid:job_id>/inspection/scrap")
@inspections.arguments(LosePieces)
@inspections.response(201, ShowInspectionEntry)
@idempotent
def scrap(loss: Loss, job_id: UUID, once: Once) -> Entry:
    """Say that pieces are lost, why, and what it cost. A new piece has a new number."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(lambda: inspecting.scrap(job, loss, by=actor()), find=queries.entry)


@inspections.post("/<uuid:job_id>/inspection/rework")
@inspections.arguments(LosePieces)
@inspections.response(201, ShowInspectionEntry)
@idempotent
def rework(loss: Loss, job_id: UUID, once: Once) -> Entry:
    """Say that pieces were worked on once more; they are measured again."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(lambda: inspecting.rework(job, loss, by=actor()), find=queries.entry)


@inspections.post("/<uuid:job_id>/inspection/records")
@inspections.arguments(CloseRecord)
@inspections.response(201, ShowRecord)
@idempotent
def close(told: dict[str, Any], job_id: UUID, once: Once) -> Record:
    """Sign all that was written so far, for a first article, on the way, or for a shipment.

    A final record without a shipment is the last one: nothing is added after it. It bears your name, and the customer
    may publish it.
    """
    key = ports().record_key.key()
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(
            lambda: closing.close(job, told["kind"], told["shipment_id"], by=actor(), key=key),
            find=partial(queries.record_of_job, job.id),
        )


@inspections.get("/<uuid:job_id>/inspection/records/<uuid:record_id>")
@inspections.response(200, ShowSignedRecord)
def record(job_id: UUID, record_id: UUID) -> dict[str, Any]:
    """Show a signed record, whole."""
    return closing.signed(queries.record_of_job(queries.job_for_factory(actor(), job_id).id, record_id))


@inspections.get("/<uuid:job_id>/inspection/records/<uuid:record_id>/pdf")
@inspections.response(200)
@inspections.doc(responses=PDF)
def report(job_id: UUID, record_id: UUID) -> Response:
    """Print a signed record as a report in the order of AS9102's forms 1, 2 and 3."""
    return report_of(queries.record_of_job(queries.job_for_factory(actor(), job_id).id, record_id))


def _measured(job_id: UUID, stage: Stage, values: list[Value]) -> Overview:
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        inspecting.measure(job, stage, values, by=actor())
        return overview(job)
