"""What was moved at a work centre, with the orders that it concerned."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from marketplace.capability.models import WorkCentre
from marketplace.capacity import queries as capacity
from marketplace.kernel.paging import Page, PageRequest
from marketplace.workflows import queries


@dataclass(slots=True)
class Change:
    """Minutes that went from one day to another, and whose they are."""

    id: UUID
    created_at: datetime
    hold_id: UUID
    job_id: UUID | None
    order_number: int | None
    from_day: date
    to_day: date
    minutes: int
    reason: str
    user_id: UUID | None


def page_of(centre: WorkCentre, request: PageRequest) -> Page[Change]:
    """Every move, newest first; two statements, however many."""
    page = capacity.page_of_plan_changes(centre.id, request)
    jobs = queries.jobs_of_holds({row.hold_id for row in page.items})
    changes = []
    for row in page.items:
        job = jobs.get(row.hold_id)
        changes.append(
            Change(
                id=row.id,
                created_at=row.created_at,
                hold_id=row.hold_id,
                job_id=None if job is None else job.job_id,
                order_number=None if job is None else job.order_number,
                from_day=row.from_day,
                to_day=row.to_day,
                minutes=row.minutes,
                reason=row.reason,
                user_id=row.user_id,
            )
        )
    return Page(changes, page.next_cursor)
