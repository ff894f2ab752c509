"""How far the operations of each job came, as far as the reader of the archive sees it."""

from collections.abc import Iterator
from typing import Any

from marketplace.attachments.models import Side
from marketplace.production import milestones
from marketplace.production.milestones import OperationState, Progress
from marketplace.workflows.chapters.values import File, Scope, as_json


def chapter(scope: Scope) -> Iterator[File]:
    """operations/JOB.json of each job of which an operation was reported."""
    for job in scope.jobs:
        found = milestones.progress(job)
        if any(each.state is not OperationState.WAITING for each in found):
            yield as_json(f"operations/{job.id}.json", [_operation(each, scope.side) for each in found])


def _operation(found: Progress, side: Side) -> dict[str, Any]:
    """The customer reads no minutes but those that the factory shows."""
    told = {
        "number": found.operation.number,
        "name": found.operation.name,
        "state": found.state,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "real_min": found.shown_min,
        "notes": found.notes,
        "attachment_ids": [each.id for each in found.attachments],
    }
    if side is Side.CUSTOMER:
        return told
    return {**told, "real_min": found.real_min, "planned_min": found.operation.planned_min}
