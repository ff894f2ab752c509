"""What was said, and done in between."""

from collections.abc import Iterator
from typing import Any

from marketplace.attachments.models import Side
from marketplace.messages import queries
from marketplace.messages.queries import Entry
from marketplace.messages.threads import Thread, ThreadKind
from marketplace.workflows.chapters.values import File, Scope, as_json


def chapter(scope: Scope) -> Iterator[File]:
    """messages/JOB.json for each job, and for the customer messages/staff.json."""
    customer = scope.order.organisation_id
    for job in scope.jobs:
        thread = Thread(ThreadKind.JOB, job.id, scope.side, customer, job.factory_id, order_id=job.order_id)
        yield as_json(f"messages/{job.id}.json", [_entry(each) for each in queries.every_entry(thread)])
    if scope.side is Side.CUSTOMER:
        thread = Thread(ThreadKind.ORDER, scope.order.id, scope.side, customer, order_id=scope.order.id)
        yield as_json("messages/staff.json", [_entry(each) for each in queries.every_entry(thread)])


def _entry(entry: Entry) -> dict[str, Any]:
    """Whether it was read is left out: reading changes no record."""
    if entry.event is not None:
        return {"id": entry.id, "at": entry.created_at, "side": entry.side, "event": entry.event, "facts": entry.facts}
    return {
        "id": entry.id,
        "at": entry.created_at,
        "side": entry.side,
        "author": entry.author,
        "text": entry.text,
        "attachment_ids": [each.id for each in entry.attachments],
    }
