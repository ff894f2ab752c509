"""Jobs: take them or not, report on them, ship them."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from blueprints.factory.door import door
from blueprints.factory.jobs.schemas import (
    DeclineJob,
    FactoryJobPage,
    GiveUpJob,
    ReportProgress,
    ShipJob,
    ShowFactoryJob,
)
from blueprints.http.downloads import BYTES, attachment
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.pictures import GLTF, MODEL, PNG, THUMBNAIL, picture
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.orders import making, queries
from marketplace.orders.models import Job
from marketplace.parts import queries as revisions
from marketplace.workflows.handing_out import hand_out
from marketplace.workflows.ordering import fulfilment

jobs = door.room("jobs", "Work that customers have paid for and that you may take.")


@jobs.get("")
@jobs.arguments(Query, location="query")
@jobs.response(200, FactoryJobPage)
def browse(page: PageRequest) -> Page[Job]:
    """List your jobs, newest first."""
    return queries.page_for_factory(actor(), page)


@jobs.get("/<uuid:job_id>")
@jobs.response(200, ShowFactoryJob)
def show(job_id: UUID) -> Job:
    """Show a job with its reports and its shipment."""
    return queries.for_factory(actor(), job_id)


@jobs.get("/<uuid:job_id>/file")
@jobs.response(200)
@jobs.doc(responses={200: {"content": BYTES}})
def download(job_id: UUID) -> Response:
    """Download the file of the part to be made; the customer sees that you did."""
    with transaction():
        revision = revisions.revision(queries.for_factory_to_make(actor(), job_id).revision_id)
    return attachment(hand_out(revision, store=ports().files, by=actor()), revision)


@jobs.get("/<uuid:job_id>/thumbnail")
@jobs.response(200)
@jobs.doc(responses=THUMBNAIL)
def thumbnail(job_id: UUID) -> Response:
    """Show a small picture of the part to be made."""
    with transaction():
        revision = revisions.revision(queries.for_factory_to_make(actor(), job_id).revision_id)
        return picture(revisions.thumbnail(revision), PNG)


@jobs.get("/<uuid:job_id>/model")
@jobs.response(200)
@jobs.doc(responses=MODEL)
def model(job_id: UUID) -> Response:
    """Show a model of the part to be made in a viewer: its shape, coarser than the file."""
    with transaction():
        revision = revisions.revision(queries.for_factory_to_make(actor(), job_id).revision_id)
        return picture(revisions.model(revision), GLTF)


@jobs.post("/<uuid:job_id>/accept")
@jobs.response(200, ShowFactoryJob)
def accept(job_id: UUID) -> Job:
    """Take the job at the agreed price and ship date; its minutes become firm."""
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        fulfilment.accept(job, by=actor())
    return job


@jobs.post("/<uuid:job_id>/decline")
@jobs.arguments(DeclineJob)
@jobs.response(200, ShowFactoryJob)
def decline(why: dict[str, Any], job_id: UUID) -> Job:
    """Do not take the job: your minutes come back, and the customer's own rule says what follows."""
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        fulfilment.decline(job, by=actor(), reason=why["reason"])
    return job


@jobs.post("/<uuid:job_id>/give-up")
@jobs.arguments(GiveUpJob)
@jobs.response(200, ShowFactoryJob)
def give_up(why: dict[str, Any], job_id: UUID) -> Job:
    """Give a job up that you have taken: you are paid nothing for it, and the customer's own rule says what follows."""
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        fulfilment.give_up(job, by=actor(), reason=why["reason"])
    return job


@jobs.post("/<uuid:job_id>/reports")
@jobs.arguments(ReportProgress)
@jobs.response(201, ShowFactoryJob)
@idempotent
def report(progress: dict[str, Any], job_id: UUID, once: Once) -> Job:
    """Report how many pieces are done; the customer sees it."""

    def reported() -> Job:
        job = queries.for_factory_to_change(actor(), job_id)
        making.report(job, by=actor(), **progress)
        return job

    with transaction():
        return once.row(reported, find=partial(queries.for_factory, actor()))


@jobs.post("/<uuid:job_id>/ship")
@jobs.arguments(ShipJob)
@jobs.response(200, ShowFactoryJob)
@idempotent
def ship(shipment: dict[str, Any], job_id: UUID, once: Once) -> Job:
    """Say that goods have left: all, or some of the pieces; with whom, and how to follow them."""

    def shipped() -> Job:
        job = queries.for_factory_to_change(actor(), job_id)
        fulfilment.ship(job, by=actor(), **shipment)
        return job

    with transaction():
        return once.row(shipped, find=partial(queries.for_factory, actor()))
