"""Inspections and quality records, by who may see them: the two parties of the job, and anybody what is published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation, User
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Order, Shipment
from marketplace.parts.models import Part, Revision
from marketplace.quality.errors import RecordNotFound
from marketplace.quality.models import Entry, Inspection, Record, RecordKey
from marketplace.quoting.models import Offer, Quote


@dataclass(frozen=True, slots=True)
class Ordered:
    """What an inspection plan follows from: the job, what was asked of it, and the part."""

    job: Job
    order: Order
    quote: Quote
    revision: Revision
    part: Part
    factory: Organisation


def job_for_factory(who: Actor, job_id: UUID) -> Job:
    """A job of the factory's own. Raises JobNotFound."""
    return orders.for_factory(who, job_id)


def job_for_customer(who: Actor, order_id: UUID, job_id: UUID) -> Job:
    """A job of the customer's own order. Raises OrderNotFound, JobNotFound."""
    return orders.job_of(orders.for_customer(who, order_id), job_id)


def job_for_customer_to_change(who: Actor, order_id: UUID, job_id: UUID) -> Job:
    """The same; its order is locked, as everywhere. Raises OrderNotFound, JobNotFound."""
    return orders.job_of(orders.for_customer_to_change(who, order_id), job_id)


def ordered(job_id: UUID) -> Ordered:
    """All that the plan of a job follows from."""
    query = (
        select(Job, Order, Quote, Revision, Part, Organisation)
        .join(Order, Order.id == Job.order_id)
        .join(Offer, Offer.id == Job.offer_id)
        .join(Quote, Quote.id == Offer.quote_id)
        .join(Revision, Revision.id == Job.revision_id)
        .join(Part, Part.id == Revision.part_id)
        .join(Organisation, Organisation.id == Job.factory_id)
        .where(Job.id == job_id)
    )
    return Ordered(*session().execute(query).one())


def of_job(job_id: UUID) -> Inspection | None:
    """The inspection of a job, if anything was written of it yet."""
    return session().scalars(select(Inspection).where(Inspection.job_id == job_id)).one_or_none()


def of_job_to_change(job_id: UUID) -> Inspection | None:
    """The same, locked until the transaction ends: its entries come one after another."""
    query = select(Inspection).where(Inspection.job_id == job_id).with_for_update()
    return session().scalars(query.execution_options(populate_existing=True)).one_or_none()


def entries(inspection_id: UUID, *, until: int | None = None) -> Sequence[Entry]:
    """The entries of an inspection in their order, all or until one."""
    query = select(Entry).where(Entry.inspection_id == inspection_id)
    if until is not None:
        query = query.where(Entry.number <= until)
    return session().scalars(query.order_by(Entry.number)).all()


def entry(entry_id: UUID) -> Entry:
    """An entry that was made before, by its id."""
    return session().get_one(Entry, entry_id)


def page_of_entries(job_id: UUID, request: PageRequest) -> Page[Entry]:
    """The entries of a job's inspection, newest first; none before anything was written."""
    query = select(Entry).join(Inspection, Inspection.id == Entry.inspection_id).where(Inspection.job_id == job_id)
    return newest_first(query, Entry.id, request)


def records(inspection_id: UUID) -> Sequence[Record]:
    """The records of an inspection, in their order."""
    return session().scalars(select(Record).where(Record.inspection_id == inspection_id).order_by(Record.number)).all()


def records_with_keys(inspection_id: UUID) -> Sequence[Record]:
    """The same, each with the key that it was signed with."""
    query = select(Record).where(Record.inspection_id == inspection_id).options(joinedload(Record.key))
    return session().scalars(query.order_by(Record.number)).all()


def record_of_job(job_id: UUID, record_id: UUID, *, is_locked: bool = False) -> Record:
    """A record of this job. Raises RecordNotFound."""
    return _record(Record.id == record_id, Inspection.job_id == job_id, is_locked=is_locked)


def published(record_id: UUID) -> Record:
    """A record that its customer has published. Raises RecordNotFound."""
    return _record(Record.id == record_id, Record.published_at.is_not(None))


def shipment_of_job(job_id: UUID, shipment_id: UUID) -> Shipment | None:
    """A shipment of this job, if it is one."""
    return (
        session().scalars(select(Shipment).where(Shipment.job_id == job_id, Shipment.id == shipment_id)).one_or_none()
    )


def name_of(user_id: UUID) -> str:
    """What a person is called."""
    return session().get_one(User, user_id).name


def published_keys() -> Sequence[RecordKey]:
    """Every public key that records were signed with, the oldest first."""
    return session().scalars(select(RecordKey).order_by(RecordKey.first_used_at, RecordKey.id)).all()


def every_inspection() -> Iterator[tuple[Inspection, Sequence[Entry], Sequence[Record]]]:
    """Each inspection with its entries and records, one after another."""
    for inspection_id in session().scalars(select(Inspection.id).order_by(Inspection.id)).all():
        found = session().get_one(Inspection, inspection_id)
        yield found, entries(inspection_id), records_with_keys(inspection_id)
        session().expunge_all()


def _record(*conditions: ColumnElement[bool], is_locked: bool = False) -> Record:
    query: Any = select(Record).join(Inspection, Inspection.id == Record.inspection_id).where(*conditions)
    query = query.options(joinedload(Record.key))
    if is_locked:
        query = query.with_for_update(of=Record).execution_options(populate_existing=True)
    found: Record | None = session().scalars(query).one_or_none()
    if found is None:
        raise RecordNotFound("There is no such quality record, or it is not published.")
    return found
