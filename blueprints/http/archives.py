"""An order's record as one file, to be saved."""

from typing import IO, Final

from flask import Response, send_file

from blueprints.http.ports import ports, settings
from marketplace.workflows.ordering.archiving import Workshop

ZIP: Final = "application/zip"
ARCHIVE: Final = {200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}}
"""How an operation that answers with one documents it."""


def workshop() -> Workshop:
    """What archives are made with."""
    return Workshop(ports().files, ports().typesetter, f"{settings().public_url}/records/verify")


def archive(file: IO[bytes], name: str) -> Response:
    """A ZIP file to be saved, under a name of ours."""
    size = file.seek(0, 2)
    file.seek(0)
    response = send_file(file, mimetype=ZIP, as_attachment=True, download_name=name, conditional=False)
    response.content_length = size
    response.headers["Cache-Control"] = "private, no-store"
    return response
