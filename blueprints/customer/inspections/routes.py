"""Inspections of what was ordered: what the factory measures, and the records that it signed."""

from typing import Any
from uuid import UUID

from flask import Response

from blueprints.customer.door import door
from blueprints.customer.inspections.schemas import RequireCharacteristics
from blueprints.http.downloads import PDF
from blueprints.http.identity import actor
from blueprints.http.inspections import InspectionEntryPage, ShowInspection, ShowRecord, ShowSignedRecord
from blueprints.http.reports import report_of
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.quality import closing, inspecting, queries
from marketplace.quality.models import Entry, Record
from marketplace.quality.overview import Overview, overview

inspections = door.room("inspections", "What is measured on what you ordered, and its signed records.", path="/orders")


@inspections.get("/<uuid:order_id>/jobs/<uuid:job_id>/inspection")
@inspections.response(200, ShowInspection)
def show(order_id: UUID, job_id: UUID) -> Overview:
    """Show the inspection plan of a job, what was found so far, and its records."""
    return overview(queries.job_for_customer(actor(), order_id, job_id))


@inspections.get("/<uuid:order_id>/jobs/<uuid:job_id>/inspection/entries")
@inspections.arguments(Query, location="query")
@inspections.response(200, InspectionEntryPage)
def browse(page: PageRequest, order_id: UUID, job_id: UUID) -> Page[Entry]:
    """List the entries of an inspection, newest first: a chain, each with the hash of the one before it."""
    return queries.page_of_entries(queries.job_for_customer(actor(), order_id, job_id).id, page)


@inspections.post("/<uuid:order_id>/jobs/<uuid:job_id>/inspection/required")
@inspections.arguments(RequireCharacteristics)
@inspections.response(201, ShowInspection)
def require(told: dict[str, Any], order_id: UUID, job_id: UUID) -> Overview:
    """Say which characteristics must be measured on every inspected piece."""
    with transaction():
        job = queries.job_for_customer_to_change(actor(), order_id, job_id)
        inspecting.require(job, told["characteristics"], by=actor())
        return overview(job)


@inspections.get("/<uuid:order_id>/jobs/<uuid:job_id>/inspection/records/<uuid:record_id>")
@inspections.response(200, ShowSignedRecord)
def record(order_id: UUID, job_id: UUID, record_id: UUID) -> dict[str, Any]:
    """Show a signed record, whole: keep it, it verifies without us."""
    return closing.signed(queries.record_of_job(queries.job_for_customer(actor(), order_id, job_id).id, record_id))


@inspections.get("/<uuid:order_id>/jobs/<uuid:job_id>/inspection/records/<uuid:record_id>/pdf")
@inspections.response(200)
@inspections.doc(responses=PDF)
def report(order_id: UUID, job_id: UUID, record_id: UUID) -> Response:
    """Print a signed record as a report in the order of AS9102's forms 1, 2 and 3."""
    return report_of(queries.record_of_job(queries.job_for_customer(actor(), order_id, job_id).id, record_id))


@inspections.post("/<uuid:order_id>/jobs/<uuid:job_id>/inspection/records/<uuid:record_id>/publish")
@inspections.response(200, ShowRecord)
def publish(order_id: UUID, job_id: UUID, record_id: UUID) -> Record:
    """Let anybody see the record at `/v1/records/{id}`, with all figures and the name of who signed it."""
    with transaction():
        job = queries.job_for_customer(actor(), order_id, job_id)
        found = queries.record_of_job(job.id, record_id, is_locked=True)
        closing.publish(found, by=actor())
    return found


@inspections.post("/<uuid:order_id>/jobs/<uuid:job_id>/inspection/records/<uuid:record_id>/withdraw")
@inspections.response(200, ShowRecord)
def withdraw(order_id: UUID, job_id: UUID, record_id: UUID) -> Record:
    """Keep the record between the two parties again; whoever has a copy can still verify it."""
    with transaction():
        job = queries.job_for_customer(actor(), order_id, job_id)
        found = queries.record_of_job(job.id, record_id, is_locked=True)
        closing.withdraw(found, by=actor())
    return found
