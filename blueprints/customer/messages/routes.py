"""Talking with the factory of a job, with a factory that bids, and with the staff about an order."""

from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.messages.schemas import ThreadPage
from blueprints.http.identity import actor
from blueprints.http.messages import EntryPage, SayMessage, ShowSpoken, count_message
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.messages import queries, service
from marketplace.messages.queries import Entry
from marketplace.messages.service import Saying
from marketplace.rfqs.models import RfqInvitation

messages = door.room("messages", "Conversations about jobs, orders and requests, with what was done between.", path="")

ORDER = "/orders/<uuid:order_id>/messages"
JOB = "/orders/<uuid:order_id>/jobs/<uuid:job_id>/messages"
THREADS = "/rfqs/<uuid:rfq_id>/threads"
REQUEST = f"{THREADS}/<int(min=1, max=1000):number>/messages"


@messages.get(JOB)
@messages.arguments(Query, location="query")
@messages.response(200, EntryPage)
def browse_job(page: PageRequest, order_id: UUID, job_id: UUID) -> Page[Entry]:
    """Read the conversation with the factory of a job, newest first, with what was done to the job and its order."""
    return queries.page(queries.of_job_for_customer(actor(), order_id, job_id), page)


@messages.post(JOB)
@messages.arguments(SayMessage)
@messages.response(201, ShowSpoken)
@idempotent
def write_to_factory(saying: Saying, order_id: UUID, job_id: UUID, once: Once) -> Entry:
    """Write to the factory of a job; no other factory reads it."""
    count_message()
    with transaction():
        thread = queries.of_job_for_customer(actor(), order_id, job_id)
        return queries.entry(thread, once(lambda: service.say(thread, saying, by=actor()).id))


@messages.post(f"{JOB}/read")
@messages.response(204)
def read_job(order_id: UUID, job_id: UUID) -> None:
    """Say that you have read all that is there."""
    with transaction():
        service.mark_read(queries.of_job_for_customer(actor(), order_id, job_id), by=actor())


@messages.get(ORDER)
@messages.arguments(Query, location="query")
@messages.response(200, EntryPage)
def browse_order(page: PageRequest, order_id: UUID) -> Page[Entry]:
    """Read the conversation with the staff about an order, newest first, with what was done to the order."""
    return queries.page(queries.of_order_for_customer(actor(), order_id), page)


@messages.post(ORDER)
@messages.arguments(SayMessage)
@messages.response(201, ShowSpoken)
@idempotent
def write_to_staff(saying: Saying, order_id: UUID, once: Once) -> Entry:
    """Write to those who run the marketplace; no factory reads it."""
    count_message()
    with transaction():
        thread = queries.of_order_for_customer(actor(), order_id)
        return queries.entry(thread, once(lambda: service.say(thread, saying, by=actor()).id))


@messages.post(f"{ORDER}/read")
@messages.response(204)
def read_order(order_id: UUID) -> None:
    """Say that you have read all that is there."""
    with transaction():
        service.mark_read(queries.of_order_for_customer(actor(), order_id), by=actor())


@messages.get(THREADS)
@messages.arguments(Query, location="query")
@messages.response(200, ThreadPage)
def browse_threads(page: PageRequest, rfq_id: UUID) -> Page[RfqInvitation]:
    """List the factories that have said anything in a request: asked, bid or written."""
    return queries.page_of_threads(actor(), rfq_id, page)


@messages.get(REQUEST)
@messages.arguments(Query, location="query")
@messages.response(200, EntryPage)
def browse_request(page: PageRequest, rfq_id: UUID, number: int) -> Page[Entry]:
    """Read the conversation with one factory in a request, newest first, with what each of you did there."""
    thread, _ = queries.of_request_for_customer(actor(), rfq_id, number)
    return queries.page(thread, page)


@messages.post(REQUEST)
@messages.arguments(SayMessage)
@messages.response(201, ShowSpoken)
@idempotent
def write_to_bidder(saying: Saying, rfq_id: UUID, number: int, once: Once) -> Entry:
    """Write to one factory in a request; no other factory reads it."""
    count_message()
    with transaction():
        thread, place = queries.of_request_for_customer(actor(), rfq_id, number)
        return queries.entry(thread, once(lambda: service.say_in_request(thread, place, saying, by=actor()).id))


@messages.post(f"{REQUEST}/read")
@messages.response(204)
def read_request(rfq_id: UUID, number: int) -> None:
    """Say that you have read all that is there."""
    with transaction():
        service.mark_read(queries.of_request_for_customer(actor(), rfq_id, number)[0], by=actor())
