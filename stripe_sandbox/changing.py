"""Changing what a caller may change of an object, and telling what it was before."""

from typing import Any

from stripe_sandbox import events
from stripe_sandbox.calls import Call
from stripe_sandbox.resources import metadata
from stripe_sandbox.world import Record

Json = dict[str, Any]


def change(call: Call, record: Record, given: Json, *, event: str | None) -> Json:
    """Take over the values that a caller gave; an empty one unsets its field. The object as it is shown then.

    `event` is told when something is different from before, None where Stripe tells nothing.
    """
    after = {name: None if value == "" else value for name, value in given.items()}
    if "metadata" in given:
        after["metadata"] = metadata.changed_by(given, record.shown.get("metadata"))
    before = {name: record.shown.get(name) for name, value in after.items() if value != record.shown.get(name)}
    record.shown.update(after)
    if before and event:
        events.emit(call, event, record, before=before)
    return record.shown
