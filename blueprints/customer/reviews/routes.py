"""Reviews of a job that is done: yours of the factory, and the factory's of you."""

from typing import Any
from uuid import UUID

from blueprints.customer.door import door
from blueprints.http.identity import actor
from blueprints.http.reviews import AnswerReview, ShowReview, ShowReviews, WriteReview
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.orders.models import Side
from marketplace.reviews import queries, service
from marketplace.reviews.models import Review

reviews = door.room(
    "reviews",
    "What you say of a factory after a job, and it of you.",
    path="/orders/<uuid:order_id>/jobs/<uuid:job_id>/reviews",
)


@reviews.get("")
@reviews.response(200, ShowReviews)
def browse(order_id: UUID, job_id: UUID) -> dict[str, Any]:
    """Show your review of a job, and the factory's once it is public."""
    job = orders.job_of(orders.for_customer(actor(), order_id), job_id)
    return {"items": service.legible(queries.of_job(job), side=Side.CUSTOMER)}


@reviews.post("")
@reviews.arguments(WriteReview)
@reviews.response(201, ShowReview)
def write(told: dict[str, Any], order_id: UUID, job_id: UUID) -> Review:
    """Review a job that is done, once; public when both sides have written, or after 14 days."""
    with transaction():
        job = orders.job_of(orders.for_customer_to_change(actor(), order_id), job_id)
        return service.write(job, queries.of_job(job), side=Side.CUSTOMER, by=actor(), **told)


@reviews.post("/answer")
@reviews.arguments(AnswerReview)
@reviews.response(200, ShowReview)
def answer(told: dict[str, Any], order_id: UUID, job_id: UUID) -> Review:
    """Answer the factory's review, once it is public, once."""
    with transaction():
        written = queries.of_job(orders.job_of(orders.for_customer_to_change(actor(), order_id), job_id))
        return service.answer(written, side=Side.CUSTOMER, by=actor(), text=told["answer"])
