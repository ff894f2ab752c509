"""A job has come to its end, and with it what was still open of its making."""

from marketplace.kernel.actor import Actor
from marketplace.orders.models import Job
from marketplace.production import subcontracting
from marketplace.workflows.ordering import amending
from marketplace.workflows.shop_floor import first_articles


def wind_up(job: Job, *, by: Actor) -> None:
    """Nothing is proposed, released or given to somebody else any more. Asks nothing of a job that has none of that."""
    amending.drop_open(job, by=by)
    first_articles.drop_open(job, by=by)
    subcontracting.drop_open(job, by=by)
