"""Jobs that failed for good: seen by the staff, and tried again when they say so."""

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketplace.audit import service as audit
from marketplace.jobs import queries
from marketplace.jobs.errors import JobNotDead, JobWaitsAlready
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session

RETRY = text("select procrastinate_retry_job_v2(:job_id, :at, null, null, null)")
"""What procrastinate's own `retry_job_by_id` runs; here within the transaction of the act, so that it is audited."""


def retry(job_id: int, *, by: Actor) -> None:
    """Have a dead job tried again at once. Raises QueuedJobNotFound, JobNotDead, JobWaitsAlready."""
    transaction.inside()
    job = queries.queued_to_change(job_id)
    if job.status != "failed":
        raise JobNotDead("Only a job that has failed for good can be tried again.", state=job.status)
    try:
        with session().begin_nested():
            session().execute(RETRY, {"job_id": job_id, "at": clock.now()})
    except IntegrityError:
        raise JobWaitsAlready("The same work is waiting already; let that job run.") from None
    audit.record(by, "job.retried", job, job=job_id, task=job.task, attempts=job.attempts)
