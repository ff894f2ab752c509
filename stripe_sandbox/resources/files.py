"""Files: what is uploaded to Stripe, such as the evidence in a dispute."""

import base64
from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.errors import InvalidRequest
from stripe_sandbox.listing import page
from stripe_sandbox.routing import PAGING, serves

Json = dict[str, Any]
EVIDENCE = "dispute_evidence"
KINDS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
LARGEST_EVIDENCE = 5_000_000
"""Bytes (docs.stripe.com/file-upload): evidence is PDF, JPEG or PNG of at most 5 MB."""


@serves("POST", "/v1/files", "file purpose")
def create(call: Call, given: Json) -> Json:
    """Keep a file for a purpose. Raises InvalidRequest for evidence that no bank would open."""
    upload = call.upload
    if upload is None:
        raise InvalidRequest("Missing required param: file.", code="parameter_missing", param="file")
    kind = next((kind for magic, kind in KINDS.items() if upload.content.startswith(magic)), None)
    if given["purpose"] == EVIDENCE and (kind is None or len(upload.content) > LARGEST_EVIDENCE):
        raise InvalidRequest("Dispute evidence is a PDF, JPEG or PNG file of at most 5 MB.", param="file")
    file = call.world.add(
        "file",
        call.account,
        filename=upload.name,
        links={"object": "list", "data": [], "has_more": False, "url": "/v1/file_links"},
        purpose=given["purpose"],
        size=len(upload.content),
        type=kind or upload.name.rpartition(".")[2].lower() or None,
        kept={"content": base64.b64encode(upload.content).decode()},
    )
    file.shown["url"] = f"{call.base_url}/_sandbox/files/{file.id}"
    events.emit(call, "file.created", file)
    return file.shown


@serves("GET", "/v1/files/{file}")
def retrieve(call: Call, _given: Json, file: str) -> Json:
    """What is known of a file."""
    return call.world.find("file", file, call.account).shown


@serves("GET", "/v1/files", f"purpose {PAGING}")
def listed(call: Call, given: Json) -> Json:
    """The files of an account."""
    return page(call, "file", given, url="/v1/files", by=("purpose",))


def check(call: Call, id: str, *, purpose: str, param: str) -> None:
    """A parameter names a file that was uploaded for this purpose. Raises NoSuchObject, InvalidRequest."""
    file = call.world.find("file", id, call.account, param=param)
    if file.shown["purpose"] != purpose:
        raise InvalidRequest(f"The file {id} was not uploaded for {purpose}.", param=param)
