"""Answering a dispute: evidence is gathered from the order's own record, set as a document, and sent once, in time."""

from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any, BinaryIO
from uuid import UUID

from marketplace.attachments.kinds import sniff
from marketplace.audit import service as audit
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
from marketplace.kernel.transaction import transaction
from marketplace.parts.ports import FileStore, Kept
from marketplace.payments.errors import ProviderRefused
from marketplace.workflows.money import disputing, evidence_record


def gather(
    dispute_id: UUID, *, statement: str, typesetter: Typesetter, store: FileStore, public_url: str, by: Actor
) -> Dispute:
    """Set the order's record as a document and keep it beside the dispute, to be looked at and then sent.

    Raises DisputeNotFound, DisputeNotToAnswer, AnswerTooLate, TooMuchEvidence, StorageFull.
    """
    with transaction():
        dispute = queries.for_staff(dispute_id)
        _refuse_unless_answerable(dispute)
        record = evidence_record.record_of(dispute, statement=statement, public_url=public_url)
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
