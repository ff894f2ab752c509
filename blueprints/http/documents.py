"""Invoices and credit notes as everybody is shown them who may see them: a list, a page, and XML for programs."""

from typing import Final

from flask import Response
from marshmallow import fields

from blueprints.http.downloads import printed
from blueprints.http.fields import Amount, Instant
from blueprints.http.ports import ports
from blueprints.http.schemas import Query, Shows, page_of
from marketplace.invoicing import electronic, papers
from marketplace.invoicing.models import Document, DocumentKind
from marketplace.invoicing.paging import DocumentRequest

XML: Final = {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}
"""How an operation that answers with an invoice for programs documents it."""


class DocumentQuery(Query):
    """Which documents to list."""

    makes = DocumentRequest

    kind = fields.Enum(DocumentKind, by_value=True, load_default=None, metadata={"description": "All of them without."})
    order_id = fields.UUID(load_default=None, metadata={"description": "Of every order without."})


class ShowDocument(Shows):
    """An invoice or a credit note; amounts of a credit note are what is taken back."""

    id = fields.UUID(required=True)
    kind = fields.Enum(DocumentKind, by_value=True, required=True)
    number = fields.String(attribute="written_number", required=True, metadata={"example": "ARKWRIGH-INV-000001"})
    issued_at = Instant(attribute="created_at", required=True)
    issuer_id = fields.UUID(required=True, allow_none=True, metadata={"description": "None: the platform."})
    recipient_id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    job_id = fields.UUID(required=True)
    corrects_id = fields.UUID(required=True, allow_none=True)
    net = Amount(attribute="net_minor", required=True)
    tax = Amount(attribute="tax_minor", required=True)
    total = Amount(attribute="total_minor", required=True)


DocumentPage = page_of(ShowDocument)


def as_pdf(document: Document) -> Response:
    """Its page, with the invoice for programs in it."""
    content = papers.pdf(document, ports().typesetter, ports().electronic)
    return printed(content, f"{document.written_number}.pdf")


def as_xml(document: Document) -> Response:
    """What programs read, alone."""
    response = Response(electronic.xml(document.facts), mimetype="application/xml")
    response.headers.set("Content-Disposition", "attachment", filename=f"{document.written_number}.xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response
