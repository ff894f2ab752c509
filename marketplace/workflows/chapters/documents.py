"""Invoices and credit notes: to be read by people and by programs, each side's own."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from marketplace.attachments.models import Side
from marketplace.invoicing import electronic, papers, queries
from marketplace.invoicing.models import Document
from marketplace.workflows.chapters.values import File, Made, Printed, Scope, as_json


def chapter(scope: Scope) -> Iterator[File]:
    """documents.json if there are any, documents/ID.pdf and ID.xml: a customer's of the order, a factory's of its job.

    The page has no invoice for programs in it, as the one that is saved alone does: that lies beside it.
    """
    found = _seen(scope)
    if found:
        yield as_json("documents.json", [_described(each) for each in found])
    for each in found:
        yield Made(f"{_path(each)}.xml", partial(electronic.xml, each.facts))
        figures = partial(papers.figures, each.facts, electronic_invoice=papers.BESIDE)
        yield Printed(f"{_path(each)}.pdf", papers.INVOICE, figures, each.created_at)


def _seen(scope: Scope) -> list[Document]:
    if scope.side is Side.CUSTOMER:
        return list(queries.of_order(queries.to_customer(scope.order.organisation_id), scope.order.id))
    [job] = scope.jobs
    of_order = queries.of_order(queries.of_factory(job.factory_id), scope.order.id)
    return [each for each in of_order if each.job_id == job.id]


def _path(document: Document) -> str:
    return f"documents/{document.id}"


def _described(document: Document) -> dict[str, Any]:
    return {
        "id": document.id,
        "kind": document.kind,
        "number": document.written_number,
        "issued_at": document.created_at,
        "job_id": document.job_id,
        "corrects_id": document.corrects_id,
        "currency": document.currency,
        "net_minor": document.net_minor,
        "tax_minor": document.tax_minor,
        "total_minor": document.total_minor,
        "path": _path(document),
    }
