"""What an order's own record says against a dispute: only what its customer may see.

No seller's price is in it, and no words that were not theirs to read.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from marketplace.attachments.models import Side
from marketplace.claims import queries as claims
from marketplace.disputes.models import Dispute
from marketplace.kernel import clock
from marketplace.kernel.lifecycle import StateMove
from marketplace.kernel.money import written
from marketplace.messages import queries as messages
from marketplace.messages.queries import Entry
from marketplace.messages.threads import Thread, ThreadKind
from marketplace.orders.models import Job, Order, Shipment
from marketplace.orders.rules import ACCEPTANCE_TIME
from marketplace.orders.states import OFF, JobState
from marketplace.parts import queries as parts
from marketplace.parts.errors import PictureNotFound
from marketplace.payments import queries as payments
from marketplace.quality import queries as inspections
from marketplace.workflows import queries as rows
from marketplace.workflows.chapters import queries as chapters

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


def record_of(dispute: Dispute, *, statement: str, public_url: str) -> dict[str, Any]:
    """All that speaks for the order, as plain JSON values."""
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
