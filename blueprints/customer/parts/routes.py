from uuid import UUID

from flask import Response

from blueprints.customer.door import door
from blueprints.customer.parts.schemas import (
    AccessPage,
    ConfirmUnits,
    CustomerPart,
    CustomerPartPage,
    CustomerRevision,
    UploadPart,
    UploadRevision,
)
from blueprints.http.downloads import BYTES, attachment
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.pictures import GLTF, MODEL, PNG, THUMBNAIL, picture
from blueprints.http.ports import ports, settings
from blueprints.http.schemas import Query
from marketplace.geometry.values import Units
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.parts import queries, service
from marketplace.parts.models import FileAccess, Part, Revision
from marketplace.workflows import intake
from marketplace.workflows.handing_out import hand_out

parts = door.room("parts", "What you want made: files, their measurements, and who was given them.")

REVISION = "/<uuid:part_id>/revisions/<int(min=1, max=1000):number>"


@parts.post("")
@parts.arguments(UploadPart, location="form_and_files")
@parts.response(202, CustomerPart)
@idempotent
def upload(sent: intake.Upload, once: Once) -> Part:
    """Upload a new part; its first revision is measured shortly."""
    return intake.receive(sent, store=ports().files, most_bytes=settings().upload_bytes, by=actor(), once=once)


@parts.get("")
@parts.arguments(Query, location="query")
@parts.response(200, CustomerPartPage)
def index(request: PageRequest) -> Page[Part]:
    """List your parts, newest first."""
    with transaction():
        return queries.page_for_customer(actor(), request)


@parts.get("/<uuid:part_id>")
@parts.response(200, CustomerPart)
def show(part_id: UUID) -> Part:
    """Look at a part and its revisions."""
    with transaction():
        return queries.for_customer(actor(), part_id)


@parts.post("/<uuid:part_id>/revisions")
@parts.arguments(UploadRevision, location="form_and_files")
@parts.response(202, CustomerRevision)
@idempotent
def revise(sent: intake.Upload, part_id: UUID, once: Once) -> Revision:
    """Upload a part's next revision; it is measured shortly."""
    return intake.revise(part_id, sent, store=ports().files, most_bytes=settings().upload_bytes, by=actor(), once=once)


@parts.get(REVISION)
@parts.response(200, CustomerRevision)
def show_revision(part_id: UUID, number: int) -> Revision:
    """Look at a revision: what was measured, and what stands against making it."""
    with transaction():
        return queries.revision_for_customer(actor(), part_id, number)


@parts.post(f"{REVISION}/units")
@parts.arguments(ConfirmUnits)
@parts.response(200, CustomerRevision)
@idempotent
def confirm_units(units: Units, part_id: UUID, number: int, once: Once) -> Revision:
    """Confirm in which units the file was drawn; this is final for the revision."""
    with transaction():
        revision = queries.revision_for_confirming(actor(), part_id, number)
        once(lambda: service.confirm_units(revision, units, by=actor()).id)
    return revision


@parts.get(f"{REVISION}/file")
@parts.response(200)
@parts.doc(responses={200: {"content": BYTES}})
def download(part_id: UUID, number: int) -> Response:
    """Download the file of a revision; that you did is written down."""
    with transaction():
        revision = queries.revision_for_customer(actor(), part_id, number)
    return attachment(hand_out(revision, store=ports().files, by=actor()), revision)


@parts.get(f"{REVISION}/thumbnail")
@parts.response(200)
@parts.doc(responses=THUMBNAIL)
def thumbnail(part_id: UUID, number: int) -> Response:
    """Show a small picture of a revision."""
    with transaction():
        revision = queries.revision_for_customer(actor(), part_id, number)
        return picture(queries.thumbnail(revision), PNG)


@parts.get(f"{REVISION}/model")
@parts.response(200)
@parts.doc(responses=MODEL)
def model(part_id: UUID, number: int) -> Response:
    """Show a model of a revision in a viewer: its shape, coarser than the file."""
    with transaction():
        revision = queries.revision_for_customer(actor(), part_id, number)
        return picture(queries.model(revision), GLTF)


@parts.get(f"{REVISION}/accesses")
@parts.arguments(Query, location="query")
@parts.response(200, AccessPage)
def accesses(request: PageRequest, part_id: UUID, number: int) -> Page[FileAccess]:
    """List who was given the file of a revision, newest first."""
    with transaction():
        revision = queries.revision_for_customer(actor(), part_id, number)
        return queries.accesses(revision.id, request)
