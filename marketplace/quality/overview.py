"""An inspection as its two parties look at it: the plan, what stands, and what it comes to so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from marketplace.quality import judging, queries
from marketplace.quality.models import Inspection, Record


@dataclass(frozen=True, slots=True)
class Overview:
    """The plan, what was found, and the records signed so far."""

    job_id: UUID
    is_ended: bool
    entries: int
    plan: Mapping[str, Any]
    characteristics: Sequence[Mapping[str, Any]]
    lots: Sequence[Mapping[str, Any]]
    verdict: Mapping[str, Any]
    records: Sequence[Record]


def overview(inspection: Inspection) -> Overview:
    """What an inspection says now."""
    entries, records = queries.entries(inspection.id), queries.records(inspection.id)
    found = judging.findings(each.content for each in entries)
    return Overview(
        job_id=inspection.job_id,
        is_ended=any(each.ends_inspection for each in records),
        entries=len(entries),
        plan=found.plan,
        characteristics=[
            {**each.as_json(), "number": number, "is_required": number in found.required}
            for number, each in sorted(found.characteristics.items())
        ],
        lots=found.lots,
        verdict=judging.verdict(found),
        records=records,
    )
