"""Questions on your jobs: until the customer has answered, the clock of the job stands."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.questions.schemas import AskOnJob
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.questions import JobQuestionPage, ShowClock, ShowJobQuestion
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.messages import asking, queries
from marketplace.messages.models import JobQuestion
from marketplace.messages.queries import JobClock
from marketplace.orders import queries as orders

JOB = "/jobs/<uuid:job_id>"

questions = door.room("questions", "Questions on your jobs, and the clocks that stand meanwhile.", path=JOB)


@questions.get("/questions")
@questions.arguments(Query, location="query")
@questions.response(200, JobQuestionPage)
def browse(page: PageRequest, job_id: UUID) -> Page[JobQuestion]:
    """List what you asked on a job, newest first."""
    return queries.page_of_questions(queries.of_job_for_factory(actor(), job_id).id, page)


@questions.post("/questions")
@questions.arguments(AskOnJob)
@questions.response(201, ShowJobQuestion)
@idempotent
def ask(sent: dict[str, Any], job_id: UUID, once: Once) -> JobQuestion:
    """Ask the customer; until the answer neither your time to answer nor your ship date comes nearer."""
    with transaction():
        make = partial(asking.ask, orders.for_factory_to_change(actor(), job_id), text=sent["text"], by=actor())
        return queries.question_of(job_id, once(lambda: make().id))


@questions.post("/questions/<uuid:question_id>/withdraw")
@questions.response(200, ShowJobQuestion)
def withdraw(job_id: UUID, question_id: UUID) -> JobQuestion:
    """Take a question back that needs no answer any more; with the last open one the clock runs again."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        asking.withdraw(job, queries.question_of(job_id, question_id), by=actor())
        return queries.question_of(job_id, question_id)


@questions.get("/clock")
@questions.response(200, ShowClock)
def clock(job_id: UUID) -> JobClock:
    """Show until when you answer and when you ship, and every time that the clock stood."""
    return queries.clock_of(queries.of_job_for_factory(actor(), job_id).id)
