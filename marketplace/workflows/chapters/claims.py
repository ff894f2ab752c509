"""What was wrong with the goods, what both sides said to it, and how it was put right."""

from collections.abc import Iterator
from typing import Any

from marketplace.claims import queries
from marketplace.claims.models import Claim, Remeasurement
from marketplace.workflows.chapters.values import File, Scope, as_json, columns

INNER = ("job_id", "claim_id", "claimed_by", "answered_by", "decided_by", "asked_by", "named_by", "reported_by")
"""What says nothing to a reader of the archive, or names persons."""


def chapter(scope: Scope) -> Iterator[File]:
    """claims/JOB.json of each job that was claimed; the photos lie among the attachments."""
    for job in scope.jobs:
        found = queries.of_job(job)
        if found:
            yield as_json(f"claims/{job.id}.json", [_claim(each) for each in found])


def _claim(claim: Claim) -> dict[str, Any]:
    return {**columns(claim, but=INNER), "remeasurement": _remeasurement(claim.remeasurement)}


def _remeasurement(found: Remeasurement | None) -> dict[str, Any] | None:
    return None if found is None else columns(found, but=INNER)
