"""The first article of a job ("build and hold"): handed over by the factory, released or rejected by the customer.

Until one is released the factory makes, and sends, no more than one piece (orders.making). Nothing is ever released by
itself: when the customer's time to answer has passed, they are reminded, and again each time that it passes once more.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import making
from marketplace.orders.models import Job
from marketplace.orders.states import FirstArticleGate
from marketplace.production import queries
from marketplace.production.errors import (
    FirstArticleIncomplete,
    FirstArticleNotAsked,
    FirstArticleReleasedAlready,
    FirstArticleWaiting,
    PieceRejectedBefore,
    RecordHandedOverAlready,
    TooManyFirstArticles,
)
from marketplace.production.models import FirstArticle
from marketplace.production.states import FirstArticleState

ANSWER_TIME: Final = timedelta(hours=72)
"""How long a customer has to look at a first article before they are reminded."""
MOST_FIRST_ARTICLES: Final = 20
"""Of one job, whatever became of them."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a signed record says of a first article."""

    record_id: UUID
    last_entry: int
    """The last entry of the inspection that it covers."""
    piece: int | None
    """None: the record is of no first article."""
    missing: tuple[int, ...]
    """Required characteristics that were not measured on the piece."""
    is_conforming: bool
    reworked_in: int
    """The entry by which the piece was last worked on again; 0: it never was."""


def hand_over(job: Job, proof: Proof, *, note: str, by: Actor) -> FirstArticle:
    """The factory asks the customer to release a piece that it has inspected. The order comes locked.

    One that does not conform may be handed over too: the customer is asked for a concession, and sees it. Raises
    FirstArticleNotAsked, FirstArticleReleasedAlready, FirstArticleWaiting, FirstArticleIncomplete,
    RecordHandedOverAlready, PieceRejectedBefore, TooManyFirstArticles, and IllegalMove unless the job is accepted or in
    production.
    """
    _refuse_unless_awaited(job)
    earlier = queries.first_articles(job.id)
    if len(earlier) >= MOST_FIRST_ARTICLES:
        raise TooManyFirstArticles(f"A job has {MOST_FIRST_ARTICLES} first articles at most.")
    piece = _whole(proof)
    _refuse_if_known(proof, earlier)
    making.begin(job, by=by)
    now = clock.now()
    article = FirstArticle(
        id=new_id(),
        created_at=now,
        job_id=job.id,
        number=len(earlier) + 1,
        record_id=proof.record_id,
        last_entry=proof.last_entry,
        piece=piece,
        is_conforming=proof.is_conforming,
        note=note,
        handed_over_by=by.user_id,
        answer_by=now + ANSWER_TIME,
        remind_at=now + ANSWER_TIME,
    )
    session().add(article)
    job.first_article = FirstArticleGate.HANDED_OVER
    told = {"number": article.number, "piece": piece, "is_conforming": article.is_conforming}
    audit.record(by, "job.first_article_handed_over", job, **told)
    notifications.tell(job.order.organisation_id, NoticeKind.FIRST_ARTICLE_HANDED_OVER, job, text=note)
    return article


def release(article: FirstArticle, job: Job, *, remark: str, by: Actor) -> None:
    """The customer releases the rest of the job. Raises IllegalMove."""
    article.move(FirstArticleState.RELEASED, by=by)
    _answer(article, remark, by=by)
    job.first_article = FirstArticleGate.RELEASED
    audit.record(by, "job.first_article_released", job, number=article.number)
    notifications.tell(job.factory_id, NoticeKind.FIRST_ARTICLE_RELEASED, job, text=remark)


def reject(article: FirstArticle, job: Job, *, reason: str, by: Actor) -> None:
    """The customer does not release it, and says why: it is scrapped or reworked, and another follows.

    A piece that had left counts as not delivered: one more is made and shipped. Raises IllegalMove.
    """
    article.move(FirstArticleState.REJECTED, by=by, reason=reason)
    _answer(article, reason, by=by)
    if job.pieces_shipped > job.pieces_remade:
        article.had_left = True
        job.pieces_remade += 1
    job.first_article = FirstArticleGate.AWAITED
    audit.record(by, "job.first_article_rejected", job, number=article.number, reason=reason)
    notifications.tell(job.factory_id, NoticeKind.FIRST_ARTICLE_REJECTED, job, text=reason)


def withdraw(article: FirstArticle, job: Job, *, by: Actor) -> None:
    """The factory takes it back; another follows. Raises IllegalMove."""
    article.move(FirstArticleState.WITHDRAWN, by=by)
    article.remind_at = None
    job.first_article = FirstArticleGate.AWAITED
    audit.record(by, "job.first_article_withdrawn", job, number=article.number)
    notifications.tell(job.order.organisation_id, NoticeKind.FIRST_ARTICLE_WITHDRAWN, job)


def call_off(article: FirstArticle, job: Job, *, by: Actor) -> None:
    """The job has come to its end; nobody is asked any more. Raises IllegalMove."""
    article.move(FirstArticleState.CALLED_OFF, by=by, reason="The job has ended.")
    article.remind_at = None
    job.first_article = FirstArticleGate.AWAITED


def remind(article: FirstArticle, job: Job) -> None:
    """The customer's time to answer has passed: they are told again, the factory that its clock stands on."""
    article.reminders += 1
    article.remind_at = clock.now() + ANSWER_TIME
    audit.record(SYSTEM, "job.first_article_overdue", job, number=article.number, reminders=article.reminders)
    for party in (job.order.organisation_id, job.factory_id):
        notifications.tell(party, NoticeKind.FIRST_ARTICLE_OVERDUE, job)


def refuse_if_waiting(job: Job) -> None:
    """While one is the customer's to answer, nothing is begun. Raises FirstArticleWaiting."""
    if job.first_article is FirstArticleGate.HANDED_OVER:
        raise FirstArticleWaiting("The customer has not answered for the first article; until then the job stands.")


def _refuse_unless_awaited(job: Job) -> None:
    if job.first_article is None:
        raise FirstArticleNotAsked("Nobody asked for a first article of this job; go on.")
    if job.first_article is FirstArticleGate.RELEASED:
        raise FirstArticleReleasedAlready("The customer has released the first article of this job; go on.")
    refuse_if_waiting(job)


def _whole(proof: Proof) -> int:
    if proof.piece is None:
        raise FirstArticleIncomplete("Sign a record of kind `first_article` over a piece that was measured as one.")
    if proof.missing:
        raise FirstArticleIncomplete(
            f"Something that is required was not measured on piece {proof.piece}: measure it, sign another record.",
            piece=proof.piece,
            missing=list(proof.missing),
        )
    return proof.piece


def _refuse_if_known(proof: Proof, earlier: list[FirstArticle]) -> None:
    if any(each.record_id == proof.record_id for each in earlier):
        raise RecordHandedOverAlready("This record was handed over before; measure again and sign another.")
    for each in earlier:
        is_rejected = each.state is FirstArticleState.REJECTED and each.piece == proof.piece
        if is_rejected and proof.reworked_in <= each.last_entry:
            raise PieceRejectedBefore(
                f"Piece {each.piece} was rejected: say that it is scrapped, or reworked and measured again, and sign "
                "another record.",
                piece=each.piece,
                first_article=each.number,
            )


def _answer(article: FirstArticle, text: str, *, by: Actor) -> None:
    article.answer, article.answered_by, article.answered_at = text, by.user_id, clock.now()
    article.remind_at = None
