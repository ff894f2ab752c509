"""What is made, by who may see it: the two parties of the job."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.attachments.errors import AttachmentNotFound
from marketplace.attachments.models import Attachment
from marketplace.capability import catalogue
from marketplace.capability.models import WorkCentre
from marketplace.capacity.scheduling import Step
from marketplace.costing import tree
from marketplace.costing.values import Node
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Order
from marketplace.parts.models import Part, Revision
from marketplace.production.models import OperationReport
from marketplace.production.operations import Elsewhere
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


def routed(job: Job) -> tuple[Node, list[Elsewhere]]:
    """The price tree of the offer that a job came from, and what follows at other work centres of its factory."""
    query = select(Offer.figures, Offer.explanation, Offer.chain, Quote.explanation)
    figures, own, chain, shared = session().execute(query.join(Quote).where(Offer.id == job.offer_id)).one()
    return tree.filled((own or shared)["shape"], figures), _elsewhere(chain or ())


def reports(job_id: UUID) -> Sequence[OperationReport]:
    """What was reported of the operations of a job, with the files that show it."""
    query = select(OperationReport).where(OperationReport.job_id == job_id)
    return session().scalars(query.options(selectinload(OperationReport.attachments))).all()


def attachments_beside(job_id: UUID, attachment_ids: Collection[UUID]) -> Sequence[Attachment]:
    """Files that all lie beside one job. Raises AttachmentNotFound."""
    wanted = set(attachment_ids)
    query = select(Attachment).where(Attachment.id.in_(wanted), Attachment.job_id == job_id)
    found = session().scalars(query).all() if wanted else ()
    if len(found) < len(wanted):
        raise AttachmentNotFound("A file lies not beside this job; lay it there first.")
    return found


def _elsewhere(chain: Sequence[Any]) -> list[Elsewhere]:
    """The steps of a chain behind its first, by what their work centres do."""
    steps = [Step.of(each) for each in chain][1:]
    query = select(WorkCentre.id, WorkCentre.process).where(WorkCentre.id.in_({step.place for step in steps}))
    processes = dict(session().execute(query).tuples().all()) if steps else {}
    return [
        Elsewhere(catalogue.process(processes[step.place]).name_en, step.setup_min + step.run_min) for step in steps
    ]
