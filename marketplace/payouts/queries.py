"""Destinations, batches and what a seller is owed, as those who change or show them need them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from marketplace.accounts.models import Organisation
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import CursorUnknown, Page, PageRequest, newest_first
from marketplace.ledger.models import Account, Journal, Posting
from marketplace.orders.models import Job, Order, Share
from marketplace.orders.states import JobState
from marketplace.payments.models import (
    BankPayout,
    Freeze,
    FreezeWhy,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentState,
    PayoutAccount,
    PayoutSchedule,
    Rail,
    Release,
    ReleaseState,
)
from marketplace.payouts.errors import BankPaymentNotFound, BatchNotFound, DestinationNotFound, FreezeNotFound
from marketplace.payouts.models import (
    Approval,
    BankPayment,
    BankPaymentState,
    Batch,
    Destination,
    PayoutAlert,
)

FRESH: Final[dict[str, Any]] = {"populate_existing": True}
LIVING: Final = (BankPaymentState.PLANNED, BankPaymentState.ORDERED, BankPaymentState.CONFIRMED)
MOST_IN_A_BATCH: Final = 500


def destination_in_force(organisation_id: UUID) -> Destination | None:
    """Where an organisation's money goes; None where nobody ever said."""
    query = select(Destination).where(
        Destination.organisation_id == organisation_id, Destination.called_off_at.is_(None)
    )
    newest = query.order_by(Destination.id.desc()).limit(1).execution_options(**FRESH)
    return session().scalars(newest).one_or_none()


def own_destination(who: Actor, destination_id: UUID) -> Destination:
    """One that the organisation has set. Raises DestinationNotFound."""
    query = select(Destination).where(Destination.id == destination_id, Destination.organisation_id == who.organisation)
    found = session().scalars(query.execution_options(**FRESH)).one_or_none()
    if found is None:
        raise DestinationNotFound("Your organisation has set no such destination.")
    return found


def destination_to_change(destination_id: UUID) -> Destination:
    query = select(Destination).where(Destination.id == destination_id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one()


def page_of_destinations(who: Actor, request: PageRequest) -> Page[Destination]:
    """Where the organisation has said its money goes, the last first."""
    query = select(Destination).where(Destination.organisation_id == who.organisation)
    return newest_first(query, Destination.id, request)


@dataclass(frozen=True, slots=True)
class Payable:
    """What a seller waits for by bank, and where it is to go."""

    operation_id: UUID
    organisation_id: UUID
    destination_id: UUID
    amount_minor: int


def payable_by_bank(currency: str) -> Sequence[Payable]:
    """What sellers wait for by bank in a currency, with nothing against it, the oldest first."""
    newer = aliased(Destination)
    is_newest = ~exists().where(
        newer.organisation_id == Destination.organisation_id,
        newer.called_off_at.is_(None),
        newer.id > Destination.id,
    )
    of_all = and_(Freeze.order_id.is_(None), Freeze.organisation_id.is_(None))
    concerns = or_(Freeze.order_id == Payment.order_id, Freeze.organisation_id == Operation.party_id, of_all)
    query = (
        select(Operation.id, Destination.organisation_id, Destination.id, Operation.amount_minor)
        .join(Payment, Payment.id == Operation.payment_id)
        .join(PayoutAccount, PayoutAccount.organisation_id == Operation.party_id)
        .join(Destination, Destination.organisation_id == Operation.party_id)
        .where(
            Operation.state == OperationState.READY,
            Operation.kind == OperationKind.TRANSFER,
            Operation.rail.is_(None),
            Operation.currency == currency,
            PayoutAccount.rail == Rail.MANUAL_BANK,
            Destination.called_off_at.is_(None),
            Destination.refused_at.is_(None),
            is_newest,
            ~exists().where(Freeze.lifted_at.is_(None), concerns),
            ~exists().where(BankPayment.operation_id == Operation.id, BankPayment.state.in_(LIVING)),
        )
        .order_by(Operation.id)
        .limit(MOST_IN_A_BATCH)
    )
    return [Payable(*row) for row in session().execute(query)]


def batch_to_change(batch_id: UUID) -> Batch:
    """A batch, locked. Raises BatchNotFound."""
    query = select(Batch).where(Batch.id == batch_id).with_for_update().execution_options(**FRESH)
    return _batch(session().scalars(query).one_or_none())


def batch(batch_id: UUID) -> Batch:
    """A batch. Raises BatchNotFound."""
    return _batch(session().get(Batch, batch_id, populate_existing=True))


def _batch(found: Batch | None) -> Batch:
    if found is None:
        raise BatchNotFound("There is no such batch.")
    return found


def page_of_batches(request: PageRequest) -> Page[Batch]:
    """All batches, the newest first."""
    return newest_first(select(Batch), Batch.id, request)


def approvals(batch_id: UUID) -> int:
    """How many persons have said yes to it."""
    return session().scalars(select(func.count()).where(Approval.batch_id == batch_id)).one()


def approvals_of(batch_id: UUID) -> Sequence[Approval]:
    """Who has said yes to it, the first first."""
    query = select(Approval).where(Approval.batch_id == batch_id)
    return session().scalars(query.order_by(Approval.approved_at, Approval.user_id)).all()


def payments_to_change(batch_id: UUID) -> Sequence[BankPayment]:
    """What is planned in a batch, to be changed; in the order in which the payments of their orders are locked."""
    query = (
        select(BankPayment)
        .join(Operation, Operation.id == BankPayment.operation_id)
        .where(BankPayment.batch_id == batch_id, BankPayment.state == BankPaymentState.PLANNED)
        .order_by(Operation.payment_id, BankPayment.id)
        .with_for_update(of=BankPayment)
    )
    return session().scalars(query.execution_options(**FRESH)).all()


def payments_of(batch_id: UUID) -> Sequence[BankPayment]:
    """Everything that is in a batch, in its order."""
    query = select(BankPayment).where(BankPayment.batch_id == batch_id).order_by(BankPayment.id)
    return session().scalars(query.execution_options(**FRESH)).all()


def payment_to_change(payment_id: UUID) -> BankPayment:
    """A payment by bank, locked. Raises BankPaymentNotFound."""
    query = select(BankPayment).where(BankPayment.id == payment_id).with_for_update().execution_options(**FRESH)
    found = session().scalars(query).one_or_none()
    if found is None:
        raise BankPaymentNotFound("There is no such payment by bank.")
    return found


def is_anything_ordered(batch_id: UUID) -> bool:
    """Whether our bank has still to show something of a batch."""
    query = select(BankPayment.id).where(
        BankPayment.batch_id == batch_id, BankPayment.state == BankPaymentState.ORDERED
    )
    return session().scalar(query.limit(1)) is not None


def ordered_with_destinations(batch_id: UUID) -> Sequence[tuple[BankPayment, Destination]]:
    """What our bank is told of a batch: what is ordered, each with where it goes."""
    query = (
        select(BankPayment, Destination)
        .join(Destination, Destination.id == BankPayment.destination_id)
        .where(BankPayment.batch_id == batch_id, BankPayment.state == BankPaymentState.ORDERED)
        .order_by(BankPayment.id)
    )
    return [(payment, destination) for payment, destination in session().execute(query)]


def page_of_earning_jobs(who: Actor, request: PageRequest) -> Page[Job]:
    """The jobs of which the organisation gets a share, as its factory or otherwise, with their orders."""
    mine = exists().where(Share.job_id == Job.id, Share.party_id == who.organisation)
    shown = Job.state.not_in((JobState.WAITING,))
    query = select(Job).where(mine, shown).options(joinedload(Job.order))
    return newest_first(query, Job.id, request)


def earned_minor(who: Actor, job_ids: Collection[UUID]) -> dict[UUID, int]:
    """What the organisation gets of each job, less what went back."""
    query = (
        select(Share.job_id, func.sum(Share.amount_minor))
        .where(Share.job_id.in_(job_ids), Share.party_id == who.organisation)
        .group_by(Share.job_id)
    )
    return {job_id: int(minor) for job_id, minor in session().execute(query)}


def released(job_ids: Collection[UUID]) -> set[UUID]:
    """Those of these jobs whose money is owed to their sellers."""
    references = {f"release:{job_id}": job_id for job_id in job_ids}
    query = select(Journal.reference).where(Journal.reference.in_(references))
    return {references[each] for each in session().scalars(query)}


def releases(job_ids: Collection[UUID]) -> dict[UUID, Release]:
    """The releases of these jobs that waited, or still wait."""
    query = select(Release).where(Release.job_id.in_(job_ids)).execution_options(**FRESH)
    return {each.job_id: each for each in session().scalars(query)}


def unpaid_orders(order_ids: Collection[UUID]) -> set[UUID]:
    """Those of these orders whose own payment has not come."""
    query = select(Payment.order_id).where(
        Payment.order_id.in_(order_ids), Payment.number == 1, Payment.state != PaymentState.CAPTURED
    )
    return set(session().scalars(query))


def freezes_of(who: Actor, order_ids: Collection[UUID]) -> Sequence[Freeze]:
    """What is frozen of these orders, of the organisation, or altogether, the oldest first."""
    of_all = and_(Freeze.order_id.is_(None), Freeze.organisation_id.is_(None))
    concerns = or_(Freeze.order_id.in_(order_ids), Freeze.organisation_id == who.organisation, of_all)
    return session().scalars(select(Freeze).where(Freeze.lifted_at.is_(None), concerns).order_by(Freeze.id)).all()


def operations_of(who: Actor, order_ids: Collection[UUID]) -> Sequence[Operation]:
    """What is, was or will be sent to the organisation of these orders, or taken back of it, the oldest first."""
    query = (
        select(Operation)
        .join(Payment, Payment.id == Operation.payment_id)
        .where(
            Payment.order_id.in_(order_ids),
            Operation.party_id == who.organisation,
            Operation.kind.in_((OperationKind.TRANSFER, OperationKind.REVERSAL)),
        )
        .order_by(Operation.id)
    )
    return session().scalars(query.execution_options(**FRESH)).all()


SET_OFF_BY: Final = func.split_part(Journal.reference, ":", 4)
"""Of debt_set_off:DEBT:transfer:JOB:PARTY:PAYMENT, the job."""


def set_off_minor(who: Actor, order_ids: Collection[UUID]) -> dict[UUID, int]:
    """What was kept of each job's money for earlier debts of the organisation."""
    query = (
        select(SET_OFF_BY, func.sum(Posting.amount_minor))
        .join(Posting, Posting.journal_id == Journal.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            Journal.kind == "debt_set_off",
            Journal.order_id.in_(order_ids),
            Account.party_id == who.organisation,
            Posting.amount_minor > 0,
        )
        .group_by(SET_OFF_BY)
    )
    return {UUID(job_id): int(minor) for job_id, minor in session().execute(query)}


def planned_operations(who: Actor) -> set[UUID]:
    """What of the organisation's is in a batch that is not approved."""
    query = select(BankPayment.operation_id).where(
        BankPayment.organisation_id == who.organisation, BankPayment.state == BankPaymentState.PLANNED
    )
    return set(session().scalars(query))


def way_of(who: Actor) -> tuple[PayoutAccount | None, Destination | None]:
    """The organisation's account at the provider, and where it has said its money goes."""
    query = select(PayoutAccount).where(PayoutAccount.organisation_id == who.organisation)
    account = session().scalars(query.execution_options(**FRESH)).one_or_none()
    return account, destination_in_force(who.organisation)


def page_of_debts(who: Actor, request: PageRequest) -> Page[Operation]:
    """What the organisation owes for refunds of goods it was paid for, or owed, the newest first."""
    query = select(Operation).where(
        Operation.party_id == who.organisation, Operation.state.in_((OperationState.DEBT, OperationState.SET_OFF))
    )
    return newest_first(query, Operation.id, request)


def page_of_bank_payouts(who: Actor, request: PageRequest) -> Page[BankPayout]:
    """What the provider sent to the organisation's bank, the newest first. Raises CursorUnknown."""
    query = select(BankPayout).where(BankPayout.organisation_id == who.organisation)
    if request.cursor is not None:
        last = (
            session()
            .execute(
                select(BankPayout.sent_at, BankPayout.id).where(
                    BankPayout.id == request.cursor, BankPayout.organisation_id == who.organisation
                )
            )
            .one_or_none()
        )
        if last is None:
            raise CursorUnknown("This cursor is not one of ours; start again without it.")
        query = query.where(tuple_(BankPayout.sent_at, BankPayout.id) < tuple_(*last))
    newest = query.order_by(BankPayout.sent_at.desc(), BankPayout.id.desc()).limit(request.size + 1)
    rows = session().scalars(newest.execution_options(**FRESH)).all()
    items = rows[: request.size]
    return Page(items, items[-1].id if len(rows) > request.size else None)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A payout that has not come to its end."""

    operation_id: UUID | None
    job_id: UUID | None
    problem: str
    organisation_id: UUID | None


def stuck(now: datetime, *, since: datetime, limit: int = 500) -> Sequence[Stuck]:
    """Payouts that failed, or wait since before an instant, and releases overdue as long; without an open alert."""
    seen = exists().where(PayoutAlert.operation_id == Operation.id, PayoutAlert.ended_at.is_(None))
    waits_too_long = and_(Operation.state == OperationState.READY, Operation.created_at <= since)
    transfers = (
        select(Operation.id, Operation.problem, Operation.party_id)
        .where(
            Operation.kind == OperationKind.TRANSFER,
            or_(Operation.state == OperationState.FAILED, waits_too_long),
            ~seen,
        )
        .order_by(Operation.id)
        .limit(limit)
    )
    told = exists().where(PayoutAlert.job_id == Release.job_id, PayoutAlert.ended_at.is_(None))
    overdue = (
        select(Release.job_id)
        .where(Release.state == ReleaseState.WAITING, Release.due_at <= since, ~told)
        .order_by(Release.job_id)
        .limit(limit)
    )
    found = [Stuck(each, None, problem or NOT_SENT, party) for each, problem, party in session().execute(transfers)]
    return [*found, *(Stuck(None, job_id, NOT_RELEASED, None) for job_id in session().scalars(overdue))]


NOT_SENT: Final = "It was owed a week ago, and has not been sent."
NOT_RELEASED: Final = "The goods were accepted, and a freeze has held their money for a week."


def alerts_to_end() -> Sequence[PayoutAlert]:
    """Open alerts of payouts that have come to their end, to be changed."""
    query = (
        select(PayoutAlert)
        .outerjoin(Operation, Operation.id == PayoutAlert.operation_id)
        .outerjoin(Release, Release.job_id == PayoutAlert.job_id)
        .where(
            PayoutAlert.ended_at.is_(None),
            or_(
                Operation.state.in_((OperationState.DONE, OperationState.CANCELLED)),
                Release.state != ReleaseState.WAITING,
            ),
        )
        .order_by(PayoutAlert.id)
        .with_for_update(of=PayoutAlert)
    )
    return session().scalars(query.execution_options(**FRESH)).all()


def page_of_alerts(request: PageRequest) -> Page[PayoutAlert]:
    """Payouts that have not come to their end in time, the newest first."""
    return newest_first(select(PayoutAlert).where(PayoutAlert.ended_at.is_(None)), PayoutAlert.id, request)


def page_of_freezes(request: PageRequest) -> Page[Freeze]:
    """What is frozen, the newest first."""
    return newest_first(select(Freeze).where(Freeze.lifted_at.is_(None)), Freeze.id, request)


def page_of_schedules(request: PageRequest) -> Page[PayoutSchedule]:
    """How many days after acceptance who is paid, and what it was before: the last said first."""
    return newest_first(select(PayoutSchedule), PayoutSchedule.id, request)


def parties_of(order_id: UUID) -> Sequence[UUID]:
    """Everybody but the platform who gets a share of an order."""
    query = (
        select(Share.party_id)
        .join(Job, Job.id == Share.job_id)
        .where(Job.order_id == order_id, Share.party_id.is_not(None))
        .distinct()
    )
    return [each for each in session().scalars(query.order_by(Share.party_id)) if each is not None]


def order_exists(order_id: UUID) -> bool:
    return session().scalar(select(Order.id).where(Order.id == order_id)) is not None


def organisation_exists(organisation_id: UUID) -> bool:
    return session().scalar(select(Organisation.id).where(Organisation.id == organisation_id)) is not None


def staff_freeze(freeze_id: UUID) -> Freeze:
    """A freeze of the staff's that stands. Raises FreezeNotFound."""
    query = select(Freeze).where(Freeze.id == freeze_id, Freeze.lifted_at.is_(None), Freeze.why == FreezeWhy.STAFF)
    found = session().scalars(query.execution_options(**FRESH)).one_or_none()
    if found is None:
        raise FreezeNotFound("The staff holds nothing back under this id; what has another cause ends with that.")
    return found
