"""Operations of what you ordered that somebody else is to do: nobody does any of them unless you agree."""

from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.subcontracts.schemas import AgreeToSubcontract, RefuseSubcontract
from blueprints.http.identity import actor
from blueprints.http.subcontracts import ShowSubcontract, ShowSubcontracts
from marketplace.kernel.transaction import transaction
from marketplace.production import queries, subcontracting
from marketplace.production.models import Subcontract

JOB = "/<uuid:order_id>/jobs/<uuid:job_id>/subcontracts"

subcontracts = door.room(
    "subcontracts", "Operations of what you ordered that somebody else is to do, if you agree.", path="/orders"
)


@subcontracts.get(JOB)
@subcontracts.response(200, ShowSubcontracts)
def show(order_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Show every operation of a job that its factory proposed to have done elsewhere."""
    return {"subcontracts": queries.subcontracts(queries.job_for_customer(actor(), order_id, job_id).id)}


@subcontracts.post(f"{JOB}/<int:number>/agree")
@subcontracts.arguments(AgreeToSubcontract)
@subcontracts.response(200, ShowSubcontract)
def agree(consent: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> Subcontract:
    """Agree that this organisation does this operation, and say whether it may see the file of your part."""
    with transaction():
        job = queries.job_for_customer_to_change(actor(), order_id, job_id)
        found = queries.subcontract(job.id, number)
        subcontracting.agree(found, job, shares_file=consent["shares_file"], by=actor())
    return found


@subcontracts.post(f"{JOB}/<int:number>/refuse")
@subcontracts.arguments(RefuseSubcontract)
@subcontracts.response(200, ShowSubcontract)
def refuse(why: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> Subcontract:
    """Do not agree, and say why; the factory does the operation itself, or proposes somebody else."""
    with transaction():
        job = queries.job_for_customer_to_change(actor(), order_id, job_id)
        found = queries.subcontract(job.id, number)
        subcontracting.refuse(found, job, reason=why["reason"], by=actor())
    return found
