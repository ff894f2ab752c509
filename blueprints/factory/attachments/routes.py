"""Files beside your jobs and the requests to which you were invited: lay them there, list them, save them."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from blueprints.factory.door import door
from blueprints.http.attachments import FILES, AttachmentPage, ShowAttachment, UploadAttachment, to_save
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.attachments import queries
from marketplace.attachments.models import Attachment
from marketplace.kernel.paging import Page, PageRequest
from marketplace.workflows import attaching

attachments = door.room("attachments", "Files beside your jobs, and in requests: drawings, photos, papers.", path="")


@attachments.post("/jobs/<uuid:job_id>/attachments")
@attachments.arguments(UploadAttachment, location="form_and_files")
@attachments.response(201, ShowAttachment)
@idempotent
def attach_to_job(sent: dict[str, Any], job_id: UUID, once: Once) -> Attachment:
    """Lay a file beside your job; its customer sees it, and no other factory."""
    find = partial(queries.place_of_factory, actor(), job_id)
    return attaching.attach(sent["upload"], find, store=ports().files, by=actor(), once=once)


@attachments.get("/jobs/<uuid:job_id>/attachments")
@attachments.arguments(Query, location="query")
@attachments.response(200, AttachmentPage)
def browse_job(page: PageRequest, job_id: UUID) -> Page[Attachment]:
    """List the files beside your job and those that the customer lays there for all of the order, newest first."""
    return queries.page_of_job(actor(), job_id, page)


@attachments.post("/rfqs/<uuid:rfq_id>/attachments")
@attachments.arguments(UploadAttachment, location="form_and_files")
@attachments.response(201, ShowAttachment)
@idempotent
def attach_to_request(sent: dict[str, Any], rfq_id: UUID, once: Once) -> Attachment:
    """Lay a file into a request whose terms you have agreed to; its customer sees it, and no other factory."""
    find = partial(queries.place_in_request, actor(), rfq_id)
    return attaching.attach(sent["upload"], find, store=ports().files, by=actor(), once=once)


@attachments.get("/rfqs/<uuid:rfq_id>/attachments")
@attachments.arguments(Query, location="query")
@attachments.response(200, AttachmentPage)
def browse_request(page: PageRequest, rfq_id: UUID) -> Page[Attachment]:
    """List your files in a request and those of its customer, newest first; once you have agreed to the terms."""
    return queries.page_for_bidder(actor(), rfq_id, page)


@attachments.get("/attachments/<uuid:attachment_id>/file")
@attachments.response(200)
@attachments.doc(responses=FILES)
def download(attachment_id: UUID) -> Response:
    """Save a file."""
    find = partial(queries.for_factory, actor(), attachment_id)
    return to_save(*attaching.hand_out(find, store=ports().files))
