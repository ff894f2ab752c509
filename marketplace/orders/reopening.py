"""A job whose goods are claimed, and how it goes on: as it was, made again in part, or taken back."""

from datetime import datetime

from marketplace.audit import service as audit
from marketplace.kernel.actor import Actor
from marketplace.orders import sharing
from marketplace.orders.following import follow
from marketplace.orders.models import Job
from marketplace.orders.states import JobState


def claim(job: Job, *, by: Actor, reason: str) -> None:
    """The customer complains about the goods; their time to look stands still. Raises IllegalMove."""
    job.move(JobState.CLAIMED, by=by, reason=reason)
    follow(job.order, by=by)
    audit.record(by, "job.claimed", job)


def go_on(job: Job, *, accept_by: datetime, by: Actor) -> None:
    """The customer keeps the goods, at the price that the parties are still to get; the time to look runs on."""
    sharing.price_anew(job)
    job.move(JobState.SHIPPED, by=by)
    job.accept_by = accept_by
    follow(job.order, by=by)
    audit.record(by, "job.goods_kept", job, total_minor=job.total_minor, accept_by=accept_by)


def remake(job: Job, *, pieces: int, by: Actor) -> None:
    """So many pieces are made and shipped once more; then the customer has their whole time to look again."""
    job.move(JobState.IN_PRODUCTION, by=by)
    job.pieces_remade += pieces
    follow(job.order, by=by)
    audit.record(by, "job.remake_ordered", job, pieces=pieces)


def take_back(job: Job, *, by: Actor) -> None:
    """All goods go back to the factory, and the job is off."""
    job.move(JobState.CANCELLED, by=by)
    follow(job.order, by=by)
    audit.record(by, "job.goods_returned", job)
