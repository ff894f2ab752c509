"""How what you ordered is made: what was agreed, and how far each operation is."""

from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.http.identity import actor
from blueprints.http.production import ShowChecklist, ShowOperations
from marketplace.production import progress, queries
from marketplace.production.checklist import checklist

production = door.room("production", "How what you ordered is made: what was agreed, each operation.", path="/orders")
JOB = "/<uuid:order_id>/jobs/<uuid:job_id>"


@production.get(f"{JOB}/checklist")
@production.response(200, ShowChecklist)
def show_checklist(order_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Show everything that the job must come to, and where each of it is said."""
    return {"requirements": checklist(queries.ordered(queries.job_for_customer(actor(), order_id, job_id)))}


@production.get(f"{JOB}/operations")
@production.response(200, ShowOperations)
def show_operations(order_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Show how far each operation is, when it began and ended, and the photos of it."""
    return {"operations": progress.of_job(queries.job_for_customer(actor(), order_id, job_id))}
