"""Files beside your orders and requests: lay them there, list them, save them."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from blueprints.customer.attachments.schemas import UploadToOrder, UploadToRequest
from blueprints.customer.door import door
from blueprints.http.attachments import FILES, AttachmentPage, ShowAttachment, to_save
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.attachments import queries
from marketplace.attachments.models import Attachment
from marketplace.kernel.paging import Page, PageRequest
from marketplace.workflows import attaching

attachments = door.room(
    "attachments", "Files beside your orders and requests: drawings, photos, certificates.", path=""
)


@attachments.post("/orders/<uuid:order_id>/attachments")
@attachments.arguments(UploadToOrder, location="form_and_files")
@attachments.response(201, ShowAttachment)
@idempotent
def attach_to_order(sent: dict[str, Any], order_id: UUID, once: Once) -> Attachment:
    """Lay a file beside an order or one of its jobs; the factories that it concerns see it."""
    upload = sent.pop("upload")
    find = partial(queries.place_of_customer, actor(), order_id, **sent)
    return attaching.attach(upload, find, store=ports().files, by=actor(), once=once)


@attachments.get("/orders/<uuid:order_id>/attachments")
@attachments.arguments(Query, location="query")
@attachments.response(200, AttachmentPage)
def browse_order(page: PageRequest, order_id: UUID) -> Page[Attachment]:
    """List the files beside an order and its jobs, newest first, whoever laid them there."""
    return queries.page_of_order(actor(), order_id, page)


@attachments.post("/rfqs/<uuid:rfq_id>/attachments")
@attachments.arguments(UploadToRequest, location="form_and_files")
@attachments.response(201, ShowAttachment)
@idempotent
def attach_to_request(sent: dict[str, Any], rfq_id: UUID, once: Once) -> Attachment:
    """Lay a file beside a request; every factory that has agreed to its terms sees it, or the one that you name."""
    upload = sent.pop("upload")
    find = partial(queries.place_in_own_request, actor(), rfq_id, **sent)
    return attaching.attach(upload, find, store=ports().files, by=actor(), once=once)


@attachments.get("/rfqs/<uuid:rfq_id>/attachments")
@attachments.arguments(Query, location="query")
@attachments.response(200, AttachmentPage)
def browse_request(page: PageRequest, rfq_id: UUID) -> Page[Attachment]:
    """List the files beside a request, newest first, whoever laid them there."""
    return queries.page_of_request(actor(), rfq_id, page)


@attachments.get("/attachments/<uuid:attachment_id>/file")
@attachments.response(200)
@attachments.doc(responses=FILES)
def download(attachment_id: UUID) -> Response:
    """Save a file."""
    find = partial(queries.for_customer, actor(), attachment_id)
    return to_save(*attaching.hand_out(find, store=ports().files))
