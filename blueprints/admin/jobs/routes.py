"""Work in the background: what waits, what runs, what is dead, and another try."""

from blueprints.admin.door import door
from blueprints.admin.jobs.schemas import JobQuery, QueuedJobPage, ShowQueuedJob
from blueprints.http.identity import actor
from marketplace.jobs import dead, queries
from marketplace.jobs.paging import JobRequest
from marketplace.jobs.queries import QueuedJob
from marketplace.kernel.paging import Page
from marketplace.kernel.transaction import transaction

jobs = door.room("jobs", "Work in the background; dead jobs wait here for somebody to look.")


@jobs.get("")
@jobs.arguments(JobQuery, location="query")
@jobs.response(200, QueuedJobPage)
def browse(wanted: JobRequest) -> Page[QueuedJob]:
    """List jobs of one status, the youngest first; dead ones unless asked otherwise."""
    return queries.queued(wanted)


@jobs.post("/<int(max=9223372036854775807):number>/retry")
@jobs.response(200, ShowQueuedJob)
def retry(number: int) -> QueuedJob:
    """Try a dead job again at once, after what killed it was put right."""
    with transaction():
        dead.retry(number, by=actor())
        return queries.queued_one(number)
