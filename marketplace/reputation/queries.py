"""The stored events behind reputations: of one factory, a fixed number of statements, whatever others there are."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on

from marketplace.accounts.models import Organisation
from marketplace.audit.models import AuditEvent
from marketplace.capability.models import WorkCentre
from marketplace.claims.models import Claim
from marketplace.claims.states import ClaimState
from marketplace.kernel.actor import Hat
from marketplace.kernel.database import session
from marketplace.messages.models import ClockStart, ClockStop
from marketplace.orders.models import Job, Shipment
from marketplace.orders.states import CHANGEABLE
from marketplace.reputation.errors import FactoryNotFound
from marketplace.reputation.models import ExcusedDelay, ReputationMean
from marketplace.reputation.values import Facts, FigureName

ANSWERS: Final = ("job.accepted", "job.declined", "job.change_proposed")
ENDS: Final = ("job.goods_accepted", "job.goods_returned")
VERBS: Final = ("order.paid", "job.cancelled", *ANSWERS, *ENDS)


def refuse_unless_factory(factory_id: UUID) -> None:
    """Raises FactoryNotFound."""
    hats = session().scalar(select(Organisation.hats).where(Organisation.id == factory_id))
    if hats is None or Hat.FACTORY not in hats:
        raise FactoryNotFound("There is no such factory.")


def facts(factory_id: UUID, *, since: datetime) -> list[Facts]:
    """What is stored of the jobs that a factory was offered since then."""
    jobs = _jobs(factory_id, since)
    told = _told({job.id for job in jobs} | {job.order_id for job in jobs})
    shipments, put_right = _shipments(factory_id, since), _put_right(factory_id, since)
    stops = _stops(factory_id, since)
    return [_facts(job, told, shipments.get(job.id, ()), put_right.get(job.id), stops.get(job.id, ())) for job in jobs]


def _jobs(factory_id: UUID, since: datetime) -> Sequence[Any]:
    query = (
        select(
            Job.id,
            Job.created_at,
            Job.order_id,
            Job.factory_id,
            Job.state,
            Job.quantity,
            Job.ships_on,
            WorkCentre.time_zone,
            ExcusedDelay.cause,
        )
        .join(WorkCentre, WorkCentre.id == Job.work_centre_id)
        .outerjoin(ExcusedDelay, ExcusedDelay.job_id == Job.id)
        .where(*_of(factory_id, since))
    )
    return session().execute(query).all()


def _of(factory_id: UUID, since: datetime) -> tuple[Any, ...]:
    return Job.factory_id == factory_id, Job.created_at >= since, Job.answer_by.is_not(None)


def _told(subjects: Iterable[UUID]) -> dict[UUID, list[AuditEvent]]:
    query = select(AuditEvent).where(AuditEvent.subject_id.in_(subjects), AuditEvent.verb.in_(VERBS))
    told: dict[UUID, list[AuditEvent]] = {}
    for event in session().scalars(query.order_by(AuditEvent.created_at, AuditEvent.id)):
        told.setdefault(event.subject_id, []).append(event)
    return told


def _shipments(factory_id: UUID, since: datetime) -> dict[UUID, list[tuple[datetime, int]]]:
    query = select(Shipment.job_id, Shipment.created_at, Shipment.pieces).join(Job, Job.id == Shipment.job_id)
    found: dict[UUID, list[tuple[datetime, int]]] = {}
    for job_id, at, pieces in session().execute(query.where(*_of(factory_id, since)).order_by(Shipment.id)):
        found.setdefault(job_id, []).append((at, pieces))
    return found


def _stops(factory_id: UUID, since: datetime) -> dict[UUID, list[Any]]:
    """When the clock of each job was stopped and started again, and what was promised until then, the first first."""
    query = (
        select(ClockStop.job_id, ClockStop.created_at, ClockStop.ships_on, ClockStart.restarted_at)
        .join(Job, Job.id == ClockStop.job_id)
        .outerjoin(ClockStart, ClockStart.stop_id == ClockStop.id)
        .where(*_of(factory_id, since))
        .order_by(ClockStop.created_at)
    )
    found: dict[UUID, list[Any]] = {}
    for row in session().execute(query):
        found.setdefault(row.job_id, []).append(row)
    return found


def _put_right(factory_id: UUID, since: datetime) -> dict[UUID, datetime]:
    """When the first settled claim of each job was settled."""
    query = (
        select(Claim.job_id, func.min(AuditEvent.created_at))
        .join(Job, Job.id == Claim.job_id)
        .join(AuditEvent, AuditEvent.subject_id == Claim.id)
        .where(*_of(factory_id, since), Claim.state == ClaimState.SETTLED)
        .where(AuditEvent.verb.in_(("claim.accepted", "claim.agreed", "claim.decided")))
        .group_by(Claim.job_id)
    )
    return {row[0]: row[1] for row in session().execute(query)}


def _facts(
    job: Any,
    told: dict[UUID, list[AuditEvent]],
    shipments: Sequence[tuple[datetime, int]],
    put_right_at: datetime | None,
    stops: Sequence[Any],
) -> Facts:
    of_job = told.get(job.id, [])
    paid_at = next((event.created_at for event in told.get(job.order_id, []) if event.verb == "order.paid"), None)
    shipped_at = _shipped_at(job.quantity, shipments)
    return Facts(
        job_id=job.id,
        zone=ZoneInfo(job.time_zone),
        ships_on=_promised(job, shipped_at, stops),
        offered_at=None if paid_at is None else max(paid_at, job.created_at),
        answered_at=_answered_at(job, of_job),
        shipped_at=shipped_at,
        given_up_at=_given_up_at(of_job),
        is_awaited=job.state in CHANGEABLE,
        ended_at=next((event.created_at for event in of_job if event.verb in ENDS), None),
        put_right_at=put_right_at,
        excuse=job.cause,
        stood=tuple((stop.created_at, stop.restarted_at) for stop in stops),
    )


def _promised(job: Any, shipped_at: datetime | None, stops: Sequence[Any]) -> date:
    """The ship date that held when the goods left: a question about what is made again does not move it afterwards."""
    later = (stop.ships_on for stop in stops if shipped_at is not None and stop.created_at > shipped_at)
    promised: date = next(later, job.ships_on)
    return promised


def _answered_at(job: Any, of_job: Sequence[AuditEvent]) -> datetime | None:
    """The first answer; a job that its customer gave up first was never answered."""
    first = next((event for event in of_job if event.verb in ANSWERS or event.verb == "job.cancelled"), None)
    return None if first is None or first.verb == "job.cancelled" else first.created_at


def _shipped_at(quantity: int, shipments: Sequence[tuple[datetime, int]]) -> datetime | None:
    """When the last of the ordered pieces left."""
    left = quantity
    for at, pieces in shipments:
        left -= pieces
        if left <= 0:
            return at
    return None


def _given_up_at(of_job: Sequence[AuditEvent]) -> datetime | None:
    """When the factory gave up what it had taken; before that it declines."""
    took = any(event.verb == "job.accepted" for event in of_job)
    given_up = (event for event in of_job if event.verb == "job.cancelled" and event.details.get("side") == "factory")
    return next((event.created_at for event in given_up if took), None)


def means() -> dict[FigureName, ReputationMean]:
    """The marketplace's figures, as last measured."""
    query = select(ReputationMean).ext(distinct_on(ReputationMean.name))
    found = session().scalars(query.order_by(ReputationMean.name, ReputationMean.id.desc()))
    return {each.name: each for each in found}


def factories_with_jobs(*, since: datetime) -> Sequence[UUID]:
    """Who was offered a job since then."""
    query = select(Job.factory_id).where(Job.created_at >= since, Job.answer_by.is_not(None)).distinct()
    return session().scalars(query).all()


def is_excused(job_id: UUID) -> bool:
    return session().scalar(select(ExcusedDelay.id).where(ExcusedDelay.job_id == job_id)) is not None
