"""Answering a dispute: evidence is gathered from the order's own record, set as a document, and sent once, in time.

What is shown is what the order's customer may see: no seller's price, no words that were not theirs to read.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO, Final
from uuid import UUID

from marketplace.attachments.kinds import sniff
from marketplace.attachments.models import Side
from marketplace.audit import service as audit
from marketplace.claims import queries as claims
from marketplace.disputes import answering, queries
from marketplace.disputes.errors import (
    AnswerTooLate,
    DisputeNotToAnswer,
    EvidenceOutdated,
    EvidenceSentAlready,
    TooMuchEvidence,
)
from marketplace.disputes.models import Dispute, Evidence
from marketplace.disputes.ports import DisputeDesk, DisputeSeen, EvidenceAsked
from marketplace.disputes.states import TO_ANSWER, DisputeState
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.documents import Typesetter
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import StateMove
from marketplace.kernel.money import written
from marketplace.kernel.transaction import transaction
from marketplace.messages import queries as messages
from marketplace.messages.queries import Entry
from marketplace.messages.threads import Thread, ThreadKind
from marketplace.orders.models import Job, Order, Shipment
from marketplace.orders.rules import ACCEPTANCE_TIME
from marketplace.orders.states import OFF, JobState
from marketplace.parts import queries as parts
from marketplace.parts.errors import PictureNotFound
from marketplace.parts.ports import FileStore, Kept
from marketplace.payments import queries as payments
from marketplace.payments.errors import ProviderRefused
from marketplace.quality import queries as inspections
from marketplace.workflows import queries as rows
from marketplace.workflows.chapters import queries as chapters
from marketplace.workflows.money import disputing

TERMS: Final = (
    "Every part is made to the customer's order, for the price, the material, the process and the ship date of the "
    "offer that the customer chose. The customer has {days} days after the last piece has left to look at the goods "
    "and to complain; a complaint is answered, and decided by the marketplace where the sides do not agree. Without "
    "one the goods count as accepted. What a cancellation costs, by who cancels and how far the job is, is published "
    "at {url}/v1/terms."
)
PNG: Final = b"\x89PNG\r\n\x1a\n"
PNG_END: Final = b"\x00\x00\x00\x00IEND\xae\x42\x60\x82"
"""How a PNG file begins and ends (PNG, third edition, §5.2 and §11.2.5)."""
PICTURE_BYTES: Final = 120_000
"""A larger picture is left out of the document."""


def gather(
    dispute_id: UUID, *, statement: str, typesetter: Typesetter, store: FileStore, public_url: str, by: Actor
) -> Dispute:
    """Set the order's record as a document and keep it beside the dispute, to be looked at and then sent.

    Raises DisputeNotFound, DisputeNotToAnswer, AnswerTooLate, TooMuchEvidence, StorageFull.
    """
    with transaction():
        dispute = queries.for_staff(dispute_id)
        _refuse_unless_answerable(dispute)
        record = _record(dispute, statement=statement, public_url=public_url)
        facts = answering.facts(record, statement)
    content = _set(record, typesetter)
    kept = store.store(BytesIO(content), most_bytes=answering.MOST_BYTES, sniff=sniff)
    with transaction():
        dispute = queries.locked(dispute_id)
        _refuse_unless_answerable(dispute)
        _keep(dispute, kept, statement=statement, facts=facts, by=by)
    return dispute


def document(dispute_id: UUID, number: int, *, store: FileStore) -> BinaryIO:
    """The document of some evidence, open for reading. Raises DisputeNotFound, EvidenceNotFound, FileMissing."""
    with transaction():
        evidence = queries.evidence_of(queries.for_staff(dispute_id), number)
    return store.open(evidence.sha256)


def submit(dispute_id: UUID, number: int, *, store: FileStore, desk: DisputeDesk, by: Actor) -> Dispute:
    """Send evidence to the bank: committed, uploaded, sent, committed; it goes on after a crash, and twice is once.

    Raises DisputeNotFound, EvidenceNotFound, DisputeNotToAnswer, AnswerTooLate, EvidenceSentAlready, EvidenceOutdated,
    ProviderUnavailable, ProviderRefused.
    """
    with transaction():
        evidence = _begin(queries.locked(dispute_id), number, by=by)
        if evidence.submitted_at is not None:
            return queries.for_staff(dispute_id)
        asked = partial(EvidenceAsked, evidence.submit_key, queries.for_staff(dispute_id).provider_id, evidence.facts)
        file_id, sha256, key = evidence.file_id, evidence.sha256, evidence.upload_key
    try:
        if file_id is None:
            with store.open(sha256) as held:
                content = held.read()
            file_id = desk.upload(content, name=f"evidence-{number}.pdf", key=key)
            with transaction():
                queries.evidence_of(queries.locked(dispute_id), number).file_id = file_id
        seen = desk.answer(asked(file_id))
    except ProviderRefused:
        with transaction():
            _take_back(queries.evidence_of(queries.locked(dispute_id), number))
        raise
    return _taken_in(dispute_id, seen, number=number)


def give_up(dispute_id: UUID, *, reason: str, desk: DisputeDesk, by: Actor) -> Dispute:
    """Leave the money to the customer, with a reason: committed, asked, committed; twice is once.

    Raises DisputeNotFound, DisputeNotToAnswer, ProviderUnavailable, ProviderRefused.
    """
    with transaction():
        dispute = queries.locked(dispute_id)
        if dispute.given_up_by is None:
            _refuse_unless_to_answer(dispute)
            dispute.given_up_by, dispute.given_up_reason = by.user_id, reason
            audit.record(by, "dispute.given_up", dispute, reason=reason)
        if dispute.state not in TO_ANSWER:
            return dispute
        provider_id, key = dispute.provider_id, dispute.idempotency_key
    return _taken_in(dispute_id, desk.give_up(provider_id, key=key))


def _taken_in(dispute_id: UUID, seen: DisputeSeen, *, number: int | None = None) -> Dispute:
    with transaction():
        disputing.take_in(seen)
        dispute = queries.locked(dispute_id)
        if number is not None:
            evidence = queries.evidence_of(dispute, number)
            evidence.submitted_at = evidence.submitted_at or clock.now()
    return dispute


# What may be done now.


def _refuse_unless_answerable(dispute: Dispute) -> None:
    _refuse_unless_to_answer(dispute)
    if dispute.answer_by is not None and clock.now() > dispute.answer_by:
        raise AnswerTooLate("The bank's time for an answer has passed.", answer_by=dispute.answer_by)


def _refuse_unless_to_answer(dispute: Dispute) -> None:
    if dispute.state not in TO_ANSWER:
        raise DisputeNotToAnswer(
            "This dispute waits for no answer: it was answered, or is decided.", state=dispute.state
        )


def _begin(dispute: Dispute, number: int, *, by: Actor) -> Evidence:
    """Write down that this evidence is on its way; what was sent before is what is sent again."""
    evidence = queries.evidence_of(dispute, number)
    is_inquiry = dispute.state is DisputeState.INQUIRY
    is_outdated = dispute.state in TO_ANSWER and evidence.to_inquiry != is_inquiry
    if evidence.sent_at is not None and not (is_outdated and evidence.submitted_at is None):
        return evidence
    _refuse_unless_answerable(dispute)
    if is_outdated:
        raise EvidenceOutdated("This was gathered for the bank's inquiry, which has become a dispute: gather it anew.")
    if any(each.sent_at and each.to_inquiry == is_inquiry for each in dispute.evidence):
        raise EvidenceSentAlready("Other evidence is on its way to the bank: a dispute is answered once.")
    evidence.sent_by, evidence.sent_at = by.user_id, clock.now()
    audit.record(by, "dispute.answered", dispute, evidence=evidence.number, sha256=evidence.sha256)
    return evidence


def _take_back(evidence: Evidence) -> None:
    """The provider would not have it: it was not sent, unless an event has told meanwhile that it was."""
    if evidence.submitted_at is None:
        evidence.sent_by = evidence.sent_at = None


def _keep(dispute: Dispute, kept: Kept[Any], *, statement: str, facts: dict[str, str], by: Actor) -> None:
    number = len(dispute.evidence) + 1
    if number > answering.MOST_DRAFTS:
        raise TooMuchEvidence(f"Evidence was gathered {answering.MOST_DRAFTS} times: send what is there.")
    dispute.evidence.append(
        Evidence(
            id=new_id(),
            created_at=clock.now(),
            dispute_id=dispute.id,
            number=number,
            to_inquiry=dispute.state is DisputeState.INQUIRY,
            made_by=by.user_id,
            statement=statement,
            facts=facts,
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
        )
    )
    audit.record(by, "dispute.evidence_gathered", dispute, number=number, sha256=kept.sha256)


def _set(record: dict[str, Any], typesetter: Typesetter) -> bytes:
    """The document, with as much detail as fits."""
    made_at = datetime.fromisoformat(record["made_at"])
    content = b""
    for detail in answering.DETAILS:
        content = typesetter.pdf(answering.TEMPLATE, answering.figures(record, detail), made_at=made_at)
        if len(content) <= answering.MOST_BYTES:
            break
    return content


# The record, as its customer may see it.


def _record(dispute: Dispute, *, statement: str, public_url: str) -> dict[str, Any]:
    order, jobs, buyer = rows.order_of_dispute(dispute.order_id)
    line_of = {job.id: job.line_number for job in jobs}
    entries = _entries(order, jobs)
    shipments = [row for job in jobs for shipment in job.shipments for row in _parcels(job, shipment)]
    moves = chapters.moves([job.id for job in jobs])
    paid = payments.paid_and_refunded(order.id)
    return {
        "made_at": clock.now().isoformat(timespec="seconds"),
        "marketplace": public_url,
        "statement": statement,
        "summary": _summary(order, jobs),
        "dispute": {
            "id": dispute.provider_id,
            "reason": dispute.reason.replace("_", " "),
            "amount": written(dispute.amount_minor, dispute.currency),
            "answer_by": _instant(dispute.answer_by),
        },
        "order": {
            "number": order.number,
            "placed_at": _instant(order.created_at),
            "reference": order.purchase_order_number,
            "address": _address(order.address),
            "paid": written(paid[0], order.currency),
            "refunded": written(paid[1], order.currency) if paid[1] else "",
        },
        "customer": {"name": buyer.organisation, "country": buyer.country, "person": buyer.name, "email": buyer.email},
        "terms": TERMS.format(days=ACCEPTANCE_TIME.days, url=public_url),
        "lines": [_line(order, each) for each in rows.lines_with_parts(order.id)],
        "inspections": [each for job in jobs for each in _inspections(job)],
        "shipments": shipments,
        "acceptances": [_acceptance(each, line_of) for each in moves if each.to_state == JobState.DONE],
        "claims": [_claim(job, each) for job in jobs for each in claims.of_job(job)],
        "timeline": [_act(each) for each in entries if each.event is not None],
        "messages": [_message(each) for each in entries if each.event is None],
    }


def _summary(order: Order, jobs: Sequence[Job]) -> str:
    made = [job for job in jobs if job.state not in OFF]
    pieces = sum(job.quantity for job in made)
    left = sum(job.pieces_shipped for job in jobs)
    shipments = sum(len(job.shipments) for job in jobs)
    done = sum(job.state is JobState.DONE for job in jobs)
    left_in = f"{shipments} shipment" + ("s" if shipments != 1 else "")
    return (
        f"Order {order.number} was placed on {order.created_at:%Y-%m-%d} for {pieces} pieces made to the customer's "
        f"own files. {left} of them have left in {left_in}; of {len(made)} factory jobs {done} are accepted."
    )


def _entries(order: Order, jobs: Sequence[Job]) -> list[Entry]:
    """What was said and done on every job and with the staff, each once, the first first."""
    customer = order.organisation_id
    threads = [
        Thread(ThreadKind.JOB, job.id, Side.CUSTOMER, customer, job.factory_id, order_id=order.id) for job in jobs
    ]
    threads.append(Thread(ThreadKind.ORDER, order.id, Side.CUSTOMER, customer, order_id=order.id))
    found = {entry.id: entry for thread in reversed(threads) for entry in messages.every_entry(thread)}
    return [found[each] for each in sorted(found)]


def _act(entry: Entry) -> dict[str, Any]:
    facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in (entry.facts or {}).items())
    what = (entry.event or "").partition(".")
    return {"at": _instant(entry.created_at), "who": _who(entry), "what": _words(what), "facts": facts}


def _words(what: Iterable[str]) -> str:
    subject, _, verb = what
    return f"{subject} {verb.replace('_', ' ')}"


def _message(entry: Entry) -> dict[str, Any]:
    shown = "".join(f" [file: {each.name}]" for each in entry.attachments)
    who = f"{_who(entry)}: {entry.author}" if entry.author else _who(entry)
    return {"at": _instant(entry.created_at), "who": who, "text": f"{entry.text or ''}{shown}"}


def _who(entry: Entry) -> str:
    return str(entry.side or "marketplace")


def _line(order: Order, found: rows.LineWithPart) -> dict[str, Any]:
    return {
        "description": found.part_name,
        "file_name": found.revision.file_name,
        "revision": found.revision.number,
        "sha256": found.revision.sha256,
        "making": f"{found.process.replace('_', ' ')}, {found.material.replace('_', ' ')}",
        "factory": found.factory,
        "ships_on": found.ships_on.isoformat(),
        "quantity": found.line.quantity,
        "total": written(found.line.total_minor, order.currency),
        "picture": _picture(found),
    }


def _picture(found: rows.LineWithPart) -> list[int] | None:
    """The small picture of a part, as numbers: JSON has no bytes."""
    try:
        picture = parts.thumbnail(found.revision)
    except PictureNotFound:
        return None
    is_whole = picture.startswith(PNG) and picture.endswith(PNG_END)
    return list(picture) if is_whole and len(picture) <= PICTURE_BYTES else None


def _parcels(job: Job, shipment: Shipment) -> Iterator[dict[str, Any]]:
    """Each parcel of a shipment, and how it is followed."""
    for parcel in shipment.parcels:
        yield {
            "line": job.line_number,
            "at": _instant(shipment.created_at),
            "pieces": parcel.pieces,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
        }


def _inspections(job: Job) -> Iterator[dict[str, Any]]:
    inspection = inspections.of_job(job.id)
    for record in inspections.records(inspection.id) if inspection else ():
        yield {
            "line": job.line_number,
            "at": _instant(record.created_at),
            "number": record.number,
            "id": str(record.id),
            "seal": record.signature[:32],
            "stage": record.kind.replace("_", " "),
            "outcome": record.outcome.replace("_", " "),
        }


def _acceptance(move: StateMove, line_of: dict[UUID, int]) -> dict[str, Any]:
    by_customer = "the customer took the goods on"
    by_time = "nobody complained within the time to look, and the goods counted as accepted on"
    return {
        "line": line_of[move.subject_id],
        "says": by_customer if move.user_id else by_time,
        "at": _instant(move.created_at),
    }


def _claim(job: Job, claim: Any) -> dict[str, Any]:
    return {
        "line": job.line_number,
        "at": _instant(claim.created_at),
        "text": claim.text,
        "state": claim.state.replace("_", " "),
        "decision": claim.decision or "",
    }


def _address(address: dict[str, Any] | None) -> str:
    names = ("name", "street", "postal_code", "city", "region", "country")
    return ", ".join(address[each] for each in names if address.get(each)) if address else ""


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
