"""What is made, by who may see it: the two parties of the job."""

from uuid import UUID

from sqlalchemy import select

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Order
from marketplace.parts.models import Part, Revision
from marketplace.production.ordered import Ordered
from marketplace.quoting.models import Offer, Quote
from marketplace.rfqs.models import Bid, Rfq


def job_for_factory(who: Actor, job_id: UUID) -> Job:
    """A job of the factory's own. Raises JobNotFound."""
    return orders.for_factory(who, job_id)


def job_for_customer(who: Actor, order_id: UUID, job_id: UUID) -> Job:
    """A job of the customer's own order. Raises OrderNotFound, JobNotFound."""
    return orders.job_of(orders.for_customer(who, order_id), job_id)


def ordered(job: Job) -> Ordered:
    """All that the requirements of a loaded job follow from."""
    query = (
        select(Order, Quote, Revision, Part.name, Offer.ships_on, Rfq)
        .join_from(Offer, Quote, Quote.id == Offer.quote_id)
        .join(Order, Order.id == job.order_id)
        .join(Revision, Revision.id == job.revision_id)
        .join(Part, Part.id == Revision.part_id)
        .outerjoin(Bid, Bid.id == Offer.bid_id)
        .outerjoin(Rfq, Rfq.id == Bid.rfq_id)
        .where(Offer.id == job.offer_id)
    )
    return Ordered(job, *session().execute(query).one())
