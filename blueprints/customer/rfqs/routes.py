"""Requests for quotation: ask, extend, answer, take back."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.rfqs.schemas import (
    AnswerQuestion,
    AskForBids,
    ExtendRfq,
    QuestionPage,
    RfqPage,
    ShowQuestion,
    ShowWholeRfq,
    WithdrawRfq,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.rfqs import answering, asking, deciding
from marketplace.rfqs.asking import Request
from marketplace.rfqs.models import Question, Rfq
from marketplace.rfqs.queries import customers
from marketplace.workflows.pricing import tendering

rfqs = door.room("rfqs", "Where no automatic price is possible or wanted: factories bid, and you accept one bid.")


@rfqs.post("")
@rfqs.arguments(AskForBids)
@rfqs.response(201, ShowWholeRfq)
@idempotent
def ask(wanted: Request, once: Once) -> Rfq:
    """Ask the factories that you choose, or every eligible one, for bids.

    Eligible are those with a live listing whose work centre has the process, the material and room for the part. What a
    factory sees before it has agreed to your terms is the requirement, without pictures and without the file.
    """
    with transaction():
        return once.row(lambda: tendering.ask(wanted, by=actor()), find=partial(customers.for_customer, actor()))


@rfqs.get("")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, RfqPage)
def browse(page: PageRequest) -> Page[Rfq]:
    """List your requests, newest first."""
    return customers.page_for_customer(actor(), page)


@rfqs.get("/<uuid:rfq_id>")
@rfqs.response(200, ShowWholeRfq)
def show(rfq_id: UUID) -> Rfq:
    """Show a request, and how its deadline has moved."""
    return customers.for_customer(actor(), rfq_id)


@rfqs.post("/<uuid:rfq_id>/extend")
@rfqs.arguments(ExtendRfq)
@rfqs.response(200, ShowWholeRfq)
def extend(sent: dict[str, Any], rfq_id: UUID) -> Rfq:
    """Take bids for longer, also after the deadline has passed; a deadline is only ever moved to later."""
    with transaction():
        rfq = customers.for_customer_to_change(actor(), rfq_id)
        asking.extend(rfq, hours=sent["closes_in_hours"], by=actor())
    return rfq


@rfqs.post("/<uuid:rfq_id>/withdraw")
@rfqs.arguments(WithdrawRfq)
@rfqs.response(200, ShowWholeRfq)
def withdraw(sent: dict[str, Any], rfq_id: UUID) -> Rfq:
    """Take the request back: nothing of the part is open any more, and whoever has bid is told why."""
    with transaction():
        rfq = customers.for_customer_to_change(actor(), rfq_id)
        deciding.withdraw(rfq, reason=sent["reason"], by=actor())
    return rfq


@rfqs.get("/<uuid:rfq_id>/questions")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, QuestionPage)
def browse_questions(page: PageRequest, rfq_id: UUID) -> Page[Question]:
    """List what factories asked, newest first."""
    return customers.page_of_questions(customers.for_customer(actor(), rfq_id), page)


@rfqs.post("/<uuid:rfq_id>/questions/<uuid:question_id>/answer")
@rfqs.arguments(AnswerQuestion)
@rfqs.response(200, ShowQuestion)
def answer(sent: dict[str, Any], rfq_id: UUID, question_id: UUID) -> Question:
    """Answer a question; with the last open one the clock runs again, the deadline later by as long as it stood."""
    with transaction():
        question = customers.question_of(customers.for_customer_to_change(actor(), rfq_id), question_id)
        answering.answer(question, text=sent["answer"], by=actor())
    return question
