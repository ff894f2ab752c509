"""Claims as the parties of a job, the staff, and a third factory may load them; what is not theirs does not exist."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.attachments.models import Attachment, SeenBy
from marketplace.claims.errors import ClaimNotFound, RemeasurementNotFound
from marketplace.claims.models import Claim, Remeasurement
from marketplace.claims.paging import ClaimRequest
from marketplace.claims.states import TIMED
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.listings.models import Listing, ListingState
from marketplace.orders.models import Job

Found = TypeVar("Found")

WHOLE: Final = (joinedload(Claim.job), joinedload(Claim.remeasurement))
MEASURED: Final = joinedload(Remeasurement.claim).joinedload(Claim.job)


def of_job(job: Job) -> Sequence[Claim]:
    """Every claim of a loaded job, the first first; the job's order is locked where they are to change."""
    return _of(job, Claim.job_id == job.id)


def numbered(job: Job, number: int) -> Claim:
    """One claim of a loaded job. Raises ClaimNotFound."""
    claims = _of(job, Claim.job_id == job.id, Claim.number == number)
    return _found(claims[0] if claims else None)


def _of(job: Job, *conditions: ColumnElement[bool]) -> Sequence[Claim]:
    query = select(Claim).where(*conditions).options(joinedload(Claim.remeasurement)).order_by(Claim.number)
    claims = session().scalars(query.execution_options(populate_existing=True)).all()
    for claim in claims:
        set_committed_value(claim, "job", job)
        if claim.remeasurement is not None:
            set_committed_value(claim.remeasurement, "claim", claim)
    return claims


def for_staff(claim_id: UUID) -> Claim:
    """Any claim. Raises ClaimNotFound."""
    return _found(session().scalars(select(Claim).where(Claim.id == claim_id).options(*WHOLE)).one_or_none())


def page_for_staff(request: ClaimRequest) -> Page[Claim]:
    """Claims, newest first; of one state, or of all."""
    query = select(Claim).options(*WHOLE)
    if request.state is not None:
        query = query.where(Claim.state == request.state)
    return newest_first(query, Claim.id, request)


def place_of(claim_id: UUID) -> tuple[UUID, UUID, int]:
    """(order, job, number) of a claim: what is locked first, and then it. Raises ClaimNotFound."""
    query = select(Job.order_id, Job.id, Claim.number).join(Claim, Claim.job_id == Job.id).where(Claim.id == claim_id)
    row = session().execute(query).one_or_none()
    if row is None:
        raise ClaimNotFound("There is no such claim.")
    return row[0], row[1], row[2]


def overdue(now: datetime, *, limit: int = 100) -> Sequence[UUID]:
    """Claims whose time to answer has passed, the longest overdue first."""
    query = select(Claim.id).where(Claim.state.in_(sorted(TIMED)), Claim.answer_by < now)
    return session().scalars(query.order_by(Claim.answer_by).limit(limit)).all()


def beside(job: Job, attachment_ids: Collection[UUID]) -> set[UUID]:
    """Those of the files that lie beside a job, or for its factory beside its order."""
    query = select(Attachment.id).where(
        Attachment.id.in_(attachment_ids),
        Attachment.order_id == job.order_id,
        Attachment.job_id.is_(None) | (Attachment.job_id == job.id),
        Attachment.seen_by == SeenBy.PARTIES,
    )
    return set(session().scalars(query))


def offers(factory_id: UUID, process: str) -> bool:
    """Whether an organisation has a live listing of a process."""
    live = (Listing.organisation_id == factory_id) & (Listing.state == ListingState.LIVE)
    return session().scalar(select(Listing.id).where(live, Listing.process == process).limit(1)) is not None


def remeasurement_for(who: Actor, remeasurement_id: UUID) -> Remeasurement:
    """A re-measurement that this factory was named for. Raises RemeasurementNotFound."""
    query = select(Remeasurement).where(_named_for(who), Remeasurement.id == remeasurement_id).options(MEASURED)
    return _measured(session().scalars(query).one_or_none())


def claim_measured_by(who: Actor, remeasurement_id: UUID) -> UUID:
    """The claim of a re-measurement that this factory was named for. Raises RemeasurementNotFound."""
    query = select(Remeasurement.claim_id).where(_named_for(who), Remeasurement.id == remeasurement_id)
    return _measured(session().scalar(query))


def remeasurements_for(who: Actor, request: PageRequest) -> Page[Remeasurement]:
    """The re-measurements that this factory was named for, newest first."""
    return newest_first(select(Remeasurement).where(_named_for(who)).options(MEASURED), Remeasurement.id, request)


def _named_for(who: Actor) -> ColumnElement[bool]:
    return Remeasurement.factory_id == who.organisation


def _measured(found: Found | None) -> Found:
    if found is None:
        raise RemeasurementNotFound("There is no such re-measurement among yours.")
    return found


def _found(claim: Claim | None) -> Claim:
    if claim is None:
        raise ClaimNotFound("This job has no such claim.")
    return claim
