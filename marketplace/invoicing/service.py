"""Issuing documents: the next number of a series, and all that is printed, frozen."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.audit import service as audit
from marketplace.invoicing import queries, rules
from marketplace.invoicing.facts import Occasion, facts
from marketplace.invoicing.models import CREDITS, Document, DocumentKind, Series, written_number
from marketplace.invoicing.rules import Due
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.taxes.values import Supply


def issue(due: Due, at: Occasion) -> Document:
    """Give a document its number and freeze what it says; inside a transaction that has locked the order.

    The series is locked until the transaction ends: a number that is not used is not taken, so there is no gap.
    """
    goods = due.supply is Supply.GOODS
    issuer_id = at.factory.id if goods else None
    corrects = queries.first_invoice(at.job.id, due.supply) if due.kind in CREDITS else None
    prefix, number = _next(issuer_id, due.kind, issuer=at.factory.name if goods else at.platform.name)
    found = Document(
        id=new_id(),
        kind=due.kind,
        supply=due.supply,
        issuer_id=issuer_id,
        recipient_id=at.customer.id if goods else at.factory.id,
        prefix=prefix,
        number=number,
        order_id=at.order.id,
        job_id=at.job.id,
        shares_after=due.after,
        shares_upto=due.upto,
        corrects_id=None if corrects is None else corrects.id,
        currency=at.job.currency,
        net_minor=due.net_minor,
        tax_minor=due.tax_minor,
        total_minor=due.total_minor,
        facts=facts(due, at, number=written_number(prefix, number), corrects=corrects),
    )
    session().add(found)
    session().flush()
    audit.record(SYSTEM, "document.issued", found, number=found.written_number, total_minor=found.total_minor)
    return found


def _next(issuer_id: UUID | None, kind: DocumentKind, *, issuer: str) -> tuple[str, int]:
    """The prefix and the next number of a series, which begins with the first document of its kind."""
    transaction.inside()
    row = insert(Series).values(
        id=new_id(),
        created_at=clock.now(),
        issuer_id=issuer_id,
        kind=kind,
        prefix=rules.prefix(kind, issuer),
        last_number=1,
    )
    taken = row.on_conflict_do_update(
        index_elements=[Series.issuer_id, Series.kind], set_={"last_number": Series.last_number + 1}
    )
    prefix, number = session().execute(taken.returning(Series.prefix, Series.last_number)).one()
    return prefix, number
