"""Files beside orders and requests, as every side sends them, is shown them and saves them: never shown in place."""

from typing import Any, BinaryIO, Final

from flask import Response, send_file
from marshmallow import fields, post_load
from werkzeug.datastructures import FileStorage

from blueprints.http.fields import Instant
from blueprints.http.schemas import Shows, page_of
from blueprints.http.uploads import Form, OneFile
from marketplace.attachments.kinds import MEDIA_TYPES, AttachmentKind
from marketplace.attachments.models import Attachment, Side
from marketplace.workflows.intake import Upload

FILES: Final = {
    200: {
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(set(MEDIA_TYPES.values()))
        }
    }
}
"""How an operation that answers with one documents it."""


class UploadAttachment(Form):
    """A file, as a form (multipart/form-data): 25 MB at most."""

    file = OneFile(
        required=True,
        metadata={
            "description": "PNG, JPEG, WebP, PDF, STEP, STL, 3MF, DXF, CSV, plain text or ZIP: known by its content, "
            "whatever the name says.",
            "example": "drawing.pdf",
        },
    )

    @post_load
    def make(self, values: dict[str, Any], **_: Any) -> dict[str, Any]:
        sent: FileStorage = values.pop("file")
        return {"upload": Upload(stream=sent.stream, file_name=sent.filename or ""), **values}  # type: ignore[arg-type]


class ShowAttachment(Shows):
    """A file that somebody has laid beside an order or a request."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True, allow_none=True)
    job_id = fields.UUID(required=True, allow_none=True, metadata={"description": "null: for all of the order."})
    rfq_id = fields.UUID(required=True, allow_none=True)
    side = fields.Enum(Side, by_value=True, required=True, metadata={"description": "Who laid it there."})
    name = fields.String(required=True, metadata={"description": "As its sender called it.", "example": "drawing.pdf"})
    kind = fields.Enum(AttachmentKind, by_value=True, required=True)
    media_type = fields.String(required=True, metadata={"example": "application/pdf"})
    size_bytes = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    added_at = Instant(attribute="created_at", required=True)


AttachmentPage = page_of(ShowAttachment)


def to_save(file: BinaryIO, attachment: Attachment) -> Response:
    """A stranger's file, to be saved under its shown name; even opened in place, it could do nothing."""
    response = send_file(
        file,
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
        etag=attachment.sha256,
        conditional=False,
    )
    response.content_length = attachment.size_bytes
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
