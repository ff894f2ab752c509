"""Reviews as the sides of a job, everybody, and the staff may load them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders.models import Job, Side
from marketplace.reviews.errors import ReviewNotFound
from marketplace.reviews.models import Review


def of_job(job: Job) -> Sequence[Review]:
    """All that was written of a job, public or not; at most one of each side."""
    query = select(Review).where(Review.job_id == job.id).order_by(Review.id)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def page_of_factory(factory_id: UUID, request: PageRequest) -> Page[Review]:
    """What customers say of a factory, newest first: public, and not hidden."""
    query = select(Review).where(Review.of_id == factory_id, Review.side == Side.CUSTOMER)
    query = query.where(Review.public_from <= clock.now(), Review.hidden_reason.is_(None))
    return newest_first(query.options(joinedload(Review.job)), Review.id, request)


def page_for_staff(request: PageRequest) -> Page[Review]:
    """All reviews, newest first."""
    return newest_first(select(Review).options(joinedload(Review.job)), Review.id, request)


def to_hide(review_id: UUID) -> Review:
    """Any review, locked. Raises ReviewNotFound."""
    query = select(Review).where(Review.id == review_id).options(joinedload(Review.job).joinedload(Job.order))
    review = session().scalars(query.with_for_update(of=Review)).one_or_none()
    if review is None:
        raise ReviewNotFound("There is no such review.")
    return review
