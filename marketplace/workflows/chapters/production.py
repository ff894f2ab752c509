"""How far the operations of each job came, who else did any of them, and its first articles, as the reader sees it."""

from collections.abc import Iterator
from typing import Any

from marketplace.attachments.models import Side
from marketplace.production import progress, queries
from marketplace.production.progress import OperationState, Progress
from marketplace.workflows.chapters.values import File, Scope, as_json, columns

INNER = ("handed_over_by", "answered_by", "proposed_by", "agreed_by", "remind_at")
"""What names persons, or is only for our own use."""


def chapter(scope: Scope) -> Iterator[File]:
    """operations/JOB.json of each job of which an operation was reported; first_articles/…, subcontracts/… if any."""
    for job in scope.jobs:
        found = progress.of_job(job)
        if any(each.state is not OperationState.WAITING for each in found):
            yield as_json(f"operations/{job.id}.json", [_operation(each, scope.side) for each in found])
        if job.first_article is not None:
            pieces = [columns(each, but=INNER) for each in queries.first_articles(job.id)]
            yield as_json(f"first_articles/{job.id}.json", pieces)
        if job.is_subcontracted:
            given = [columns(each, but=INNER) for each in queries.subcontracts(job.id)]
            yield as_json(f"subcontracts/{job.id}.json", given)


def _operation(found: Progress, side: Side) -> dict[str, Any]:
    """The customer reads no minutes but those that the factory shows."""
    told = {
        "number": found.operation.number,
        "name": found.operation.name,
        "state": found.state,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "real_min": found.shown_min,
        "is_done_elsewhere": found.is_done_elsewhere,
        "notes": found.notes,
        "attachment_ids": [each.id for each in found.attachments],
    }
    if side is Side.CUSTOMER:
        return told
    return {**told, "real_min": found.real_min, "planned_min": found.operation.planned_min}
