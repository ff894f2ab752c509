"""Plans of jobs: which minutes of which day are for which operation, and changing that."""

from datetime import date
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.plans.schemas import (
    ChangePlan,
    MoveOperation,
    PlanChangePage,
    ReplanJob,
    ShowPlan,
    ShowReplanned,
    SplitOperation,
)
from blueprints.http.identity import actor
from blueprints.http.ports import ports
from blueprints.http.schemas import Query
from marketplace.capacity import queries as capacity
from marketplace.capacity.models import JobPlanChange
from marketplace.capacity.plans import Why
from marketplace.capacity.replanning import Direction, Part
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries
from marketplace.workflows.shop_floor import planning
from marketplace.workflows.shop_floor.planning import JobPlan, Replanned

whole_plan = door.room("plan", "All your accepted jobs, laid together.")
plans = door.room("plans", "Which minutes of which days your jobs take, and laying them otherwise.", path="/jobs")


@plans.get("/<uuid:job_id>/plan")
@plans.response(200, ShowPlan)
def show(job_id: UUID) -> JobPlan:
    """Show a job's operations with their minutes, and until when each may begin."""
    return planning.plan(queries.for_factory(actor(), job_id), by=actor())


@plans.get("/<uuid:job_id>/plan/changes")
@plans.arguments(Query, location="query")
@plans.response(200, PlanChangePage)
def changes(page: PageRequest, job_id: UUID) -> Page[JobPlanChange]:
    """List how a job's plan was changed, the last change first."""
    return capacity.page_of_job_plan_changes(queries.for_factory(actor(), job_id).hold_id, page)


@plans.post("/<uuid:job_id>/plan/move")
@plans.arguments(MoveOperation)
@plans.response(200, ShowPlan)
def move(told: dict[str, Any], job_id: UUID) -> JobPlan:
    """Do what is left of an operation on other days, or at another work centre; those after it make room."""
    operation: int = told["operation"]
    to: UUID | None = told["to"]
    not_before: date | None = told["not_before"]
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        return planning.move(job, operation, to=to, not_before=not_before, why=_why(told))


@plans.post("/<uuid:job_id>/plan/split")
@plans.arguments(SplitOperation)
@plans.response(200, ShowPlan)
def split(told: dict[str, Any], job_id: UUID) -> JobPlan:
    """Share what is left of an operation among work centres, or among days."""
    parts: list[Part] = told["parts"]
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        return planning.split(job, told["operation"], parts, why=_why(told))


@plans.post("/<uuid:job_id>/plan/replan")
@plans.arguments(ReplanJob)
@plans.response(200, ShowPlan)
def replan(told: dict[str, Any], job_id: UUID) -> JobPlan:
    """Lay all that is left of a job anew: as early as can be, or as late as the promised date allows."""
    direction: Direction = told["direction"]
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        return planning.replan(job, direction, why=_why(told))


@whole_plan.post("/replan")
@whole_plan.arguments(ChangePlan)
@whole_plan.response(200, ShowReplanned)
def replan_all(told: dict[str, Any]) -> Replanned:
    """Lay all that is left of your accepted jobs anew, together, if that misses fewer days or ships earlier.

    Orders by promised dates, by latest starts and by a schedule of your house as a job shop are tried; the best is
    kept. No promise is broken unless you state that it may be.
    """
    return planning.replan_all(ports().sequencer, why=_why(told))


def _why(told: dict[str, Any]) -> Why:
    return Why(by=actor(), reason=told["reason"], accepts_delay=told["accepts_delay"])
