"""Invoices and credit notes that you got."""

from uuid import UUID

from flask import Response

from blueprints.customer.door import door
from blueprints.http.documents import XML, DocumentPage, DocumentQuery, ShowDocument, as_pdf, as_xml
from blueprints.http.downloads import PDF
from blueprints.http.identity import actor
from marketplace.invoicing import queries
from marketplace.invoicing.models import Document
from marketplace.invoicing.paging import DocumentRequest
from marketplace.kernel.paging import Page

documents = door.room("documents", "Invoices and credit notes that you got.")


@documents.get("")
@documents.arguments(DocumentQuery, location="query")
@documents.response(200, DocumentPage)
def browse(wanted: DocumentRequest) -> Page[Document]:
    """List them, newest first."""
    return queries.page(queries.to_customer(actor().organisation), wanted)


@documents.get("/<uuid:document_id>")
@documents.response(200, ShowDocument)
def show(document_id: UUID) -> Document:
    """Show one of them."""
    return queries.document(queries.to_customer(actor().organisation), document_id)


@documents.get("/<uuid:document_id>/pdf")
@documents.response(200)
@documents.doc(responses=PDF)
def save(document_id: UUID) -> Response:
    """Save its page, in which programs find the same as XML (Factur-X, profile EN 16931)."""
    return as_pdf(queries.document(queries.to_customer(actor().organisation), document_id))


@documents.get("/<uuid:document_id>/xml")
@documents.response(200)
@documents.doc(responses=XML)
def save_xml(document_id: UUID) -> Response:
    """Save what programs read, alone (Cross Industry Invoice, profile EN 16931)."""
    return as_xml(queries.document(queries.to_customer(actor().organisation), document_id))
