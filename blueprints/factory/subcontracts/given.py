"""Operations of other factories' jobs that are given to you: what is to be done, and nothing of price or customer."""

from typing import Any
from uuid import UUID

from flask import Response

from blueprints.factory.door import door
from blueprints.factory.subcontracts.schemas import DeclineSubcontract, GivenSubcontractPage, ShowGivenSubcontract
from blueprints.http.downloads import BYTES, attachment
from blueprints.http.identity import actor
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.production import queries, subcontracting
from marketplace.production.models import Subcontract
from marketplace.workflows.handing_out import hand_out

given = door.room("given_subcontracts", "Operations that other factories give to you.", path="/subcontracts")


@given.get("")
@given.arguments(Query, location="query")
@given.response(200, GivenSubcontractPage)
def browse(page: PageRequest) -> Page[Subcontract]:
    """List the operations that are given to you, newest first; those that are off are not here any more."""
    return queries.page_for_subcontractor(actor(), page)


@given.get("/<uuid:subcontract_id>")
@given.response(200, ShowGivenSubcontract)
def show(subcontract_id: UUID) -> Subcontract:
    """Show what is to be done."""
    return queries.for_subcontractor(actor(), subcontract_id)


@given.get("/<uuid:subcontract_id>/file")
@given.response(200)
@given.doc(responses={200: {"content": BYTES}})
def download(subcontract_id: UUID) -> Response:
    """Download the file of the part, if its customer agreed to that, until the operation is done; they see it."""
    with transaction():
        revision = queries.revision_for_subcontractor(actor(), subcontract_id)
    return attachment(hand_out(revision, store=ports().files, by=actor()), revision)


@given.post("/<uuid:subcontract_id>/decline")
@given.arguments(DeclineSubcontract)
@given.response(204)
def decline(why: dict[str, Any], subcontract_id: UUID) -> None:
    """Do not do it, and say why; from then on you see no more of it."""
    with transaction():
        job_id, number = queries.place_for_subcontractor(actor(), subcontract_id)
        job = orders.job_to_change(job_id)
        subcontracting.decline(queries.subcontract(job.id, number), job, reason=why["reason"], by=actor())
