"""Figures of a factory, and delays that were not the factory's doing."""

from uuid import UUID

from marketplace.audit import service as audit
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.orders.models import Job
from marketplace.reputation import queries, rules
from marketplace.reputation.errors import ExcusedAlready
from marketplace.reputation.models import ExcusedDelay
from marketplace.reputation.values import Cause, Event, Figure, FigureName


def of_factory(factory_id: UUID) -> list[tuple[Figure, list[Event]]]:
    """Each figure of a factory with the events behind it, the latest first. Raises FactoryNotFound."""
    queries.refuse_unless_factory(factory_id)
    now = clock.now()
    jobs = queries.facts(factory_id, since=now - rules.LOOKED_BACK)
    means = {name: rules.rounded(each.points, each.events) for name, each in queries.means().items()}
    behind = {name: rules.events(name, jobs, now) for name in FigureName}
    return [(rules.figure(name, behind[name], means.get(name)), behind[name]) for name in FigureName]


def excuse(job: Job, *, by: Actor, cause: Cause, reason: str) -> ExcusedDelay:
    """The staff puts a job's lateness down to the carrier or the platform. Raises ExcusedAlready."""
    if queries.is_excused(job.id):
        raise ExcusedAlready("The delay of this job is put down to somebody else already.")
    made = ExcusedDelay(id=new_id(), created_at=clock.now(), job_id=job.id, cause=cause, reason=reason)
    made.found_by = by.user_id  # type: ignore[assignment]
    session().add(made)
    audit.record(by, "job.delay_excused", job, cause=cause, reason=reason)
    return made
