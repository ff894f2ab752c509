"""What is still to be done: for those who must not ask for the same work twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, exists, literal_column, select, table, text
from sqlalchemy import column as named

from marketplace.jobs.errors import QueuedJobNotFound
from marketplace.jobs.paging import JobRequest
from marketplace.jobs.queue import Task
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, decode, encode

JOBS: Final = table("procrastinate_jobs", named("task_name"), named("status"), named("args"))
UNDONE: Final[tuple[ColumnElement[str], ...]] = (literal_column("'todo'"), literal_column("'doing'"))


def is_awaited(task: Task, argument: str, value: ColumnElement[str]) -> ColumnElement[bool]:
    """For a `where`: whether a job of this task with this argument waits or runs."""
    return exists(
        select(literal_column("1"))
        .select_from(JOBS)
        .where(
            JOBS.c.task_name == task,
            JOBS.c.status.in_(UNDONE),
            JOBS.c.args.op("->>")(argument) == value,
        )
    )


@dataclass
class QueuedJob:
    """A job as procrastinate keeps it; what succeeds is cleared away at once."""

    id: UUID
    """The number in the form of an id, for cursors and for the audit."""
    number: int
    task: str
    queue: str
    status: str
    attempts: int
    args: dict[str, Any]
    scheduled_at: datetime | None
    last_event_at: datetime | None
    __tablename__: str = "procrastinate_jobs"


QUEUED: Final = """
    select j.id, j.task_name, j.queue_name, j.status::text, j.attempts, j.args, j.scheduled_at,
           (select max(e.at) from procrastinate_events e where e.job_id = j.id)
    from procrastinate_jobs j
"""
QUEUED_PAGE: Final = text(QUEUED + " where j.status::text = :status and j.id < :before order by j.id desc limit :limit")
QUEUED_ONE: Final = text(QUEUED + " where j.id = :number")
QUEUED_TO_CHANGE: Final = text(QUEUED + " where j.id = :number for update of j")
BEYOND: Final = 2**63 - 1


def queued(request: JobRequest) -> Page[QueuedJob]:
    """Jobs of one status, the youngest first."""
    before = BEYOND if request.cursor is None else min(decode(request.cursor).int, BEYOND)
    asked = {"status": request.status, "before": before, "limit": request.size + 1}
    rows = session().execute(QUEUED_PAGE, asked).all()
    items = [QueuedJob(UUID(int=row[0]), *row) for row in rows[: request.size]]
    return Page(items, encode(items[-1].id) if len(rows) > request.size else None)


def queued_one(number: int) -> QueuedJob:
    """One job. Raises QueuedJobNotFound."""
    return _found(session().execute(QUEUED_ONE, {"number": number}).one_or_none())


def queued_to_change(number: int) -> QueuedJob:
    """One job, locked until the transaction ends. Raises QueuedJobNotFound."""
    return _found(session().execute(QUEUED_TO_CHANGE, {"number": number}).one_or_none())


def _found(row: Any) -> QueuedJob:
    if row is None:
        raise QueuedJobNotFound("There is no such job; what succeeded is cleared away.")
    return QueuedJob(UUID(int=row[0]), *row)
