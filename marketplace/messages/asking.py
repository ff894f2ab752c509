"""Questions on a job that stop its clock: asked and taken back by the factory, answered by the customer."""

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.messages import queries, stopping
from marketplace.messages.clock import MOST_OPEN_QUESTIONS, MOST_QUESTIONS
from marketplace.messages.errors import NothingToAsk, QuestionClosed, TooManyJobQuestions
from marketplace.messages.models import JobQuestion, JobQuestionClosing, QuestionEnd
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import Job


def ask(job: Job, *, text: str, by: Actor) -> JobQuestion:
    """The factory asks; the clock of the job stands until the customer has answered. The order comes locked.

    While it stands the factory is not late, whatever its dates say. Raises NothingToAsk, TooManyJobQuestions.
    """
    if job.state not in stopping.RUNNING:
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
    stopping.stop(job, by=by, question=question)
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
    stopping.go_on(job, by=by)
