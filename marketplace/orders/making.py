"""A factory's verbs: take a job or not, say how far it is, send it. Each refuses first, then moves, then tells."""

from collections.abc import Sequence

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import packing
from marketplace.orders.errors import (
    AnswerOverdue,
    FewerPiecesThanBefore,
    FirstArticleNotReleased,
    MorePiecesThanOrdered,
    TooManyReports,
)
from marketplace.orders.following import follow
from marketplace.orders.models import Job, Order, Parcel, ProductionReport, Shipment
from marketplace.orders.packing import Packed
from marketplace.orders.rules import ACCEPTANCE_TIME, ANSWER_TIME, MOST_REPORTS
from marketplace.orders.states import JobState, OrderState


def mark_paid(order: Order, *, by: Actor) -> None:
    """The provider has shown that the order is paid: its jobs are offered to their factories."""
    order.move(OrderState.PAID, by=by)
    for job in order.jobs:
        offer(job, by=by)
        notifications.tell(job.factory_id, NoticeKind.JOB_OFFERED, job)
    audit.record(by, "order.paid", order)


def offer(job: Job, *, by: Actor) -> None:
    """Ask the job's factory, which has its time to answer from now on."""
    job.move(JobState.OFFERED, by=by)
    job.answer_by = clock.now() + ANSWER_TIME


def accept(job: Job, *, by: Actor) -> None:
    """The factory takes the job at the agreed price and date. Raises IllegalMove."""
    job.move(JobState.ACCEPTED, by=by)
    follow(job.order, by=by)
    audit.record(by, "job.accepted", job)
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_ACCEPTED, job)


def refuse_if_overdue(job: Job) -> None:
    """Raises AnswerOverdue."""
    if job.answer_by is not None and job.clock_stopped_at is None and clock.now() > job.answer_by:
        raise AnswerOverdue(
            "The time to answer has passed: the job counts as declined, and the customer's own rule decides what "
            "becomes of it.",
            answer_by=job.answer_by,
        )


def refuse_if_countered(job: Job) -> None:
    """What the factory has offered instead is the customer's to answer, or its own to withdraw. Raises IllegalMove."""
    if job.state is JobState.COUNTERED:
        raise IllegalMove("You have countered this job: withdraw that first, or await the answer.", state=job.state)


def decline(job: Job, *, by: Actor, reason: str) -> None:
    """The factory does not take the job, and says why. Raises IllegalMove."""
    job.move(JobState.DECLINED, by=by, reason=reason)
    audit.record(by, "job.declined", job, reason=reason)
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_DECLINED, job, text=reason)


def report(job: Job, *, by: Actor, pieces_done: int, note: str) -> ProductionReport:
    """The factory says how many pieces are done.

    Raises MorePiecesThanOrdered, FewerPiecesThanBefore, FirstArticleNotReleased, TooManyReports, and IllegalMove unless
    the job is accepted or in production.
    """
    if len(job.reports) >= MOST_REPORTS:
        raise TooManyReports(f"A job has {MOST_REPORTS} reports at most; say the rest in messages.")
    if pieces_done > job.pieces_wanted:
        raise MorePiecesThanOrdered("More pieces than were ordered.", ordered=job.pieces_wanted)
    if pieces_done < job.pieces_done:
        raise FewerPiecesThanBefore(
            "An earlier report already says more pieces; reports only grow.", reported=job.pieces_done
        )
    _refuse_behind_first_article(job, is_more=pieces_done > job.pieces_remade + 1)
    begin(job, by=by)
    made = ProductionReport(id=new_id(), reported_by=by.user_id, pieces_done=pieces_done, note=note)
    job.reports.append(made)
    audit.record(by, "job.progress", job, pieces_done=pieces_done)
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_PROGRESS, job, text=note)
    return made


def ship(
    job: Job, *, by: Actor, pieces: int | None, carrier: str, tracking_number: str, parcels: Sequence[Packed] = ()
) -> Shipment:
    """Goods leave the factory: so many pieces, or all that are left; with the last of them the job is shipped.

    They go in one parcel where none is told. From then on the customer has their time to look. Until the first article
    is released, it alone leaves, and not as the last piece.
    Raises ParcelsUnequal, ParcelImpossible, MorePiecesThanOrdered, FirstArticleNotReleased, IllegalMove.
    """
    left = job.pieces_left
    if parcels:
        packing.refuse_the_impossible(parcels)
        pieces = packing.pieces_in(parcels, said=pieces, left=left)
    pieces = left if pieces is None else pieces
    if left and pieces > left:
        raise MorePiecesThanOrdered("More pieces than are still to be shipped.", ordered=job.pieces_wanted, left=left)
    _refuse_if_claimed(job)
    is_more = pieces == left or job.pieces_shipped + pieces > job.pieces_remade + 1
    _refuse_behind_first_article(job, is_more=is_more)
    if pieces == left:
        job.move(JobState.SHIPPED, by=by)
        job.accept_by = clock.now() + ACCEPTANCE_TIME
    else:
        begin(job, by=by)
    travels = {"carrier": carrier, "tracking_number": tracking_number}
    sent = Shipment(id=new_id(), created_at=clock.now(), shipped_by=by.user_id, pieces=pieces, **travels)
    sent.parcels = [
        Parcel(id=new_id(), created_at=sent.created_at, number=number, **{**travels, **parcel.told()})
        for number, parcel in enumerate(parcels or [Packed(pieces)], 1)
    ]
    job.shipments.append(sent)
    follow(job.order, by=by)
    audit.record(by, "job.shipped", job, carrier=carrier, pieces=pieces, parcels=len(sent.parcels))
    notifications.tell(job.order.organisation_id, NoticeKind.JOB_SHIPPED, job, text=f"{carrier} {tracking_number}")
    return sent


def begin(job: Job, *, by: Actor) -> None:
    """Work on the job has begun, if it had not. Raises IllegalMove unless the job is accepted or in production."""
    if job.state is not JobState.IN_PRODUCTION:
        _refuse_if_claimed(job)
        job.move(JobState.IN_PRODUCTION, by=by)


def _refuse_behind_first_article(job: Job, *, is_more: bool) -> None:
    """A first article that was rejected after it had left does not count: another is made in its place."""
    if job.is_held and is_more:
        raise FirstArticleNotReleased(
            "Stop after the first piece: hand its inspection over, and go on once the customer has released it.",
            first_article=job.first_article,
        )


def _refuse_if_claimed(job: Job) -> None:
    """What becomes of claimed goods is the claim's to say."""
    if job.state is JobState.CLAIMED:
        raise IllegalMove("The goods of this job are claimed; answer the claim first.", state=job.state)
