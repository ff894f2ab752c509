"""How you make a job: what was agreed, and how far each operation is."""

from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.production.schemas import FinishOperation, ShowFactoryOperations, StartOperation
from blueprints.http.identity import actor
from blueprints.http.production import ShowChecklist
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.production import milestones, progress, queries
from marketplace.production.checklist import checklist
from marketplace.production.milestones import Done, Told

production = door.room("production", "How you make a job: what was agreed, and each operation.", path="/jobs")


@production.get("/<uuid:job_id>/checklist")
@production.response(200, ShowChecklist)
def show_checklist(job_id: UUID) -> dict[str, Any]:
    """Show everything that the job must come to, and where each of it is said."""
    return {"requirements": checklist(queries.ordered(queries.job_for_factory(actor(), job_id)))}


@production.get("/<uuid:job_id>/operations")
@production.response(200, ShowFactoryOperations)
def show_operations(job_id: UUID) -> dict[str, Any]:
    """Show each operation: how far it is, the minutes that its price pays for, and those really spent."""
    return {"operations": progress.of_job(queries.job_for_factory(actor(), job_id))}


@production.post("/<uuid:job_id>/operations/<int:number>/start")
@production.arguments(StartOperation)
@production.response(200, ShowFactoryOperations)
def start(told: Told, job_id: UUID, number: int) -> dict[str, Any]:
    """Say that you have begun an operation; with the first one the job is in production. The customer is told."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        milestones.start(job, number, told, by=actor())
        return {"operations": progress.of_job(job)}


@production.post("/<uuid:job_id>/operations/<int:number>/finish")
@production.arguments(FinishOperation)
@production.response(200, ShowFactoryOperations)
def finish(done: Done, job_id: UUID, number: int) -> dict[str, Any]:
    """Say that you are done with an operation, and what the lot really took. The customer is told."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        milestones.finish(job, number, done, by=actor())
        return {"operations": progress.of_job(job)}
