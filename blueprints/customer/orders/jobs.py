"""One job of an order: accept its goods, give it up, agree on other terms."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.customer.orders.routes import orders
from blueprints.customer.orders.schemas import CancelOrder, ShowCancelling, ShowOrder
from blueprints.http.changes import AnswerChange, ProposeChange
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from marketplace.kernel.transaction import transaction
from marketplace.orders import ending, queries
from marketplace.orders.models import Job, Order, Side
from marketplace.workflows.ordering import amending, fulfilment

JOB = "/<uuid:order_id>/jobs/<uuid:job_id>"
CHANGE = f"{JOB}/changes/<int:number>"


def _locked(order_id: UUID, job_id: UUID) -> tuple[Order, Job]:
    order = queries.for_customer_to_change(actor(), order_id)
    return order, queries.job_of(order, job_id)


@orders.post(f"{JOB}/accept")
@orders.response(200, ShowOrder)
def accept_job(order_id: UUID, job_id: UUID) -> Order:
    """Accept the goods of one job: its money is released to its factory."""
    with transaction():
        order, job = _locked(order_id, job_id)
        fulfilment.accept_goods(job, by=actor())
    return order


@orders.get(f"{JOB}/cancellation")
@orders.response(200, ShowCancelling)
def cancellation(order_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Show what you would get back if you gave this job up now, and why."""
    with transaction():
        job = queries.job_of(queries.for_customer(actor(), order_id), job_id)
        terms = ending.terms(job, Side.CUSTOMER)
        back = ending.back_minor(job, Side.CUSTOMER)
    return {"state": job.state, "currency": job.currency, "back_minor": back, "why": terms.why}


@orders.post(f"{JOB}/cancel")
@orders.arguments(CancelOrder)
@orders.response(200, ShowOrder)
def cancel_job(why: dict[str, Any], order_id: UUID, job_id: UUID) -> Order:
    """Give one paid job up: what the published table says goes back to you, the rest is the factory's."""
    with transaction():
        order, job = _locked(order_id, job_id)
        fulfilment.cancel(job, by=actor(), reason=why["reason"])
    return order


@orders.post(f"{JOB}/changes")
@orders.arguments(ProposeChange)
@orders.response(201, ShowOrder)
@idempotent
def propose_change(terms: dict[str, Any], order_id: UUID, job_id: UUID, once: Once) -> Order:
    """Propose other terms for a job that its factory has taken; the factory says yes or no."""

    def proposed() -> Order:
        order, job = _locked(order_id, job_id)
        amending.propose(job, side=Side.CUSTOMER, by=actor(), **terms)
        return order

    with transaction():
        return once.row(proposed, find=partial(queries.for_customer, actor()))


@orders.post(f"{CHANGE}/agree")
@orders.response(200, ShowOrder)
def agree_change(order_id: UUID, job_id: UUID, number: int) -> Order:
    """Agree to what the factory proposed.

    What costs less goes back to you, and the terms hold at once. What costs more is paid at
    `/v1/customer/orders/{id}/payment`, and holds when it is paid.
    """
    with transaction():
        order, job = _locked(order_id, job_id)
        amending.agree(job, number, side=Side.CUSTOMER, by=actor())
    return order


@orders.post(f"{CHANGE}/refuse")
@orders.arguments(AnswerChange)
@orders.response(200, ShowOrder)
def refuse_change(why: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> Order:
    """Do not agree to what the factory proposed, and say why; the terms stay.

    A job that was countered is the factory's again to take as it was ordered.
    """
    with transaction():
        order, job = _locked(order_id, job_id)
        amending.refuse(job, number, side=Side.CUSTOMER, by=actor(), answer=why["answer"])
    return order


@orders.post(f"{CHANGE}/withdraw")
@orders.response(200, ShowOrder)
def withdraw_change(order_id: UUID, job_id: UUID, number: int) -> Order:
    """Take back what you proposed, or what you agreed to and have not paid; the terms stay."""
    with transaction():
        order, job = _locked(order_id, job_id)
        amending.withdraw(job, number, side=Side.CUSTOMER, by=actor())
    return order
