"""Signing a quality record, and letting the world see it."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor, Role
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.orders.errors import FirstArticleNotReleased
from marketplace.orders.models import Job, Shipment
from marketplace.quality import chain, documents, inspecting, judging, queries
from marketplace.quality.errors import RecordFull, ShipmentRecorded, ShipmentUnknown
from marketplace.quality.inspecting import Book
from marketplace.quality.models import Record, RecordKey
from marketplace.quality.signing import SigningKey
from marketplace.quality.values import Stage

MOST_RECORDS: Final = 100


def close(job: Job, kind: Stage, shipment_id: UUID | None, *, by: Actor, key: SigningKey) -> Record:
    """Sign all that was written so far; the final record without a shipment ends the inspection.

    Raises NotInProduction, FirstArticleNotReleased, InspectionClosed, RecordFull, ShipmentUnknown, ShipmentRecorded.
    """
    inspecting.is_made(job)
    if job.is_held and kind is Stage.FINAL and shipment_id is None:
        raise FirstArticleNotReleased("The inspection goes on until the first article is released: sign another kind.")
    book = inspecting.open_book(job)
    if len(book.records) >= MOST_RECORDS:
        raise RecordFull(f"A job has at most {MOST_RECORDS} quality records.")
    return sign(book, kind, _shipment(job, kind, shipment_id, book), by=by, key=key)


def sign(book: Book, kind: Stage, shipment: Shipment | None, *, by: Actor, key: SigningKey) -> Record:
    """Write and sign the next record of an inspection that is locked."""
    assert by.user_id is not None
    _publish(key)
    record = Record(
        id=new_id(),
        created_at=clock.now(),
        inspection_id=book.inspection.id,
        number=len(book.records) + 1,
        kind=kind,
        shipment_id=None if shipment is None else shipment.id,
        last_entry=len(book.entries),
        key_id=key.id,
        closed_by=by.user_id,
    )
    record.head = {
        "record": {
            "id": str(record.id),
            "number": record.number,
            "kind": kind.value,
            "shipment": None if shipment is None else _parcel(shipment),
            "ends_inspection": record.ends_inspection,
            "closed_at": chain.instant(record.created_at),
            "closed_by": {"user_id": str(by.user_id), "name": queries.name_of(by.user_id)},
        },
        "verdict": judging.verdict(book.findings),
    }
    whole = documents.document(record.head, [each.shown for each in book.entries])
    record.seal = documents.seal(whole, key)
    record.signature = documents.signature(record.seal, key)
    session().add(record)
    audit.record(by, "record.signed", record, kind=kind, outcome=record.outcome)
    session().flush()
    return record


def publish(record: Record, *, by: Actor) -> None:
    """The customer lets anybody see the record. It comes locked. Raises RoleTooSmall below manager."""
    transaction.inside()
    by.needs(Role.MANAGER)
    if record.published_at is None:
        record.published_at, record.published_by = clock.now(), by.user_id
        audit.record(by, "record.published", record)


def withdraw(record: Record, *, by: Actor) -> None:
    """The record is the two parties' alone again. It comes locked. Raises RoleTooSmall below manager."""
    transaction.inside()
    by.needs(Role.MANAGER)
    if record.published_at is not None:
        record.published_at, record.published_by = None, None
        audit.record(by, "record.withdrawn", record)


def signed(record: Record) -> dict[str, Any]:
    """The whole of a record as it is given away: document, seal, signature and public key."""
    entries = queries.entries(record.inspection_id, until=record.last_entry)
    return documents.signed(record, [each.shown for each in entries])


def _shipment(job: Job, kind: Stage, shipment_id: UUID | None, book: Book) -> Shipment | None:
    if shipment_id is None:
        return None
    shipment = queries.shipment_of_job(job.id, shipment_id)
    if shipment is None or kind is not Stage.FINAL:
        raise ShipmentUnknown("Name a shipment of this job, and only in a final record.", shipment_id=shipment_id)
    if any(each.shipment_id == shipment.id for each in book.records):
        raise ShipmentRecorded("The shipment has its quality record already.")
    return shipment


def _parcel(shipment: Shipment) -> dict[str, Any]:
    """Not how it travels: a published record shows nobody the way to the customer's door."""
    return {"id": str(shipment.id), "pieces": shipment.pieces, "shipped_at": chain.instant(shipment.created_at)}


def _publish(key: SigningKey) -> None:
    """From its first record on a key is published, for good."""
    first = insert(RecordKey).values(id=key.id, public_key=key.public_key, first_used_at=clock.now())
    session().execute(first.on_conflict_do_nothing())
