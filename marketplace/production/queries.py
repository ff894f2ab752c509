"""What is made, by who may see it: the two parties of the job, and who does one of its operations."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, any_, literal, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.accounts.models import Organisation
from marketplace.attachments.errors import AttachmentNotFound
from marketplace.attachments.models import Attachment
from marketplace.capability import catalogue
from marketplace.capability.models import WorkCentre
from marketplace.capacity.scheduling import Step
from marketplace.costing import tree
from marketplace.costing.values import Node
from marketplace.kernel.actor import Actor, Hat
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Order
from marketplace.parts.models import Part, Revision
from marketplace.production.errors import FirstArticleNotFound, SubcontractNotFound
from marketplace.production.models import FirstArticle, OperationReport, Subcontract
from marketplace.production.operations import Elsewhere
from marketplace.production.ordered import Ordered
from marketplace.production.states import GIVEN, OPEN, FirstArticleState, SubcontractState
from marketplace.quoting.models import Offer, Quote
from marketplace.rfqs.models import Bid, Rfq, RfqInvitation
from marketplace.rfqs.queries import verbs
from marketplace.rfqs.states import InvitationState

Row = TypeVar("Row")


def job_for_factory(who: Actor, job_id: UUID) -> Job:
    """A job of the factory's own. Raises JobNotFound."""
    return orders.for_factory(who, job_id)


def job_for_customer(who: Actor, order_id: UUID, job_id: UUID) -> Job:
    """A job of the customer's own order. Raises OrderNotFound, JobNotFound."""
    return orders.job_of(orders.for_customer(who, order_id), job_id)


def job_for_customer_to_change(who: Actor, order_id: UUID, job_id: UUID) -> Job:
    """The same; its order is locked, as everywhere. Raises OrderNotFound, JobNotFound."""
    return orders.job_of(orders.for_customer_to_change(who, order_id), job_id)


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


# First articles; the order is locked where they are changed.


def first_articles(job_id: UUID) -> list[FirstArticle]:
    """Every first article of a job, the first first."""
    query = select(FirstArticle).where(FirstArticle.job_id == job_id).order_by(FirstArticle.number)
    return list(session().scalars(query.execution_options(populate_existing=True)))


def first_article(job_id: UUID, number: int) -> FirstArticle:
    """One first article of a job, as it is now. Raises FirstArticleNotFound."""
    query = select(FirstArticle).where(FirstArticle.job_id == job_id, FirstArticle.number == number)
    return _first(session().scalars(query.execution_options(populate_existing=True)).one_or_none())


def first_article_by_id(job_id: UUID, article_id: UUID) -> FirstArticle:
    """One that was handed over before, by its id. Raises FirstArticleNotFound."""
    query = select(FirstArticle).where(FirstArticle.job_id == job_id, FirstArticle.id == article_id)
    return _first(session().scalars(query).one_or_none())


def _first(found: FirstArticle | None) -> FirstArticle:
    if found is None:
        raise FirstArticleNotFound("This job has no such first article.")
    return found


def open_first_article(job_id: UUID) -> FirstArticle:
    """The one that the customer has not answered, as it is now."""
    is_open = FirstArticle.state == FirstArticleState.HANDED_OVER
    query = select(FirstArticle).where(FirstArticle.job_id == job_id, is_open)
    return session().scalars(query.execution_options(populate_existing=True)).one()


def unanswered_first_articles(now: datetime, *, limit: int = 100) -> Sequence[tuple[UUID, UUID]]:
    """(order, job) of first articles whose customer is to be reminded, the longest overdue first."""
    query = select(Job.order_id, Job.id).join(FirstArticle, FirstArticle.job_id == Job.id)
    found = session().execute(query.where(FirstArticle.remind_at <= now).order_by(FirstArticle.remind_at).limit(limit))
    return [(order_id, job_id) for order_id, job_id in found]


# Operations that somebody else does; the order is locked where they are changed.


def subcontracts(job_id: UUID) -> Sequence[Subcontract]:
    """Every operation of a job that was proposed to be done elsewhere, the first proposal first."""
    query = select(Subcontract).where(Subcontract.job_id == job_id).order_by(Subcontract.number)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def subcontract(job_id: UUID, number: int) -> Subcontract:
    """One of them, as it is now. Raises SubcontractNotFound."""
    return _there(*_subcontracts(Subcontract.job_id == job_id, Subcontract.number == number))


def subcontract_by_id(job_id: UUID, subcontract_id: UUID) -> Subcontract:
    """One that was proposed before, by its id. Raises SubcontractNotFound."""
    return _there(*_subcontracts(Subcontract.job_id == job_id, Subcontract.id == subcontract_id))


def open_subcontract(job_id: UUID, operation: int) -> Subcontract | None:
    """Who is proposed, or agreed, to do an operation; None: nobody but the factory."""
    found = _subcontracts(
        Subcontract.job_id == job_id, Subcontract.operation == operation, Subcontract.state.in_(sorted(OPEN))
    )
    return found[0] if found else None


def open_subcontracts(job_id: UUID) -> Sequence[Subcontract]:
    """Those of a job that are proposed or agreed to."""
    return _subcontracts(Subcontract.job_id == job_id, Subcontract.state.in_(sorted(OPEN)))


def page_for_subcontractor(who: Actor, request: PageRequest) -> Page[Subcontract]:
    """The operations that are given to this factory, newest first."""
    query = select(Subcontract).where(_given_to(who)).options(*FOR_SUBCONTRACTOR)
    return newest_first(query, Subcontract.id, request)


def for_subcontractor(who: Actor, subcontract_id: UUID) -> Subcontract:
    """An operation that is given to this factory. Raises SubcontractNotFound."""
    query = select(Subcontract).where(_given_to(who), Subcontract.id == subcontract_id).options(*FOR_SUBCONTRACTOR)
    return _there(*session().scalars(query).all())


def revision_for_subcontractor(who: Actor, subcontract_id: UUID) -> Revision:
    """The part whose operation this factory is to do, if the customer's consent shows it, until the operation is done.

    Raises SubcontractNotFound.
    """
    query = (
        select(Revision)
        .join(Job, Job.revision_id == Revision.id)
        .join(Subcontract, Subcontract.job_id == Job.id)
        .where(
            _given_to(who),
            Subcontract.id == subcontract_id,
            Subcontract.state == SubcontractState.AGREED,
            Subcontract.shares_file,
        )
        .options(joinedload(Revision.file))
    )
    return _there(*session().scalars(query).all())


def place_for_subcontractor(who: Actor, subcontract_id: UUID) -> tuple[UUID, int]:
    """(job, number) of an operation that is given to this factory. Raises SubcontractNotFound."""
    found = for_subcontractor(who, subcontract_id)
    return found.job_id, found.number


def factory(organisation_id: UUID) -> Organisation | None:
    """An organisation of this marketplace that is a factory."""
    query = select(Organisation).where(
        Organisation.id == organisation_id, literal(Hat.FACTORY.value) == any_(Organisation.hats)
    )
    return session().scalars(query).one_or_none()


def is_controlled(job: Job) -> bool:
    """Whether the part of a job is under export control."""
    query = select(Quote.is_controlled).join(Offer, Offer.quote_id == Quote.id).where(Offer.id == job.offer_id)
    return session().scalars(query).one()


def takes_controlled(factory_id: UUID) -> bool:
    """Whether a factory has a live listing of a work centre that takes files under export control."""
    return factory_id in verbs.listing_factories({factory_id}, controlled=True)


def is_excluded(job: Job, factory_id: UUID) -> bool:
    """Whether the customer has taken back its invitation of a factory to the request that a job came from."""
    query = (
        select(RfqInvitation.id)
        .join(Bid, Bid.rfq_id == RfqInvitation.rfq_id)
        .join(Offer, Offer.bid_id == Bid.id)
        .where(
            Offer.id == job.offer_id,
            RfqInvitation.factory_id == factory_id,
            RfqInvitation.state == InvitationState.WITHDRAWN,
        )
    )
    return session().scalar(query) is not None


FOR_SUBCONTRACTOR = (joinedload(Subcontract.job), joinedload(Subcontract.factory))


def _given_to(who: Actor) -> ColumnElement[bool]:
    return (Subcontract.subcontractor_id == who.organisation) & Subcontract.state.in_(sorted(GIVEN))


def _subcontracts(*conditions: ColumnElement[bool]) -> Sequence[Subcontract]:
    query = select(Subcontract).where(*conditions).order_by(Subcontract.number)
    return session().scalars(query.execution_options(populate_existing=True)).all()


def _there(*found: Row) -> Row:
    if not found:
        raise SubcontractNotFound("There is no such operation done for somebody else, or it is not yours.")
    return found[0]
