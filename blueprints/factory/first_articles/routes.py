"""First articles of your jobs: until the customer has released one, you make and send no more than one piece."""

from functools import partial
from typing import Any
from uuid import UUID

from blueprints.factory.door import door
from blueprints.factory.first_articles.schemas import HandOver
from blueprints.http.first_articles import ShowFirstArticles, ShowHandedOver
from blueprints.http.identity import actor
from blueprints.http.once import Once, idempotent
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.production import queries
from marketplace.production.models import FirstArticle
from marketplace.production.overview import FirstArticles, of_first_articles
from marketplace.workflows.shop_floor import first_articles as workflow

first_articles = door.room(
    "first_articles", "One piece, inspected and released before the others are made.", path="/jobs"
)


@first_articles.get("/<uuid:job_id>/first-articles")
@first_articles.response(200, ShowFirstArticles)
def show(job_id: UUID) -> FirstArticles:
    """Show whether a job is held, and every first article of it."""
    return of_first_articles(queries.job_for_factory(actor(), job_id))


@first_articles.post("/<uuid:job_id>/first-articles")
@first_articles.arguments(HandOver)
@first_articles.response(201, ShowHandedOver)
@idempotent
def hand_over(told: dict[str, Any], job_id: UUID, once: Once) -> FirstArticle:
    """Hand a first article over; until the customer has answered, the job stands and so does its clock.

    Measure one piece as a first article, sign a record of that kind, and name it here. One that does not conform may
    be handed over too: the customer sees what fails, and may release it all the same.
    """
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        return once.row(
            lambda: workflow.hand_over(job, told["record_id"], note=told["note"], by=actor()),
            find=partial(queries.first_article_by_id, job.id),
        )


@first_articles.post("/<uuid:job_id>/first-articles/<int:number>/withdraw")
@first_articles.response(200, ShowFirstArticles)
def withdraw(job_id: UUID, number: int) -> FirstArticles:
    """Take a first article back that the customer has not answered; the clock runs, and another follows."""
    with transaction():
        job = orders.for_factory_to_change(actor(), job_id)
        workflow.withdraw(job, number, by=actor())
        return of_first_articles(job)
