"""The marketplace's own figures of reputation, measured anew now and then: no request has to look at all factories."""

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.reputation import queries, rules
from marketplace.reputation.models import ReputationMean
from marketplace.reputation.values import FigureName


def measure_means() -> None:
    """Add up the events of one factory after the other, each in a short transaction, and write the sums down."""
    now = clock.now()
    since = now - rules.LOOKED_BACK
    events, points = dict.fromkeys(FigureName, 0), dict.fromkeys(FigureName, 0)
    with transaction():
        factories = queries.factories_with_jobs(since=since)
    for factory_id in factories:
        with transaction():
            jobs = queries.facts(factory_id, since=since)
        for name in FigureName:
            made = rules.events(name, jobs, now)
            events[name] += len(made)
            points[name] += sum(event.points for event in made)
    with transaction():
        session().add_all(
            ReputationMean(name=name, events=events[name], points=points[name]) for name in FigureName if events[name]
        )
