"""The files that lie beside the order, as they came, and what each was called."""

from collections.abc import Iterator
from typing import Any

from marketplace.attachments.models import Attachment, Side
from marketplace.workflows.chapters import queries
from marketplace.workflows.chapters.values import File, Scope, Stored, as_json, columns


def chapter(scope: Scope) -> Iterator[File]:
    """attachments.json, attachments/…; names of files are ours, what they were called is in the list."""
    found = queries.attachments(scope.order, of_job=None if scope.side is Side.CUSTOMER else scope.jobs[0])
    yield as_json("attachments.json", [_described(each) for each in found])
    for each in found:
        yield Stored(_path(each), each.sha256, each.size_bytes)


def _path(attachment: Attachment) -> str:
    return f"attachments/{attachment.id}.{attachment.kind}"


def _described(attachment: Attachment) -> dict[str, Any]:
    inner = ("organisation_id", "uploaded_by", "rfq_id", "invitation_id")
    return {**columns(attachment, but=inner), "path": _path(attachment), "media_type": attachment.media_type}
