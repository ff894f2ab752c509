"""What factories ask about your jobs: the clock of a job stands until you answer."""

from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.questions.schemas import AnswerJobQuestion
from blueprints.http.identity import actor
from blueprints.http.questions import JobQuestionPage, ShowClock, ShowJobQuestion
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.messages import asking, queries
from marketplace.messages.models import JobQuestion
from marketplace.messages.queries import JobClock

JOBS = "/orders/<uuid:order_id>/jobs/<uuid:job_id>"

questions = door.room("questions", "What factories ask about your jobs; clocks stand meanwhile.", path=JOBS)


@questions.get("/questions")
@questions.arguments(Query, location="query")
@questions.response(200, JobQuestionPage)
def browse(page: PageRequest, order_id: UUID, job_id: UUID) -> Page[JobQuestion]:
    """List what the factory of a job asked, newest first."""
    thread = queries.of_job_for_customer(actor(), order_id, job_id)
    return queries.page_of_questions(thread.id, page)


@questions.post("/questions/<uuid:question_id>/answer")
@questions.arguments(AnswerJobQuestion)
@questions.response(200, ShowJobQuestion)
def answer(told: dict[str, Any], order_id: UUID, job_id: UUID, question_id: UUID) -> JobQuestion:
    """Answer a question; with the last open one the clock of the job runs again."""
    with transaction():
        job = queries.job_of_customer_to_change(actor(), order_id, job_id)
        asking.answer(job, queries.question_of(job_id, question_id), text=told["text"], by=actor())
        return queries.question_of(job_id, question_id)


@questions.get("/clock")
@questions.response(200, ShowClock)
def clock(order_id: UUID, job_id: UUID) -> JobClock:
    """Show until when the factory answers and when it ships, and every time that the clock stood."""
    return queries.clock_of(queries.of_job_for_customer(actor(), order_id, job_id).id)
