"""Questions on a job that stop its clock: asked and taken back by the factory, answered by the customer."""

from datetime import timedelta
from typing import Final

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.messages import queries
from marketplace.messages.clock import MOST_OPEN_QUESTIONS, MOST_QUESTIONS, Promise, restarted
from marketplace.messages.errors import NothingToAsk, QuestionClosed, TooManyJobQuestions
from marketplace.messages.models import ClockStart, ClockStop, JobQuestion, JobQuestionClosing, QuestionEnd
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import Job
from marketplace.orders.states import JobState

ASKING: Final = frozenset({JobState.OFFERED, JobState.COUNTERED, JobState.ACCEPTED, JobState.IN_PRODUCTION})
"""States of a job with something left to ask."""


def ask(job: Job, *, text: str, by: Actor) -> JobQuestion:
    """The factory asks; the clock of the job stands until the customer has answered. The order comes locked.

    While it stands the factory is not late, whatever its dates say. Raises NothingToAsk, TooManyJobQuestions.
    """
    if job.state not in ASKING:
        raise NothingToAsk(f"This job is {job.state}; write a message instead.", state=job.state)
    still_open, in_all = queries.question_counts(job.id)
    if still_open >= MOST_OPEN_QUESTIONS or in_all >= MOST_QUESTIONS:
        raise TooManyJobQuestions(
            f"At most {MOST_OPEN_QUESTIONS} questions are open on a job, and {MOST_QUESTIONS} asked in all."
        )
    question = JobQuestion(id=new_id(), created_at=clock.now(), job_id=job.id, asked_by=by.user_id, text=text)
    session().add(question)
    session().flush()
    audit.record(by, "job.question_asked", job, question_id=question.id, text=text)
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_QUESTION_ASKED, job, text=text)
    if queries.standing_stop(job.id) is None:
        _stop(job, question, by=by)
    return question


def answer(job: Job, question: JobQuestion, *, text: str, by: Actor) -> None:
    """The customer answers; with the last open question the clock runs again. Raises QuestionClosed."""
    _close(job, question, QuestionEnd.ANSWERED, text, by=by)
    audit.record(by, "job.question_answered", job, question_id=question.id, text=text)
    notifications.tell(job.factory_id, NoticeKind.JOB_QUESTION_ANSWERED, job, text=text)


def withdraw(job: Job, question: JobQuestion, *, by: Actor) -> None:
    """The factory needs no answer any more. Raises QuestionClosed."""
    _close(job, question, QuestionEnd.WITHDRAWN, None, by=by)
    audit.record(by, "job.question_withdrawn", job, question_id=question.id)
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_QUESTION_WITHDRAWN, job)


def _close(job: Job, question: JobQuestion, end: QuestionEnd, text: str | None, *, by: Actor) -> None:
    if question.closing is not None:
        raise QuestionClosed(f"This question is {question.state} already.", state=question.state)
    session().add(
        JobQuestionClosing(question_id=question.id, end=end, answer=text, closed_by=by.user_id, closed_at=clock.now())
    )
    session().flush()
    stop = queries.standing_stop(job.id)
    if stop is not None and queries.question_counts(job.id)[0] == 0:
        _restart(job, stop, by=by)


def _stop(job: Job, question: JobQuestion, *, by: Actor) -> None:
    stop = ClockStop(
        id=new_id(),
        created_at=question.created_at,
        job_id=job.id,
        question_id=question.id,
        answer_by=job.answer_by,
        ships_on=job.ships_on,
    )
    session().add(stop)
    job.clock_stopped_at = stop.created_at
    audit.record(by, "job.clock_stopped", job, answer_by=stop.answer_by, ships_on=stop.ships_on)


def _restart(job: Job, stop: ClockStop, *, by: Actor) -> None:
    """A job that has nothing left to ask keeps its dates."""
    now = clock.now()
    stood = max(now - stop.created_at, timedelta())
    promised = Promise(job.answer_by, job.ships_on)
    if job.state in ASKING:
        promised = restarted(promised, stood=stood, stood_before=queries.stood_before(job.id))
    session().add(
        ClockStart(stop_id=stop.id, restarted_at=now, answer_by=promised.answer_by, ships_on=promised.ships_on)
    )
    job.answer_by, job.ships_on, job.clock_stopped_at = promised.answer_by, promised.ships_on, None
    told = {"answer_by": promised.answer_by, "ships_on": promised.ships_on}
    audit.record(by, "job.clock_restarted", job, stood_s=int(stood.total_seconds()), **told)
