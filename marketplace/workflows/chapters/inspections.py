"""What was measured: the plan and every entry in their chain, each record as it was signed and printed, and the keys.

`python3 tools/verify_record.py RECORD --keys record-keys.json` verifies a record of an archive without anybody's help.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from marketplace.orders.models import Job
from marketplace.quality import documents, judging, reporting
from marketplace.quality import queries as quality
from marketplace.quality.models import Entry, Record
from marketplace.workflows.chapters.values import File, Made, Printed, Scope, as_json, columns

INNER = ("inspection_id", "head", "seal", "signature", "closed_by", "published_by")
"""Of a record: what stands in its own file, or names persons."""


def chapter(scope: Scope) -> Iterator[File]:
    """inspections/JOB.json, inspections/JOB/record-N.json and .pdf of each job that was inspected; record-keys.json."""
    is_signed = False
    for job in scope.jobs:
        inspection = quality.of_job(job.id)
        if inspection is None:
            continue
        entries, records = quality.entries(inspection.id), quality.records_with_keys(inspection.id)
        yield Made(f"inspections/{job.id}.json", partial(_inspection, job, entries, records))
        for record in records:
            is_signed, place = True, f"inspections/{job.id}/record-{record.number:03}"
            signed = partial(_signed, record, entries)
            yield Made(f"{place}.json", partial(_record, f"{place}.json", signed))
            figures = partial(_figures, signed, scope.verify_at)
            yield Printed(f"{place}.pdf", reporting.TEMPLATE, figures, record.created_at)
    if is_signed:
        yield as_json("record-keys.json", _keys())


def _inspection(job: Job, entries: Sequence[Entry], records: Sequence[Record]) -> bytes:
    shown = [each.shown for each in entries]
    found = judging.findings(shown)
    told = {
        "job_id": job.id,
        "plan": found.plan,
        "verdict": judging.verdict(found),
        "entries": shown,
        "records": [columns(each, but=INNER) for each in records],
    }
    return as_json("", told).content


def _signed(record: Record, entries: Sequence[Entry]) -> dict[str, Any]:
    return documents.signed(record, [each.shown for each in entries[: record.last_entry]])


def _record(path: str, signed: partial[dict[str, Any]]) -> bytes:
    return as_json(path, signed()).content


def _figures(signed: partial[dict[str, Any]], verify_at: str) -> dict[str, Any]:
    return reporting.figures(signed(), verify_at=verify_at)


def _keys() -> dict[str, Any]:
    """As /v1/record-keys answers."""
    return {
        "format": documents.FORMAT,
        "algorithm": documents.ALGORITHM,
        "keys": [columns(key) for key in quality.published_keys()],
    }
