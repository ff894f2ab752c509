"""A first article between inspection, production and the clock of its job: handed over, answered, reminded of."""

from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.transaction import each_alone, transaction
from marketplace.messages import stopping
from marketplace.orders import queries as orders
from marketplace.orders.models import Job
from marketplace.orders.states import FirstArticleGate
from marketplace.production import first_articles, queries
from marketplace.production.first_articles import Proof
from marketplace.production.models import FirstArticle
from marketplace.quality import inspecting, judging
from marketplace.quality import queries as inspections
from marketplace.quality.models import Record
from marketplace.quality.values import Stage


def hand_over(job: Job, record_id: UUID, *, note: str, by: Actor) -> FirstArticle:
    """The factory asks the customer to release the piece of a signed record; the clock of the job stands until then.

    Raises RecordNotFound, PieceScrapped, and what `production.first_articles.hand_over` raises.
    """
    proof = _proof(inspections.record_of_job(job.id, record_id))
    article = first_articles.hand_over(job, proof, note=note, by=by)
    stopping.stop(job, by=by)
    return article


def release(job: Job, number: int, *, remark: str, by: Actor) -> None:
    """The customer releases the rest of the job; its clock runs again. Raises FirstArticleNotFound, IllegalMove."""
    first_articles.release(queries.first_article(job.id, number), job, remark=remark, by=by)
    stopping.go_on(job, by=by)


def reject(job: Job, number: int, *, reason: str, by: Actor) -> None:
    """The customer wants another first article; the clock of the job runs. Raises FirstArticleNotFound, IllegalMove."""
    first_articles.reject(queries.first_article(job.id, number), job, reason=reason, by=by)
    stopping.go_on(job, by=by)


def withdraw(job: Job, number: int, *, by: Actor) -> None:
    """The factory takes it back; the clock of the job runs. Raises FirstArticleNotFound, IllegalMove."""
    first_articles.withdraw(queries.first_article(job.id, number), job, by=by)
    stopping.go_on(job, by=by)


def drop_open(job: Job, *, by: Actor) -> None:
    """The job has come to its end: nobody is asked any more."""
    if job.first_article is FirstArticleGate.HANDED_OVER:
        first_articles.call_off(queries.open_first_article(job.id), job, by=by)
        stopping.go_on(job, by=by)


def remind_unanswered() -> None:
    """Remind every customer whose time to answer has passed, each in a transaction of its own. Releases nothing."""
    with transaction():
        due = queries.unanswered_first_articles(clock.now())
    each_alone(due, _remind_if_unanswered)


def _remind_if_unanswered(of_order: tuple[UUID, UUID]) -> None:
    order_id, job_id = of_order
    job = orders.job_of(orders.to_change(order_id), job_id)
    if job.first_article is not FirstArticleGate.HANDED_OVER:
        return  # answered meanwhile
    article = queries.open_first_article(job.id)
    if article.remind_at is not None and article.remind_at <= clock.now():
        first_articles.remind(article, job)


def _proof(record: Record) -> Proof:
    """What the record says, by the entries that it covers; a piece that was scrapped since proves nothing."""
    entries = [each.content for each in inspections.entries(record.inspection_id)]
    verdict = record.head["verdict"]["first_article"]
    piece: int | None = verdict["piece"] if record.kind is Stage.FIRST_ARTICLE else None
    if piece is not None:
        inspecting.refuse_if_scrapped(judging.findings(entries), [piece])
    covered = judging.findings(entries[: record.last_entry])
    return Proof(
        record_id=record.id,
        last_entry=record.last_entry,
        piece=piece,
        missing=tuple(verdict["missing"]),
        is_conforming=not verdict["failing"],
        reworked_in=0 if piece is None else covered.reworked.get(piece, 0),
    )
