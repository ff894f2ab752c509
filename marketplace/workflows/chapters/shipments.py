"""The papers of what was shipped."""

from collections.abc import Iterator
from functools import partial

from marketplace.attachments.models import Side
from marketplace.shipping import papers, queries
from marketplace.workflows.chapters.values import File, Printed, Scope


def chapter(scope: Scope) -> Iterator[File]:
    """shipments/JOB/packing-list-N.pdf, and for the factory labels-N.pdf."""
    for job in scope.jobs:
        for sent in queries.every_sent(job):
            place, at = f"shipments/{job.id}", sent.shipment.created_at
            list_of = partial(papers.packing_list, sent)
            yield Printed(f"{place}/packing-list-{sent.number:03}.pdf", papers.PACKING_LIST, list_of, at)
            if scope.side is Side.FACTORY:
                yield Printed(f"{place}/labels-{sent.number:03}.pdf", papers.LABELS, partial(papers.labels, sent), at)
