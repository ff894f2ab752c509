"""The clock of a job stands while its factory waits for the customer, and runs again once nothing is waited for.

It waits for answers to its questions, and for the release of a first article that it has handed over.
"""

from datetime import timedelta
from typing import Final

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.messages import queries
from marketplace.messages.clock import Promise, restarted
from marketplace.messages.models import ClockStart, ClockStop, JobQuestion
from marketplace.orders.models import Job
from marketplace.orders.states import FirstArticleGate, JobState

RUNNING: Final = frozenset({JobState.OFFERED, JobState.COUNTERED, JobState.ACCEPTED, JobState.IN_PRODUCTION})
"""States of a job in which its factory is held to a date."""


def stop(job: Job, *, by: Actor, question: JobQuestion | None = None) -> None:
    """The factory waits from now on; where it waits already, the clock stands already. The order comes locked.

    `question`: what it waits for; None: its first article.
    """
    if queries.standing_stop(job.id) is not None:
        return
    standing = ClockStop(
        id=new_id(),
        created_at=clock.now() if question is None else question.created_at,
        job_id=job.id,
        question_id=None if question is None else question.id,
        answer_by=job.answer_by,
        ships_on=job.ships_on,
    )
    session().add(standing)
    job.clock_stopped_at = standing.created_at
    audit.record(by, "job.clock_stopped", job, answer_by=standing.answer_by, ships_on=standing.ships_on)


def go_on(job: Job, *, by: Actor) -> None:
    """One thing less is waited for; with the last of them the clock runs again. The order comes locked."""
    standing = queries.standing_stop(job.id)
    if standing is not None and not _waits(job):
        _restart(job, standing, by=by)


def _waits(job: Job) -> bool:
    return job.first_article is FirstArticleGate.HANDED_OVER or queries.question_counts(job.id)[0] > 0


def _restart(job: Job, standing: ClockStop, *, by: Actor) -> None:
    """A job that has nothing left to ask keeps its dates."""
    now = clock.now()
    stood = max(now - standing.created_at, timedelta())
    promised = Promise(job.answer_by, job.ships_on)
    if job.state in RUNNING:
        promised = restarted(promised, stood=stood, stood_before=queries.stood_before(job.id))
    session().add(
        ClockStart(stop_id=standing.id, restarted_at=now, answer_by=promised.answer_by, ships_on=promised.ships_on)
    )
    job.answer_by, job.ships_on, job.clock_stopped_at = promised.answer_by, promised.ships_on, None
    told = {"answer_by": promised.answer_by, "ships_on": promised.ships_on}
    audit.record(by, "job.clock_restarted", job, stood_s=int(stood.total_seconds()), **told)
