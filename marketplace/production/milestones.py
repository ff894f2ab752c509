"""How far the operations of a job are: the factory's two verbs, and what each side sees of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from marketplace.attachments.models import Attachment
from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import making
from marketplace.orders.models import Job
from marketplace.orders.states import JobState
from marketplace.production import queries
from marketplace.production.errors import (
    JobOperationNotFound,
    OperationBegunAlready,
    OperationDoneAlready,
    OperationNotBegun,
    OperationNotReported,
)
from marketplace.production.models import Milestone, OperationReport, OperationReportAttachment
from marketplace.production.operations import Operation, operations

BEGIN_IN: Final = frozenset({JobState.ACCEPTED, JobState.IN_PRODUCTION})
END_IN: Final = BEGIN_IN | {JobState.SHIPPED, JobState.CLAIMED}
"""What an operation took may be said later than that its pieces left."""

ACTS: Final = {Milestone.STARTED: "job.operation_started", Milestone.FINISHED: "job.operation_finished"}
"""As they are recorded and shown in conversations."""


class OperationState(StrEnum):
    """How far an operation is."""

    WAITING = "waiting"
    STARTED = "started"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the factory says with a milestone."""

    note: str = ""
    attachment_ids: Sequence[UUID] = ()
    minutes: int | None = None
    shows_minutes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Told):
    """What the factory says of an operation that is done: also what the whole lot really took."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """An operation and how far it is."""

    operation: Operation
    start: OperationReport | None
    finish: OperationReport | None

    @property
    def state(self) -> OperationState:
        if self.finish is not None:
            return OperationState.FINISHED
        return OperationState.WAITING if self.start is None else OperationState.STARTED

    @property
    def started_at(self) -> datetime | None:
        return None if self.start is None else self.start.created_at

    @property
    def finished_at(self) -> datetime | None:
        return None if self.finish is None else self.finish.created_at

    @property
    def real_min(self) -> int | None:
        """What the operation really took, as the factory says."""
        return None if self.finish is None else self.finish.minutes

    @property
    def shows_minutes(self) -> bool:
        """Whether the customer sees what it took."""
        return self.finish is not None and self.finish.shows_minutes

    @property
    def shown_min(self) -> int | None:
        """What the customer sees of what it took."""
        return self.real_min if self.shows_minutes else None

    @property
    def notes(self) -> list[str]:
        return [each.note for each in (self.start, self.finish) if each is not None and each.note]

    @property
    def attachments(self) -> list[Attachment]:
        return [file for each in (self.start, self.finish) if each is not None for file in each.attachments]


def progress(job: Job) -> list[Progress]:
    """Every operation of a job in its order, and how far it is."""
    told = {(each.operation, each.milestone): each for each in queries.reports(job.id)}
    return [
        Progress(each, told.get((each.number, Milestone.STARTED)), told.get((each.number, Milestone.FINISHED)))
        for each in operations(*queries.routed(job))
    ]


def start(job: Job, number: int, told: Told, *, by: Actor) -> OperationReport:
    """The factory begins an operation; with its first one the job is in production. The order comes locked.

    Raises JobOperationNotFound, OperationNotReported, OperationBegunAlready, AttachmentNotFound.
    """
    found = _to_report(job, number, BEGIN_IN)
    if found.start is not None:
        raise OperationBegunAlready(f"“{found.operation.name}” has begun already.", operation=number)
    making.begin(job, by=by)
    return _report(job, found.operation, Milestone.STARTED, told, by=by)


def finish(job: Job, number: int, done: Done, *, by: Actor) -> OperationReport:
    """The factory is done with an operation, and says how many minutes the lot really took. The order comes locked.

    Raises JobOperationNotFound, OperationNotReported, OperationNotBegun, OperationDoneAlready, AttachmentNotFound.
    """
    found = _to_report(job, number, END_IN)
    if found.start is None:
        raise OperationNotBegun(f"Say first that “{found.operation.name}” has begun.", operation=number)
    if found.finish is not None:
        raise OperationDoneAlready(f"“{found.operation.name}” is done already.", operation=number)
    return _report(job, found.operation, Milestone.FINISHED, done, by=by)


def _to_report(job: Job, number: int, states: frozenset[JobState]) -> Progress:
    if job.state not in states:
        raise OperationNotReported(
            f"The job is {job.state.value.replace('_', ' ')}; this is reported while it is one of: "
            f"{', '.join(sorted(each.value.replace('_', ' ') for each in states))}.",
            state=job.state.value,
        )
    found = next((each for each in progress(job) if each.operation.number == number), None)
    if found is None:
        raise JobOperationNotFound(f"This job has no operation {number}.")
    return found


def _report(job: Job, operation: Operation, milestone: Milestone, told: Told, *, by: Actor) -> OperationReport:
    files = queries.attachments_beside(job.id, told.attachment_ids)
    report = OperationReport(
        id=new_id(),
        created_at=clock.now(),
        job_id=job.id,
        operation=operation.number,
        milestone=milestone,
        reported_by=by.user_id,
        minutes=told.minutes,
        shows_minutes=told.shows_minutes,
        note=told.note,
    )
    session().add(report)
    session().flush()
    session().add_all(OperationReportAttachment(report_id=report.id, attachment_id=each.id) for each in files)
    audit.record(by, ACTS[milestone], job, operation=operation.number, name=operation.name)
    text = f"{operation.name}: {milestone}. {told.note}".strip()
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_PROGRESS, job, text=text)
    return report
