"""Operations of your jobs that somebody else is to do: nobody does any of them before your customer has agreed."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.subcontracts.schemas import ProposeSubcontract
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.subcontracts import ShowSubcontract, ShowSubcontracts
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.production import queries, subcontracting
from marketplace.production.models import Subcontract
from marketplace.production.subcontracting import Wanted

subcontracts = door.room("subcontracts", "Operations of your jobs that somebody else is to do.", path="/jobs")


@subcontracts.get("/<uuid:job_id>/subcontracts")
@subcontracts.response(200, ShowSubcontracts)
def show(job_id: UUID) -> dict[str, Any]:
    """Show every operation of a job that you proposed to have done elsewhere."""
    return {"subcontracts": queries.subcontracts(queries.job_for_factory(actor(), job_id).id)}


@subcontracts.post("/<uuid:job_id>/subcontracts")
@subcontracts.arguments(ProposeSubcontract)
@subcontracts.response(201, ShowSubcontract)
@idempotent
def propose(wanted: Wanted, job_id: UUID, once: Once) -> Subcontract:
    """Propose that another factory here, or a company outside, does one operation; your customer agrees or not."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(
            lambda: subcontracting.propose(job, wanted, by=actor()), find=partial(queries.subcontract_by_id, job.id)
        )


@subcontracts.post("/<uuid:job_id>/subcontracts/<int:number>/withdraw")
@subcontracts.response(200, ShowSubcontract)
def withdraw(job_id: UUID, number: int) -> Subcontract:
    """Do an operation yourself after all, whether the customer has agreed already or not."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        found = queries.subcontract(job.id, number)
        subcontracting.withdraw(found, job, by=actor())
    return found
