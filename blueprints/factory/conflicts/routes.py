from typing import Any
from uuid import UUID

from blueprints.factory.conflicts.schemas import AcceptResolution, MovedMinutesPage, ShowConflicts
from blueprints.factory.door import door
from blueprints.http.identity import actor
from blueprints.http.schemas import Query
from marketplace.capability import queries
from marketplace.capability.models import WorkCentre
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.workflows.shop_floor import plan_history, replanning
from marketplace.workflows.shop_floor.plan_history import Change
from marketplace.workflows.shop_floor.replanning import Resolution

conflicts = door.room(
    "conflicts",
    "Jobs whose minutes a breakdown or a changed calendar took.",
    path="/work-centres/<uuid:work_centre_id>",
)


@conflicts.get("/conflicts")
@conflicts.response(200, ShowConflicts)
def show(work_centre_id: UUID) -> dict[str, Any]:
    """Show which jobs lack minutes, on which days, and what you may choose for each."""
    return _conflicts_of(queries.work_centre(actor(), work_centre_id))


@conflicts.post("/conflicts/resolve")
@conflicts.arguments(AcceptResolution)
@conflicts.response(200, ShowConflicts)
def resolve(resolution: Resolution, work_centre_id: UUID) -> dict[str, Any]:
    """Choose what becomes of jobs that lack minutes; what is left is shown. The same choice again changes nothing."""
    with transaction():
        centre = queries.work_centre_to_change(actor(), work_centre_id)
        refused = replanning.resolve(centre, resolution, by=actor())
    replanning.refuse(refused, reason=resolution.reason, by=actor())
    return _conflicts_of(centre)


@conflicts.get("/plan-changes")
@conflicts.arguments(Query, location="query")
@conflicts.response(200, MovedMinutesPage)
def browse_changes(page: PageRequest, work_centre_id: UUID) -> Page[Change]:
    """List what was moved from which day to which, newest first."""
    centre = queries.work_centre(actor(), work_centre_id)
    return plan_history.page_of(centre, page)


def _conflicts_of(centre: WorkCentre) -> dict[str, Any]:
    return {"conflicts": replanning.conflicts_of(centre)}
