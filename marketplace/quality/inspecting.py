"""What is written into the quality record of a job, entry by entry, until its last record is signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from marketplace.capability import catalogue, finishes
from marketplace.costing.tolerances import tolerance
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.orders.models import Job
from marketplace.orders.states import JobState
from marketplace.quality import chain, judging, planning, queries
from marketplace.quality.errors import (
    CalibrationOverdue,
    CharacteristicUnknown,
    InspectionClosed,
    MeasuredAlready,
    NothingToCorrect,
    NotInProduction,
    PieceScrapped,
    PieceUnknown,
    RecordFull,
    ValueUnfit,
)
from marketplace.quality.judging import Findings
from marketplace.quality.models import Entry, Inspection, Record
from marketplace.quality.queries import Ordered
from marketplace.quality.values import Characteristic, EntryKind, Instrument, Loss, Lot, Side, Stage, Value

MOST_ENTRIES: Final = 10_000
MADE: Final = frozenset({JobState.ACCEPTED, JobState.IN_PRODUCTION, JobState.SHIPPED, JobState.CLAIMED})
"""States of a job in which its factory writes: a claim may ask for a second measurement."""
ASKED: Final = frozenset({JobState.OFFERED, JobState.COUNTERED, JobState.ACCEPTED, JobState.IN_PRODUCTION})
"""States of a job in which its customer says what must be measured."""


@dataclass
class Book:
    """An inspection that is locked, with what was written so far; more is written at its end."""

    inspection: Inspection
    entries: list[Entry]
    records: Sequence[Record]
    findings: Findings

    def write(self, kind: EntryKind, said: Mapping[str, Any], *, by: Actor, side: Side) -> Entry:
        """Add an entry behind the last. Raises RecordFull."""
        if len(self.entries) >= MOST_ENTRIES:
            raise RecordFull(
                f"A quality record holds at most {MOST_ENTRIES} entries; attach further figures as a file."
            )
        now, last = clock.now(), self.entries[-1] if self.entries else None
        content = chain.linked(
            said,
            number=len(self.entries) + 1,
            kind=kind.value,
            at=now,
            by={"side": side.value, "user_id": None if by.user_id is None else str(by.user_id)},
            previous=last.hash if last else chain.BEGINNING,
        )
        entry = Entry(
            id=_after(last),
            created_at=now,
            inspection_id=self.inspection.id,
            number=content["number"],
            kind=kind,
            content=content,
            hash=chain.hash_of(content),
        )
        session().add(entry)
        self.entries.append(entry)
        judging.READ[kind](self.findings, content)
        return entry


def begun(job: Job) -> Inspection:
    """The inspection of a job, with its plan frozen: by the first who writes, or who asks for this.

    Of two who begin at once, one writes the plan and the other waits for it.
    """
    transaction.inside()
    return queries.of_job(job.id) or _begin(job)


def add_characteristic(job: Job, wanted: Characteristic, *, by: Actor) -> Entry:
    """The factory inspects more than was planned. Raises NotInProduction, InspectionClosed, RecordFull."""
    book = _to_write(job, MADE)
    said = {"characteristic": len(book.findings.characteristics) + 1, "says_what": wanted.as_json()}
    return book.write(EntryKind.CHARACTERISTIC, said, by=by, side=Side.FACTORY)


def require(job: Job, characteristics: Sequence[int], *, by: Actor) -> Entry:
    """The customer says which characteristics must be measured on every inspected piece.

    Raises NotInProduction, InspectionClosed, RecordFull, CharacteristicUnknown.
    """
    book = _to_write(job, ASKED)
    for number in characteristics:
        _known(book, number)
    said = {"characteristics": sorted(set(characteristics))}
    return book.write(EntryKind.REQUIRED, said, by=by, side=Side.CUSTOMER)


def measure(job: Job, stage: Stage, values: Sequence[Value], *, by: Actor) -> list[Entry]:
    """Write down what was found on pieces, all of it or nothing.

    Raises NotInProduction, InspectionClosed, RecordFull, PieceUnknown, CharacteristicUnknown, ValueUnfit,
    CalibrationOverdue, PieceScrapped, MeasuredAlready, NothingToCorrect.
    """
    book = _to_write(job, MADE)
    _refuse_the_unknown(book, job, [value.piece for value in values])
    return [_measured(book, stage, value, by=by) for value in values]


def add_lot(job: Job, lot: Lot, *, by: Actor) -> Entry:
    """Say of which material pieces are made. Raises NotInProduction, InspectionClosed, RecordFull."""
    said = {
        "material": lot.material,
        "lot_number": lot.number,
        "supplier": lot.supplier,
        "certificate": None if lot.certificate is None else lot.certificate.value,
        "certificate_number": lot.certificate_number,
        "certificate_sha256": lot.certificate_sha256,
    }
    return _to_write(job, MADE).write(EntryKind.LOT, said, by=by, side=Side.FACTORY)


def scrap(job: Job, loss: Loss, *, by: Actor) -> Entry:
    """Say that pieces are lost, why, and what it cost.

    Raises NotInProduction, InspectionClosed, RecordFull, PieceUnknown, PieceScrapped.
    """
    return _lose(job, EntryKind.SCRAP, loss, by=by)


def rework(job: Job, loss: Loss, *, by: Actor) -> Entry:
    """Say that pieces were worked on once more; what was measured on them before no longer stands.

    Raises NotInProduction, InspectionClosed, RecordFull, PieceUnknown, PieceScrapped.
    """
    return _lose(job, EntryKind.REWORK, loss, by=by)


def open_book(job: Job) -> Book:
    """The inspection of a job, locked and read. Raises InspectionClosed."""
    transaction.inside()
    inspection = queries.of_job_to_change(job.id) or _begin(job)
    entries, records = list(queries.entries(inspection.id)), queries.records(inspection.id)
    if any(each.ends_inspection for each in records):
        raise InspectionClosed("The job's last quality record is signed; nothing is added to it.")
    return Book(inspection, entries, records, judging.findings(each.content for each in entries))


def is_made(job: Job) -> None:
    """Raises NotInProduction unless the factory has taken the job and it is not settled."""
    _is_in(job, MADE)


def _to_write(job: Job, states: frozenset[JobState]) -> Book:
    _is_in(job, states)
    return open_book(job)


def _is_in(job: Job, states: frozenset[JobState]) -> None:
    if job.state not in states:
        raise NotInProduction(
            f"The job is {job.state.value.replace('_', ' ')}; this is written while it is one of: "
            f"{', '.join(sorted(each.value.replace('_', ' ') for each in states))}.",
            state=job.state.value,
        )


def _begin(job: Job) -> Inspection:
    """Make the inspection with its plan; who came second finds what the first made."""
    made = insert(Inspection).values(id=new_id(), created_at=clock.now(), job_id=job.id)
    is_first = session().execute(made.on_conflict_do_nothing().returning(Inspection.id)).one_or_none() is not None
    inspection = queries.of_job_to_change(job.id)
    assert inspection is not None
    if is_first:
        book = Book(inspection, [], [], Findings())
        book.write(EntryKind.PLAN, plan_of(queries.ordered(job.id)), by=SYSTEM, side=Side.HOUSE)
        session().flush()
    return inspection


def plan_of(ordered: Ordered) -> dict[str, Any]:
    """What the plan of a job says: what was ordered, how many pieces are inspected, and what on them."""
    job, quote, revision = ordered.job, ordered.quote, ordered.revision
    found = planning.characteristics(
        revision.facts, process=job.process, tolerance_id=quote.tolerance, thickness_mm=quote.thickness_mm
    )
    return {
        "job": asked_of(ordered),
        "sampling": planning.sample(quote.inspection, job.quantity, asks_first_article=job.first_article is not None),
        "characteristics": [each.as_json() for each in found],
    }


def asked_of(ordered: Ordered) -> dict[str, Any]:
    """What was ordered of a job: the part, of what, how made, how many."""
    job, quote, revision = ordered.job, ordered.quote, ordered.revision
    process, material = catalogue.process(job.process), catalogue.material(job.material)
    return {
        "id": str(job.id),
        "order_number": ordered.order.number,
        "purchase_order_number": ordered.order.purchase_order_number,
        "part": ordered.part.name,
        "revision": revision.number,
        "file_name": revision.file_name,
        "file_sha256": revision.sha256,
        "factory": {"name": ordered.factory.name, "country": ordered.factory.country},
        "process": {"id": process.id, "name_en": process.name_en, "name_zh": process.name_zh},
        "material": {
            "id": material.id,
            "name_en": material.name_en,
            "name_zh": material.name_zh,
            "codes": dict(material.codes),
        },
        "finishes": [_finish(each) for each in quote.finishes],
        "certificates": list(quote.certificates),
        "tolerance": {"id": quote.tolerance, "standard": tolerance(quote.tolerance).standard},
        "quantity": job.quantity,
    }


def _finish(finish_id: str) -> dict[str, str]:
    found = finishes.finish(finish_id)
    return {"id": found.id, "name_en": found.name_en, "name_zh": found.name_zh, "standard": found.standard}


def _measured(book: Book, stage: Stage, found: Value, *, by: Actor) -> Entry:
    looked_at = _known(book, found.characteristic)
    passes = _judged(looked_at, found)
    refuse_if_scrapped(book.findings, [found.piece])
    _is_new(book, stage, found)
    said = {
        "stage": stage.value,
        "piece": found.piece,
        "characteristic": found.characteristic,
        "value": found.value,
        "passes": passes,
        "instrument": None if found.instrument is None else _instrument(book, found.instrument, by=by),
        "corrects": found.corrects,
        "note": found.note,
    }
    return book.write(EntryKind.MEASUREMENT, said, by=by, side=Side.FACTORY)


def _known(book: Book, number: int) -> Characteristic:
    if number not in book.findings.characteristics:
        raise CharacteristicUnknown(
            f"The plan has no characteristic {number}; its numbers go from 1 to {len(book.findings.characteristics)}.",
            characteristic=number,
        )
    return book.findings.characteristics[number]


def _judged(looked_at: Characteristic, found: Value) -> bool:
    """Computed where there are limits, told where there are none."""
    where = {"piece": found.piece, "characteristic": found.characteristic}
    if not looked_at.has_limits:
        if found.passes is None:
            raise ValueUnfit(f"“{looked_at.designation}” has no limits: say whether it passes.", **where)
        return found.passes
    if found.value is None or found.passes is not None:
        raise ValueUnfit(f"“{looked_at.designation}” has limits: give its value; whether it passes follows.", **where)
    if found.instrument is None:
        raise ValueUnfit(f"Say with which instrument “{looked_at.designation}” was measured.", **where)
    return judging.passes(Decimal(found.value), looked_at.lower, looked_at.upper)


def refuse_if_scrapped(findings: Findings, pieces: Sequence[int]) -> None:
    """Raises PieceScrapped if one of the pieces is no more."""
    gone = sorted(findings.scrapped.intersection(pieces))
    if gone:
        raise PieceScrapped(f"Piece {gone[0]} was scrapped; a new piece has a new number.", pieces=gone)


def _refuse_the_unknown(book: Book, job: Job, pieces: Sequence[int]) -> None:
    """As many are numbered as are shipped in the end, and one more for each that was scrapped. Raises PieceUnknown."""
    last = job.pieces_wanted + len(book.findings.scrapped)
    beyond = [piece for piece in pieces if piece > last]
    if beyond:
        raise PieceUnknown(
            f"The pieces of this job are numbered from 1 to {last}: there is no piece {beyond[0]}.",
            piece=beyond[0],
            last=last,
        )


def _is_new(book: Book, stage: Stage, found: Value) -> None:
    """Measured once at a stage, and once more after each rework; all else is a correction."""
    was = book.findings.values.get((stage.value, found.piece), {}).get(found.characteristic)
    if found.corrects is not None:
        if was is None or was["number"] != found.corrects:
            raise NothingToCorrect(
                "That entry is not what stands for this characteristic on this piece at this stage.",
                entry=None if was is None else was["number"],
            )
    elif was is not None and was["number"] > book.findings.reworked.get(found.piece, 0):
        raise MeasuredAlready(
            f"Characteristic {found.characteristic} of piece {found.piece} was measured in entry {was['number']}; "
            "name that entry to correct it.",
            entry=was["number"],
        )


def _instrument(book: Book, used: Instrument, *, by: Actor) -> int:
    """The entry that names the instrument, written at its first use. Raises CalibrationOverdue."""
    if used.calibrated_until < clock.earliest_today():
        raise CalibrationOverdue(
            f"The calibration of {used.name} {used.serial} ran out on {used.calibrated_until.isoformat()}.",
            calibrated_until=used.calibrated_until.isoformat(),
        )
    said = {"name": used.name, "serial": used.serial, "calibrated_until": used.calibrated_until.isoformat()}
    known = book.findings.instruments.get((said["name"], said["serial"], said["calibrated_until"]))
    return known or book.write(EntryKind.INSTRUMENT, said, by=by, side=Side.FACTORY).number


def _lose(job: Job, kind: EntryKind, loss: Loss, *, by: Actor) -> Entry:
    book = _to_write(job, MADE)
    _refuse_the_unknown(book, job, loss.pieces)
    refuse_if_scrapped(book.findings, loss.pieces)
    said = {"pieces": sorted(set(loss.pieces)), "reason": loss.reason, "minutes": loss.minutes}
    return book.write(kind, said, by=by, side=Side.FACTORY)


def _after(last: Entry | None) -> UUID:
    """A new id behind the last entry's, also within one millisecond: pages follow the ids."""
    fresh = new_id()
    return fresh if last is None or fresh.int > last.id.int else UUID(int=last.id.int + 1)
