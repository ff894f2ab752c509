"""How you make a job: what was agreed, and how far each operation is."""

from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.http.identity import actor
from blueprints.http.production import ShowChecklist
from marketplace.production import queries
from marketplace.production.checklist import checklist

production = door.room("production", "How you make a job: what was agreed, and each operation.", path="/jobs")


@production.get("/<uuid:job_id>/checklist")
@production.response(200, ShowChecklist)
def show_checklist(job_id: UUID) -> dict[str, Any]:
    """Show everything that the job must come to, and where each of it is said."""
    return {"requirements": checklist(queries.ordered(queries.job_for_factory(actor(), job_id)))}
