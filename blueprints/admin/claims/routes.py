"""Claims that the sides have not settled: name who measures again, and decide."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from blueprints.admin.claims.schemas import ClaimPage, ClaimQuery, DecideClaim, NameFactory, ShowStaffClaim
from blueprints.admin.door import door
from blueprints.http.attachments import FILES, to_save
from blueprints.http.identity import actor
from blueprints.http.ports import ports
from marketplace.claims import queries, remeasuring
from marketplace.claims.models import Claim
from marketplace.claims.paging import ClaimRequest
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction
from marketplace.workflows import attaching
from marketplace.workflows.ordering import claiming

claims = door.room("claims", "What customers complain about; those in decision wait for the staff.")


@claims.get("")
@claims.arguments(ClaimQuery, location="query")
@claims.response(200, ClaimPage)
def browse(wanted: ClaimRequest) -> Page[Claim]:
    """List claims, newest first; `state=in_decision` are those to be decided."""
    return queries.page_for_staff(wanted)


@claims.get("/<uuid:claim_id>")
@claims.response(200, ShowStaffClaim)
def show(claim_id: UUID) -> Claim:
    """Show a claim with both sides' words and the re-measurement."""
    return queries.for_staff(claim_id)


@claims.get("/<uuid:claim_id>/attachments/<uuid:attachment_id>/file")
@claims.response(200)
@claims.doc(responses=FILES)
def download(claim_id: UUID, attachment_id: UUID) -> Response:
    """Save a file that a claim shows."""
    return to_save(*attaching.hand_out(partial(claiming.shown_file, claim_id, attachment_id), store=ports().files))


@claims.post("/<uuid:claim_id>/remeasurement")
@claims.arguments(NameFactory)
@claims.response(200, ShowStaffClaim)
def name_factory(named: dict[str, Any], claim_id: UUID) -> Claim:
    """Name the factory that measures the pieces again, where a side has asked for it."""
    with transaction():
        claim = claiming.locked(claim_id)
        remeasuring.name(claim, named["factory_id"], by=actor())
    return claim


@claims.post("/<uuid:claim_id>/decide")
@claims.arguments(DecideClaim)
@claims.response(200, ShowStaffClaim)
def decide(verdict: dict[str, Any], claim_id: UUID) -> Claim:
    """Decide a claim with a reason; what is decided is carried out at once."""
    with transaction():
        claim = claiming.locked(claim_id)
        claiming.decide(claim, by=actor(), **verdict)
    return claim
