"""The order, its jobs with all that was reported, shipped, asked and answered, and every move of their states."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from marketplace.attachments.models import Side
from marketplace.orders.models import Job
from marketplace.production import queries as production
from marketplace.workflows.chapters import queries
from marketplace.workflows.chapters.values import File, Scope, as_json, columns, side_of

INNER = ("hold_id", "placed_by", "organisation_id", "asked_by", "closed_by", "reported_by", "shipped_by", "job_id")
"""What says nothing to a reader of the archive, or names persons."""


def chapter(scope: Scope) -> Iterator[File]:
    """order.json, jobs/…, history.json."""
    yield as_json("order.json", _order(scope))
    for job in scope.jobs:
        yield as_json(f"jobs/{job.id}.json", _job(job))
    yield as_json("history.json", _history(scope))


def _order(scope: Scope) -> dict[str, Any]:
    """A factory knows the number of the order, and of the rest only its job."""
    if scope.side is Side.FACTORY:
        return {"number": scope.order.number}
    lines = [columns(each, but=("order_id",)) for each in queries.lines(scope.order)]
    return {**columns(scope.order, but=INNER), "lines": lines}


def _job(job: Job) -> dict[str, Any]:
    return {
        **columns(job, but=INNER),
        "reports": [columns(each, but=INNER) for each in queries.reports(job)],
        "shipments": [
            {**columns(each, but=INNER), "parcels": [columns(parcel, but=("shipment_id",)) for parcel in each.parcels]}
            for each in job.shipments
        ],
        "changes": [columns(each, but=(*INNER, "proposed_by", "payment_id")) for each in queries.changes(job)],
        "questions": [
            {
                **columns(each, but=INNER),
                "state": each.state,
                "answer": each.answer,
                "closed_at": each.closed_at,
            }
            for each in queries.questions(job)
        ],
        "clock_stops": [
            {
                **columns(each, but=INNER),
                "restarted_at": each.restarted_at,
                "then_answer_by": each.then_answer_by,
                "then_ships_on": each.then_ships_on,
            }
            for each in queries.stops(job)
        ],
    }


def _history(scope: Scope) -> list[dict[str, Any]]:
    whole = [scope.order.id] if scope.side is Side.CUSTOMER else []
    moves = queries.moves([*whole, *(subject for job in scope.jobs for subject in _moved(job))])
    inner = ("user_id", "organisation_id")
    return [{**columns(each, but=inner), "side": side_of(each.organisation_id, scope)} for each in moves]


def _moved(job: Job) -> list[UUID]:
    """What has states of its own: a job, its first articles, and its operations that somebody else was to do."""
    articles = production.first_articles(job.id) if job.first_article is not None else ()
    given = production.subcontracts(job.id) if job.is_subcontracted else ()
    return [job.id, *(each.id for each in (*articles, *given))]
