"""Other terms: a counter-offer before you take a job, a change order after."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.factory.jobs.routes import jobs
from blueprints.factory.jobs.schemas import ShowFactoryJob
from blueprints.http.changes import AnswerChange, ProposeChange
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries
from marketplace.orders.models import Job, Side
from marketplace.workflows.ordering import amending


@jobs.post("/<uuid:job_id>/changes")
@jobs.arguments(ProposeChange)
@jobs.response(201, ShowFactoryJob)
@idempotent
def propose(terms: dict[str, Any], job_id: UUID, once: Once) -> Job:
    """Propose other terms; the customer says yes or no.

    Of a job that you have not taken yet this is your counter-offer: if the customer agrees, you have taken it.
    """

    def proposed() -> Job:
        job = queries.for_factory_to_change(actor(), job_id)
        amending.propose(job, side=Side.FACTORY, by=actor(), **terms)
        return job

    with transaction():
        return once.row(proposed, find=partial(queries.for_factory, actor()))


@jobs.post("/<uuid:job_id>/changes/<int:number>/agree")
@jobs.response(200, ShowFactoryJob)
def agree(job_id: UUID, number: int) -> Job:
    """Agree to what the customer proposed; dearer terms hold when the customer has paid the difference."""
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        amending.agree(job, number, side=Side.FACTORY, by=actor())
    return job


@jobs.post("/<uuid:job_id>/changes/<int:number>/refuse")
@jobs.arguments(AnswerChange)
@jobs.response(200, ShowFactoryJob)
def refuse(why: dict[str, Any], job_id: UUID, number: int) -> Job:
    """Do not agree to what the customer proposed, and say why; the terms stay."""
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        amending.refuse(job, number, side=Side.FACTORY, by=actor(), answer=why["answer"])
    return job


@jobs.post("/<uuid:job_id>/changes/<int:number>/withdraw")
@jobs.response(200, ShowFactoryJob)
def withdraw(job_id: UUID, number: int) -> Job:
    """Take back what you proposed; the terms stay."""
    with transaction():
        job = queries.for_factory_to_change(actor(), job_id)
        amending.withdraw(job, number, side=Side.FACTORY, by=actor())
    return job
