"""Files that people are given: to be saved, never shown."""

from typing import BinaryIO, Final

from flask import Response, send_file

from marketplace.geometry.values import FileKind
from marketplace.parts.models import Revision

MEDIA_TYPES: Final = {
    FileKind.STEP: "model/step",
    FileKind.STL: "model/stl",
    FileKind.OBJ: "model/obj",
    FileKind.THREE_MF: "model/3mf",
    FileKind.DXF: "image/vnd.dxf",
}
"""IANA's registry of media types."""
BYTES: Final = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}
"""How an operation that answers with a file documents it."""


PDF: Final = {200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}}
"""How an operation that answers with a printed document documents it."""


def printed(content: bytes, name: str) -> Response:
    """A printed document, to be saved under a name of ours."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def attachment(file: BinaryIO, revision: Revision) -> Response:
    """A file to be saved, never shown: under its shown name, with its length; whole, whatever parts are asked for."""
    response = send_file(
        file,
        mimetype=MEDIA_TYPES[revision.file.kind],
        as_attachment=True,
        download_name=revision.file_name,
        etag=revision.sha256,
        conditional=False,
    )
    response.content_length = revision.file.size_bytes
    response.headers["Cache-Control"] = "private, no-store"
    return response
