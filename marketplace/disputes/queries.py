"""Disputes as the staff, the parties of an order, and the platform's own work may load them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, and_, cast, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from marketplace.disputes.errors import DisputeNotFound, EvidenceNotFound
from marketplace.disputes.models import Dispute, Evidence
from marketplace.disputes.paging import DisputeRequest
from marketplace.disputes.states import INQUIRIES, OPEN, TO_ANSWER, DisputeState
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first
from marketplace.orders import queries as orders
from marketplace.orders.models import Job, Share
from marketplace.payments.models import Operation, OperationKind, OperationState, Payment

FRESH: dict[str, Any] = {"populate_existing": True}
IN_EARNEST: Final = or_(Dispute.state.not_in(sorted({*INQUIRIES, DisputeState.CLOSED})), Dispute.taken_minor > 0)
"""What the parties of an order know of: an inquiry, and one that came to nothing, are the bank's and ours alone."""
WHOLE: Final = (joinedload(Dispute.payment), selectinload(Dispute.evidence))


def for_staff(dispute_id: UUID) -> Dispute:
    """Any dispute with what was gathered for it. Raises DisputeNotFound."""
    return _found(select(Dispute).where(Dispute.id == dispute_id).options(*WHOLE))


def page_for_staff(request: DisputeRequest) -> Page[Dispute]:
    """Disputes, newest first; of one state, or of all."""
    query = select(Dispute).options(*WHOLE)
    if request.state is not None:
        query = query.where(Dispute.state == request.state)
    return newest_first(query, Dispute.id, request)


def locked(dispute_id: UUID) -> Dispute:
    """A dispute with its evidence, to be changed. Raises DisputeNotFound."""
    query = select(Dispute).where(Dispute.id == dispute_id).options(*WHOLE)
    return _found(query.with_for_update(of=Dispute).execution_options(**FRESH))


def known_as(provider_id: str) -> Dispute | None:
    """The dispute that the provider calls so, to be changed; its payment is locked."""
    query = select(Dispute).where(Dispute.provider_id == provider_id).options(*WHOLE)
    return session().scalars(query.with_for_update(of=Dispute).execution_options(**FRESH)).one_or_none()


def evidence_of(dispute: Dispute, number: int) -> Evidence:
    """One answer of a loaded dispute. Raises EvidenceNotFound."""
    found = next((each for each in dispute.evidence if each.number == number), None)
    if found is None:
        raise EvidenceNotFound("No evidence of this number was gathered for this dispute.")
    return found


def of_order(who: Actor, order_id: UUID) -> Sequence[Dispute]:
    """The disputes of the customer's own order, the first first; inquiries are the bank's and ours alone.

    Raises OrderNotFound.
    """
    order = orders.for_customer(who, order_id)
    query = (
        select(Dispute).join(Payment, Payment.id == Dispute.payment_id).where(Payment.order_id == order.id, IN_EARNEST)
    )
    return session().scalars(query.order_by(Dispute.id)).all()


@dataclass(frozen=True, slots=True)
class DisputeOfJob:
    """A dispute of a payment as the factory of a job that is paid out of it sees it."""

    id: UUID
    created_at: datetime
    state: DisputeState
    reason: str
    borne_minor: int
    """What the factory has given up for it, once it was lost."""
    currency: str


def of_job(who: Actor, job_id: UUID) -> Sequence[DisputeOfJob]:
    """The disputes of payments that this factory's job is paid out of, the first first. Raises JobNotFound."""
    job = orders.for_factory(who, job_id)
    paid = select(Share.payment_id).where(Share.job_id == job.id)
    lost = and_(Share.job_id == job.id, Share.party_id == job.factory_id, Share.why == why(Dispute.id))
    borne = select(cast(func.coalesce(-func.sum(Share.amount_minor), 0), BigInteger)).where(lost).scalar_subquery()
    query = select(Dispute.id, Dispute.created_at, Dispute.state, Dispute.reason, borne, Dispute.currency)
    told = query.where(Dispute.payment_id.in_(paid), IN_EARNEST).order_by(Dispute.id)
    return [DisputeOfJob(*row) for row in session().execute(told)]


def why(dispute_id: Any) -> Any:
    """Why shares are given up to a lost dispute, as their rows say it; in a query, of a column of ids."""
    if isinstance(dispute_id, UUID):
        return f"dispute:{dispute_id}"
    return func.concat("dispute:", dispute_id)


def payment_of(*, charge_id: str, intent_id: str | None) -> tuple[UUID, UUID] | None:
    """(payment, order) of a charge, once it is captured here."""
    known = Payment.charge_id == charge_id
    if intent_id is not None:
        known = or_(known, Payment.intent_id == intent_id)
    row = session().execute(select(Payment.id, Payment.order_id).where(known)).one_or_none()
    return None if row is None else (row[0], row[1])


def factories_paid_by(payment_id: UUID) -> Sequence[Job]:
    """The jobs that are paid out of a payment and that their factories were asked for, one of each factory."""
    paid = select(Share.job_id).where(Share.payment_id == payment_id)
    query = orders.shown_jobs().where(Job.id.in_(paid)).order_by(Job.id)
    return list({each.factory_id: each for each in session().scalars(query)}.values())


def refunds_not_made(payment_id: UUID) -> Sequence[Operation]:
    """Refunds of a payment that the customer does not have yet, to be changed: what surely was not made first."""
    query = select(Operation).where(
        Operation.payment_id == payment_id,
        Operation.kind == OperationKind.REFUND,
        Operation.state.in_((OperationState.READY, OperationState.FAILED)),
    )
    rows = session().scalars(query.order_by(Operation.id).with_for_update().execution_options(**FRESH)).all()
    return sorted(rows, key=lambda each: (each.state is OperationState.READY and each.attempts > 0, each.id))


def refunds_waiting(payment_id: UUID) -> Sequence[UUID]:
    """Refunds of a payment that are still to be asked for, in the order in which they were owed."""
    query = select(Operation.id).where(
        Operation.payment_id == payment_id,
        Operation.kind == OperationKind.REFUND,
        Operation.state == OperationState.READY,
    )
    return session().scalars(query.order_by(Operation.id)).all()


def contested_minor(payment_id: UUID) -> int:
    """What banks have taken of a payment and not given back, in disputes that are not lost."""
    query = select(func.coalesce(func.sum(Dispute.taken_minor), 0)).where(
        Dispute.payment_id == payment_id, Dispute.state != DisputeState.LOST
    )
    return int(session().execute(query).scalar_one())


def to_look_at(before: datetime, *, limit: int = 50) -> Sequence[str]:
    """Open disputes, as the provider calls them, that it has not shown since an instant; the longest ago first."""
    query = select(Dispute.provider_id).where(Dispute.state.in_(sorted(OPEN)), Dispute.looked_at < before)
    return session().scalars(query.order_by(Dispute.looked_at).limit(limit)).all()


def to_remind_of(now: datetime, *, due_before: datetime, limit: int = 50) -> Sequence[Dispute]:
    """Disputes that wait for an answer until soon, of which the staff was not reminded; the first due first."""
    query = select(Dispute).where(
        Dispute.state.in_(sorted(TO_ANSWER)),
        Dispute.answer_by.between(now, due_before),
        Dispute.reminded_at.is_(None),
    )
    return session().scalars(query.options(joinedload(Dispute.payment)).order_by(Dispute.answer_by).limit(limit)).all()


def known_files(hashes: Collection[str]) -> set[str]:
    """Those of the files that are evidence."""
    return set(session().scalars(select(Evidence.sha256).where(Evidence.sha256.in_(hashes))))


def _found(query: Any) -> Dispute:
    found: Dispute | None = session().scalars(query).one_or_none()
    if found is None:
        raise DisputeNotFound("There is no such dispute.")
    return found
