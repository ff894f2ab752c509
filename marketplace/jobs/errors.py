from marketplace.kernel.errors import Conflict, NotFound


class QueuedJobNotFound(NotFound):
    """There is no job with this number, or it succeeded and was cleared away."""

    code = "queued_job_not_found"


class JobNotDead(Conflict):
    """Only a job that has failed for good is tried again by hand."""

    code = "job_not_dead"


class JobWaitsAlready(Conflict):
    """The same work is waiting to be done; trying this job again would do it twice."""

    code = "job_waits_already"
