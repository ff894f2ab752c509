"""A factory reports that it has begun an operation of a job, or is done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import making
from marketplace.orders.errors import FirstArticleNotReleased
from marketplace.orders.models import Job
from marketplace.orders.states import CHANGEABLE, JobState
from marketplace.production import first_articles, progress, queries, subcontracting
from marketplace.production.errors import (
    OperationBegunAlready,
    OperationDoneAlready,
    OperationNotBegun,
    OperationNotReported,
)
from marketplace.production.models import Milestone, OperationReport, OperationReportAttachment, Subcontract
from marketplace.production.operations import Operation
from marketplace.production.progress import Progress

BEGIN_IN: Final = CHANGEABLE
END_IN: Final = BEGIN_IN | {JobState.SHIPPED, JobState.CLAIMED}
"""What an operation took may be said later than that its pieces left."""

ACTS: Final = {Milestone.STARTED: "job.operation_started", Milestone.FINISHED: "job.operation_finished"}
"""As they are recorded and shown in conversations."""


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
    is_elsewhere: bool = False
    """Whether another organisation did it, as the customer agreed."""


def start(job: Job, number: int, told: Told, *, by: Actor) -> OperationReport:
    """The factory begins an operation; with its first one the job is in production. The order comes locked.

    Raises JobOperationNotFound, OperationNotReported, FirstArticleWaiting, OperationBegunAlready, AttachmentNotFound.
    """
    found = _to_report(job, number, BEGIN_IN)
    first_articles.refuse_if_waiting(job)
    if found.start is not None:
        raise OperationBegunAlready(f"“{found.operation.name}” has begun already.", operation=number)
    making.begin(job, by=by)
    return _report(job, found.operation, Milestone.STARTED, told, by=by)


def finish(job: Job, number: int, done: Done, *, by: Actor) -> OperationReport:
    """The factory is done with an operation, and says how many minutes the lot really took. The order comes locked.

    What it took is said of the whole lot, and so not before the first article is released. One that another
    organisation was to do, and that is not said to be done elsewhere, the factory has done itself. Raises
    JobOperationNotFound, OperationNotReported, FirstArticleNotReleased, OperationNotBegun, OperationDoneAlready,
    NotAgreedElsewhere, AttachmentNotFound.
    """
    found = _to_report(job, number, END_IN)
    if job.is_held:
        raise FirstArticleNotReleased("The lot is not made before the customer has released its first article.")
    if found.start is None:
        raise OperationNotBegun(f"Say first that “{found.operation.name}” has begun.", operation=number)
    if found.finish is not None:
        raise OperationDoneAlready(f"“{found.operation.name}” is done already.", operation=number)
    given = subcontracting.settle(job, number, is_elsewhere=done.is_elsewhere, by=by)
    return _report(job, found.operation, Milestone.FINISHED, done, by=by, elsewhere=given)


def _to_report(job: Job, number: int, states: frozenset[JobState]) -> Progress:
    if job.state not in states:
        raise OperationNotReported(
            f"The job is {job.state.value.replace('_', ' ')}; this is reported while it is one of: "
            f"{', '.join(sorted(each.value.replace('_', ' ') for each in states))}.",
            state=job.state.value,
        )
    return progress.of_operation(job, number)


def _report(
    job: Job,
    operation: Operation,
    milestone: Milestone,
    told: Told,
    *,
    by: Actor,
    elsewhere: Subcontract | None = None,
) -> OperationReport:
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
        subcontract_id=None if elsewhere is None else elsewhere.id,
    )
    session().add(report)
    session().flush()
    session().add_all(OperationReportAttachment(report_id=report.id, attachment_id=each.id) for each in files)
    where = {} if elsewhere is None else {"company": elsewhere.company}
    audit.record(by, ACTS[milestone], job, operation=operation.number, name=operation.name, **where)
    text = f"{operation.name}: {milestone}. {told.note}".strip()
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_PROGRESS, job, text=text)
    return report
