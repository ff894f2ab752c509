"""Documents, by who may see them: their issuer, their recipient, and the staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.invoicing.errors import DocumentNotFound
from marketplace.invoicing.models import CREDITS, Document, DocumentKind
from marketplace.invoicing.paging import DocumentRequest
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first
from marketplace.ledger.models import Journal
from marketplace.orders.models import Job, Share
from marketplace.parts.models import Part, Revision
from marketplace.quoting.models import Offer
from marketplace.taxes.values import Supply

TO_CUSTOMERS = (DocumentKind.INVOICE, DocumentKind.CREDIT_NOTE)


def to_customer(organisation_id: UUID) -> ColumnElement[bool]:
    """What a customer got."""
    return and_(Document.recipient_id == organisation_id, Document.kind.in_(TO_CUSTOMERS))


def of_factory(organisation_id: UUID) -> ColumnElement[bool]:
    """What a factory issued, and what the platform issued to it."""
    to_it = and_(Document.recipient_id == organisation_id, Document.kind.not_in(TO_CUSTOMERS))
    return or_(Document.issuer_id == organisation_id, to_it)


def anybodys() -> ColumnElement[bool]:
    """What the staff sees."""
    return true()


def page(seen: ColumnElement[bool], request: DocumentRequest) -> Page[Document]:
    """Documents that somebody sees, newest first; of one kind or order, or all."""
    query = select(Document).where(seen)
    if request.kind is not None:
        query = query.where(Document.kind == request.kind)
    if request.order_id is not None:
        query = query.where(Document.order_id == request.order_id)
    return newest_first(query, Document.id, request)


def of_order(seen: ColumnElement[bool], order_id: UUID) -> Sequence[Document]:
    """All of an order that somebody sees, oldest first."""
    query = select(Document).where(seen, Document.order_id == order_id)
    return session().scalars(query.order_by(Document.id)).all()


def document(seen: ColumnElement[bool], document_id: UUID) -> Document:
    """One of them. Raises DocumentNotFound."""
    found = session().scalars(select(Document).where(seen, Document.id == document_id)).one_or_none()
    if found is None:
        raise DocumentNotFound("There is no such invoice or credit note among yours.")
    return found


def undocumented(*, since: datetime) -> Sequence[tuple[UUID, UUID]]:
    """Orders and their released jobs whose shares are not all documented, of orders with journals since an instant."""
    moved, released = Journal, aliased(Journal)
    upto = func.coalesce(func.max(Document.shares_upto), 0)
    covered = select(upto).where(Document.job_id == Job.id).scalar_subquery()
    last = select(func.max(Share.number)).where(Share.job_id == Job.id).scalar_subquery()
    query = (
        select(Job.order_id, Job.id)
        .where(
            Job.order_id.in_(select(moved.order_id).where(moved.created_at >= since, moved.order_id.is_not(None))),
            exists().where(released.reference == literal("release:") + cast(Job.id, String)),
            covered < last,
        )
        .order_by(Job.id)
    )
    return [(order_id, job_id) for order_id, job_id in session().execute(query)]


def covered(job_id: UUID, supply: Supply) -> int:
    """The number of the last share that the documents of a job's supply are of; 0 before the first."""
    query = select(func.max(Document.shares_upto)).where(Document.job_id == job_id, Document.supply == supply)
    return session().scalar(query) or 0


def first_invoice(job_id: UUID, supply: Supply) -> Document | None:
    """The invoice that credit notes of a job's supply correct."""
    query = select(Document).where(
        Document.job_id == job_id, Document.supply == supply, Document.kind.not_in(tuple(CREDITS))
    )
    return session().scalars(query.order_by(Document.shares_upto).limit(1)).one_or_none()


def organisations(ids: Sequence[UUID]) -> Mapping[UUID, Organisation]:
    """Organisations by their ids."""
    found = session().scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {each.id: each for each in found}


def part_name(revision_id: UUID) -> str:
    """What the owner calls the part that a revision is of."""
    found: str = (
        session()
        .execute(select(Part.name).join(Revision, Revision.part_id == Part.id).where(Revision.id == revision_id))
        .scalar_one()
    )
    return found


def taxed(job: Job) -> Mapping[str, Any] | None:
    """What was decided of the tax of a job's sale and of the fee, as the offer keeps it."""
    found: Mapping[str, Any] | None = session().scalar(select(Offer.tax).where(Offer.id == job.offer_id))
    return found
