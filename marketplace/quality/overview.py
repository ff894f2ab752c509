"""An inspection as its two parties look at it: the plan, what stands, what it comes to. Looking writes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.orders.models import Job
from marketplace.quality import inspecting, judging, queries
from marketplace.quality.judging import Findings
from marketplace.quality.models import Record
from marketplace.quality.values import EntryKind


@dataclass(frozen=True, slots=True)
class Overview:
    """The plan, what was found, and the records signed so far."""

    job_id: UUID
    is_frozen: bool
    """Whether the plan is written down; before, it is what it would be if something were written now."""
    is_ended: bool
    entries: int
    plan: Mapping[str, Any]
    characteristics: Sequence[Mapping[str, Any]]
    lots: Sequence[Mapping[str, Any]]
    verdict: Mapping[str, Any]
    records: Sequence[Record]


def overview(job: Job) -> Overview:
    """What the inspection of a job says now."""
    inspection = queries.of_job(job.id)
    if inspection is None:
        planned = {**inspecting.plan_of(queries.ordered(job.id)), "kind": EntryKind.PLAN.value}
        return _overview(job, judging.findings([planned]), entries=0, records=[])
    entries = queries.entries(inspection.id)
    found = judging.findings(each.content for each in entries)
    return _overview(job, found, entries=len(entries), records=queries.records(inspection.id))


def _overview(job: Job, found: Findings, *, entries: int, records: Sequence[Record]) -> Overview:
    return Overview(
        job_id=job.id,
        is_frozen=entries > 0,
        is_ended=any(each.ends_inspection for each in records),
        entries=entries,
        plan=found.plan,
        characteristics=[
            {**each.as_json(), "number": number, "is_required": number in found.required}
            for number, each in sorted(found.characteristics.items())
        ],
        lots=found.lots,
        verdict=judging.verdict(found),
        records=records,
    )
