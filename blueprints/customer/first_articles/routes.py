"""First articles of what you ordered: nothing else is made, or leaves, until you have released one."""

from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.customer.first_articles.schemas import RejectFirstArticle, ReleaseFirstArticle
from blueprints.http.first_articles import ShowFirstArticles
from blueprints.http.identity import actor
from marketplace.kernel.transaction import transaction
from marketplace.production import queries
from marketplace.production.overview import FirstArticles, of_first_articles
from marketplace.workflows.shop_floor import first_articles as workflow

JOB = "/<uuid:order_id>/jobs/<uuid:job_id>/first-articles"

first_articles = door.room(
    "first_articles", "One piece, inspected and released by you before the others are made.", path="/orders"
)


@first_articles.get(JOB)
@first_articles.response(200, ShowFirstArticles)
def show(order_id: UUID, job_id: UUID) -> FirstArticles:
    """Show whether a job waits for you, and every first article of it; the records of them are in its inspection."""
    return of_first_articles(queries.job_for_customer(actor(), order_id, job_id))


@first_articles.post(f"{JOB}/<int:number>/release")
@first_articles.arguments(ReleaseFirstArticle)
@first_articles.response(200, ShowFirstArticles)
def release(told: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> FirstArticles:
    """Release the rest of the job; its clock runs again."""
    with transaction():
        job = queries.job_for_customer_to_change(actor(), order_id, job_id)
        workflow.release(job, number, remark=told["remark"], by=actor())
        return of_first_articles(job)


@first_articles.post(f"{JOB}/<int:number>/reject")
@first_articles.arguments(RejectFirstArticle)
@first_articles.response(200, ShowFirstArticles)
def reject(told: dict[str, Any], order_id: UUID, job_id: UUID, number: int) -> FirstArticles:
    """Do not release it, and say why: the factory scraps it or works on it again, and hands another over."""
    with transaction():
        job = queries.job_for_customer_to_change(actor(), order_id, job_id)
        workflow.reject(job, number, reason=told["reason"], by=actor())
        return of_first_articles(job)
