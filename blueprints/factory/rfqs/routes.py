"""Requests for quotation to which a factory was invited: read, agree or decline, ask."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.rfqs.schemas import (
    AgreeToTerms,
    AskQuestion,
    DeclineRfq,
    FactoryQuestionPage,
    InboxEntryPage,
    ShowFactoryQuestion,
    ShowInvitedRfq,
)
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from blueprints.http.schemas import Query
from marketplace.kernel.paging import Page, PageRequest
from marketplace.kernel.transaction import transaction
from marketplace.rfqs import answering
from marketplace.rfqs.models import Question, RfqInvitation
from marketplace.rfqs.queries import factories

rfqs = door.room("rfqs", "Requests of customers to which you were invited: agree to the terms, ask, bid.")


@rfqs.get("")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, InboxEntryPage)
def browse(page: PageRequest) -> Page[RfqInvitation]:
    """List your invitations, newest first, with what has become of each."""
    return factories.page_for_factory(actor(), page)


@rfqs.get("/<uuid:rfq_id>")
@rfqs.response(200, ShowInvitedRfq)
def show(rfq_id: UUID) -> RfqInvitation:
    """Show the requirement and the terms."""
    return factories.for_factory(actor(), rfq_id)


@rfqs.post("/<uuid:rfq_id>/agree")
@rfqs.arguments(AgreeToTerms)
@rfqs.response(200, ShowInvitedRfq)
def agree(sent: dict[str, Any], rfq_id: UUID) -> RfqInvitation:
    """Agree to the terms, the non-disclosure agreement among them, for your organisation; then you may ask and bid."""
    with transaction():
        invitation = factories.for_factory_to_change(actor(), rfq_id)
        answering.agree(invitation, nda_sha256=sent["nda_sha256"], by=actor())
    return invitation


@rfqs.post("/<uuid:rfq_id>/decline")
@rfqs.arguments(DeclineRfq)
@rfqs.response(200, ShowInvitedRfq)
def decline(sent: dict[str, Any], rfq_id: UUID) -> RfqInvitation:
    """Do not bid, or not any more, and say why; your open bids end, and the part closes to you."""
    with transaction():
        invitation = factories.for_factory_to_change(actor(), rfq_id)
        answering.decline(invitation, reason=sent["reason"], by=actor())
    return invitation


@rfqs.get("/<uuid:rfq_id>/questions")
@rfqs.arguments(Query, location="query")
@rfqs.response(200, FactoryQuestionPage)
def browse_questions(page: PageRequest, rfq_id: UUID) -> Page[Question]:
    """List what was asked and answered, by whomever, newest first; once you have agreed to the terms."""
    invitation = factories.for_factory(actor(), rfq_id)
    answering.refuse_unless_agreed(invitation)
    return factories.page_of_questions_for_factory(invitation, page)


@rfqs.post("/<uuid:rfq_id>/questions")
@rfqs.arguments(AskQuestion)
@rfqs.response(201, ShowFactoryQuestion)
@idempotent
def ask(sent: dict[str, Any], rfq_id: UUID, once: Once) -> Question:
    """Ask the customer; until the answer the clock of the request stands."""
    with transaction():
        return once.row(
            lambda: answering.ask(factories.for_factory_to_change(actor(), rfq_id), text=sent["text"], by=actor()),
            find=partial(factories.question_of_factory, factories.for_factory(actor(), rfq_id)),
        )


@rfqs.post("/<uuid:rfq_id>/questions/<uuid:question_id>/withdraw")
@rfqs.response(200, ShowFactoryQuestion)
def withdraw_question(rfq_id: UUID, question_id: UUID) -> Question:
    """Take a question back that needs no answer any more."""
    with transaction():
        question = factories.question_of_factory(factories.for_factory_to_change(actor(), rfq_id), question_id)
        answering.withdraw(question, by=actor())
    return question
