"""What holds have on which days, and how that was moved."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import (
    func,
    select,
)

from marketplace.capacity import rules
from marketplace.capacity.models import (
    CapacityDay,
    Hold,
    HoldLine,
    HoldState,
    JobPlanChange,
    PlanChange,
)
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first


def laid_lines(hold_id: UUID) -> Sequence[HoldLine]:
    """The lines of a hold that were not given back, in the order of its operations, as they are now."""
    query = (
        select(HoldLine)
        .where(HoldLine.hold_id == hold_id, HoldLine.given_back_at.is_(None))
        .order_by(HoldLine.operation, HoldLine.day, HoldLine.work_centre_id)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).all()


def laid_lines_of(hold_ids: Collection[UUID]) -> Mapping[UUID, list[HoldLine]]:
    """The same of many holds."""
    query = (
        select(HoldLine)
        .where(HoldLine.hold_id.in_(hold_ids), HoldLine.given_back_at.is_(None))
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[HoldLine]] = {hold_id: [] for hold_id in hold_ids}
    for line in session().scalars(query):
        found[line.hold_id].append(line)
    return found


def page_of_job_plan_changes(hold_id: UUID, request: PageRequest) -> Page[JobPlanChange]:
    """How the plan of a job was changed, the last change first."""
    return newest_first(select(JobPlanChange).where(JobPlanChange.hold_id == hold_id), JobPlanChange.id, request)


def short_days(work_centre_id: UUID, first: date) -> Mapping[date, int]:
    """Days from one on that hold more minutes than their calendar has, and how many more; in order."""
    missing = CapacityDay.held_min - CapacityDay.calendar_min
    query = (
        select(CapacityDay.day, missing.label("missing"))
        .where(CapacityDay.work_centre_id == work_centre_id, CapacityDay.day >= first, missing > 0)
        .order_by(CapacityDay.day)
    )
    return {row.day: row.missing for row in session().execute(query)}


def movable_lines(work_centre_id: UUID, days_of: Collection[date]) -> Sequence[rules.Line]:
    """What holds that are not used up have on some days, the hold that was taken last first."""
    query = (
        select(HoldLine.hold_id, HoldLine.day, HoldLine.minutes)
        .join(Hold, Hold.id == HoldLine.hold_id)
        .where(
            HoldLine.work_centre_id == work_centre_id,
            HoldLine.day.in_(days_of),
            HoldLine.given_back_at.is_(None),
            Hold.state.in_((HoldState.TENTATIVE, HoldState.FIRM)),
        )
        .order_by(HoldLine.day, Hold.created_at.desc(), Hold.id.desc())
    )
    return [rules.Line(*row) for row in session().execute(query)]


def lines_at(hold_id: UUID, work_centre_id: UUID) -> Sequence[HoldLine]:
    """What a hold has at one work centre, by day, as it lies now."""
    query = (
        select(HoldLine)
        .where(HoldLine.hold_id == hold_id, HoldLine.work_centre_id == work_centre_id)
        .order_by(HoldLine.day)
        .execution_options(populate_existing=True)
    )
    return session().scalars(query).all()


def days_of_operations(hold_id: UUID) -> Sequence[tuple[date, date]]:
    """The first and the last day of each operation of a hold, in their order."""
    query = (
        select(func.min(HoldLine.day), func.max(HoldLine.day))
        .where(HoldLine.hold_id == hold_id)
        .group_by(HoldLine.operation)
        .order_by(HoldLine.operation)
    )
    return [(first, last) for first, last in session().execute(query)]


def holds(hold_ids: Collection[UUID]) -> Mapping[UUID, Hold]:
    """Holds by their ids."""
    return {row.id: row for row in session().scalars(select(Hold).where(Hold.id.in_(hold_ids)))}


def held_on(work_centre_id: UUID, first: date, last: date) -> Sequence[rules.Line]:
    """What holds have on the days from one to another, by day; what was given back is left out."""
    query = (
        select(HoldLine.hold_id, HoldLine.day, HoldLine.minutes)
        .where(
            HoldLine.work_centre_id == work_centre_id,
            HoldLine.day.between(first, last),
            HoldLine.given_back_at.is_(None),
        )
        .order_by(HoldLine.day, HoldLine.hold_id)
    )
    return [rules.Line(*row) for row in session().execute(query)]


def page_of_plan_changes(work_centre_id: UUID, request: PageRequest) -> Page[PlanChange]:
    """What was moved at a work centre, newest first."""
    query = select(PlanChange).where(PlanChange.work_centre_id == work_centre_id)
    return newest_first(query, PlanChange.id, request)
