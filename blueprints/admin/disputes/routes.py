"""Disputes at customers' banks: look at them, answer in time from the order's own record, or leave the money."""

from typing import Any
from uuid import UUID

from flask import Response

from blueprints.admin.disputes.schemas import DisputePage, DisputeQuery, GatherEvidence, GiveUp, ShowDispute
from blueprints.admin.door import door
from blueprints.http.downloads import PDF, printed
from blueprints.http.identity import actor
from blueprints.http.ports import ports
from marketplace.disputes import queries
from marketplace.disputes.models import Dispute
from marketplace.disputes.paging import DisputeRequest
from marketplace.kernel.paging import Page
from marketplace.workflows.money import evidence

disputes = door.room("disputes", "What customers' banks take back or ask about, and how it is answered.")


@disputes.get("")
@disputes.arguments(DisputeQuery, location="query")
@disputes.response(200, DisputePage)
def browse(wanted: DisputeRequest) -> Page[Dispute]:
    """List disputes, newest first; `state=needs_answer` and `state=inquiry` are those that wait for us."""
    return queries.page_for_staff(wanted)


@disputes.get("/<uuid:dispute_id>")
@disputes.response(200, ShowDispute)
def show(dispute_id: UUID) -> Dispute:
    """Show a dispute with everything that was gathered for it."""
    return queries.for_staff(dispute_id)


@disputes.post("/<uuid:dispute_id>/evidence")
@disputes.arguments(GatherEvidence)
@disputes.response(201, ShowDispute)
def gather(said: dict[str, Any], dispute_id: UUID) -> Dispute:
    """Set the order's record as a document, to be looked at before it is sent.

    It shows what the customer may see: the order and its terms, parts with their hashes, inspection, shipments,
    acceptance, complaints, the timeline and the messages.
    """
    at_hand = ports()
    return evidence.gather(
        dispute_id,
        statement=said["statement"],
        typesetter=at_hand.typesetter,
        store=at_hand.files,
        public_url=at_hand.public_url,
        by=actor(),
    )


@disputes.get("/<uuid:dispute_id>/evidence/<int:number>/file")
@disputes.response(200)
@disputes.doc(responses=PDF)
def download(dispute_id: UUID, number: int) -> Response:
    """Save the document of some evidence."""
    with evidence.document(dispute_id, number, store=ports().files) as held:
        return printed(held.read(), f"evidence-{dispute_id}-{number}.pdf")


@disputes.post("/<uuid:dispute_id>/evidence/<int:number>/submit")
@disputes.response(200, ShowDispute)
def submit(dispute_id: UUID, number: int) -> Dispute:
    """Send evidence to the bank, once and in time; it cannot be taken back. Sent again, it is the same."""
    return evidence.submit(dispute_id, number, store=ports().files, desk=ports().disputes, by=actor())


@disputes.post("/<uuid:dispute_id>/give-up")
@disputes.arguments(GiveUp)
@disputes.response(200, ShowDispute)
def give_up(why: dict[str, Any], dispute_id: UUID) -> Dispute:
    """Accept the loss, with a reason; it cannot be taken back. The parties bear it by their shares."""
    return evidence.give_up(dispute_id, reason=why["reason"], desk=ports().disputes, by=actor())
