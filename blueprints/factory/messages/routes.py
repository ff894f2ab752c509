"""Talking with the customer of a job, and of a request to which you were invited."""

from uuid import UUID

from blueprints.factory.door import door
from blueprints.http.identity import actor
from blueprints.http.messages import EntryPage, SayMessage, ShowSpoken, count_message
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.messages import queries, service
from marketplace.messages.queries import Entry
from marketplace.messages.service import Saying

messages = door.room("messages", "Conversations about jobs and requests, with what was done between.", path="")

JOB = "/jobs/<uuid:job_id>/messages"
REQUEST = "/rfqs/<uuid:rfq_id>/messages"


@messages.get(JOB)
@messages.arguments(Query, location="query")
@messages.response(200, EntryPage)
def browse_job(page: PageRequest, job_id: UUID) -> Page[Entry]:
    """Read the conversation with the customer of your job, newest first, with what was done to the job."""
    return queries.page(queries.of_job_for_factory(actor(), job_id), page)


@messages.post(JOB)
@messages.arguments(SayMessage)
@messages.response(201, ShowSpoken)
@idempotent
def write_to_customer(saying: Saying, job_id: UUID, once: Once) -> Entry:
    """Write to the customer of your job."""
    count_message()
    with transaction():
        thread = queries.of_job_for_factory(actor(), job_id)
        return queries.entry(thread, once(lambda: service.say(thread, saying, by=actor()).id))


@messages.post(f"{JOB}/read")
@messages.response(204)
def read_job(job_id: UUID) -> None:
    """Say that you have read all that is there."""
    with transaction():
        service.mark_read(queries.of_job_for_factory(actor(), job_id), by=actor())


@messages.get(REQUEST)
@messages.arguments(Query, location="query")
@messages.response(200, EntryPage)
def browse_request(page: PageRequest, rfq_id: UUID) -> Page[Entry]:
    """Read the conversation with a request's customer, newest first; once you have agreed to the terms."""
    thread, _ = queries.of_request_for_factory(actor(), rfq_id)
    return queries.page(thread, page)


@messages.post(REQUEST)
@messages.arguments(SayMessage)
@messages.response(201, ShowSpoken)
@idempotent
def write_in_request(saying: Saying, rfq_id: UUID, once: Once) -> Entry:
    """Write to a request's customer; no other factory reads it, and it does not stop the clock as a question does."""
    count_message()
    with transaction():
        thread, place = queries.of_request_for_factory(actor(), rfq_id, lock=True)
        return queries.entry(thread, once(lambda: service.say_in_request(thread, place, saying, by=actor()).id))


@messages.post(f"{REQUEST}/read")
@messages.response(204)
def read_request(rfq_id: UUID) -> None:
    """Say that you have read all that is there."""
    with transaction():
        service.mark_read(queries.of_request_for_factory(actor(), rfq_id)[0], by=actor())
