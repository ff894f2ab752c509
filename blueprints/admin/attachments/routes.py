"""Files that customers lay beside their orders for the staff."""

from functools import partial
from uuid import UUID

from flask import Response

from blueprints.admin.door import door
from blueprints.http.attachments import FILES, AttachmentPage, to_save
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.attachments import queries
from marketplace.attachments.models import Attachment
from marketplace.kernel.paging import Page, PageRequest
from marketplace.workflows import attaching

attachments = door.room("attachments", "Files that customers lay beside their orders for the staff.", path="")


@attachments.get("/orders/<uuid:order_id>/attachments")
@attachments.arguments(Query, location="query")
@attachments.response(200, AttachmentPage)
def browse_order(page: PageRequest, order_id: UUID) -> Page[Attachment]:
    """List what the customer of an order has laid there for the staff, newest first."""
    return queries.page_for_staff(order_id, page)


@attachments.get("/attachments/<uuid:attachment_id>/file")
@attachments.response(200)
@attachments.doc(responses=FILES)
def download(attachment_id: UUID) -> Response:
    """Save such a file."""
    return to_save(*attaching.hand_out(partial(queries.for_staff, attachment_id), store=ports().files))
