"""The verbs of a review. The caller has locked the order of the job."""

from collections.abc import Sequence

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders.models import Job, Side
from marketplace.orders.states import JobState
from marketplace.reviews import rules
from marketplace.reviews.errors import (
    AnsweredAlready,
    HiddenAlready,
    NotReviewable,
    ReviewedAlready,
    ReviewNotFound,
    ReviewsClosed,
)
from marketplace.reviews.models import Review


def write(
    job: Job, written: Sequence[Review], *, side: Side, by: Actor, quality: int, communication: int, text: str
) -> Review:
    """One side says what it thinks of the other; with the second review both are public.

    Raises NotReviewable, ReviewedAlready, ReviewsClosed.
    """
    if job.state is not JobState.DONE:
        raise NotReviewable("A job is reviewed once its goods are accepted.", state=job.state)
    if any(review.side is side for review in written):
        raise ReviewedAlready("You have reviewed this job; a review is not changed.")
    now = clock.now()
    if any(review.public_from <= now for review in written):
        raise ReviewsClosed("The other side's review is public: answer it instead.")
    for review in written:
        review.public_from = now
    made = Review(
        id=new_id(),
        created_at=now,
        job_id=job.id,
        side=side,
        of_id=job.factory_id if side is Side.CUSTOMER else job.order.organisation_id,
        written_by=by.user_id,
        quality=quality,
        communication=communication,
        text=text,
        public_from=now if written else now + rules.BLIND_TIME,
    )
    session().add(made)
    audit.record(by, "job.reviewed", job, side=side)
    notifications.tell(made.of_id, NoticeKind.JOB_REVIEWED, job)
    return made


def answer(written: Sequence[Review], *, side: Side, by: Actor, text: str) -> Review:
    """Whom a public review is about answers it, once. Raises ReviewNotFound, AnsweredAlready."""
    review = next((each for each in legible(written, side=side) if each.side is not side), None)
    if review is None:
        raise ReviewNotFound("The other side's review is not there, or not public yet.")
    if review.answer is not None:
        raise AnsweredAlready("You have answered this review; an answer is not changed.")
    review.answer, review.answered_by = text, by.user_id
    audit.record(by, "review.answered", review)
    return review


def hide(review: Review, *, by: Actor, reason: str) -> None:
    """The staff takes a review out of sight, with a reason that both sides read. Raises HiddenAlready."""
    if review.hidden_reason is not None:
        raise HiddenAlready("This review is hidden already.")
    review.hidden_reason, review.hidden_by = reason, by.user_id
    audit.record(by, "review.hidden", review, reason=reason)
    job = review.job
    for organisation_id in (job.factory_id, job.order.organisation_id):
        notifications.tell(organisation_id, NoticeKind.REVIEW_HIDDEN, job, text=reason)


def legible(written: Sequence[Review], *, side: Side) -> list[Review]:
    """What one side of a job may read: its own review, and the other's once that is public."""
    now = clock.now()
    return [review for review in written if review.side is side or review.public_from <= now]
