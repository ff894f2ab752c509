"""What a seller is owed of each job, and what has become of it."""

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import joinedload

from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session
from marketplace.kernel.paging import CursorUnknown, Page, PageRequest, newest_first
from marketplace.ledger.models import Account, Journal, Posting
from marketplace.orders.models import Job, Share
from marketplace.orders.states import JobState
from marketplace.payments.models import (
    BankPayout,
    Freeze,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PaymentState,
    PayoutAccount,
    Release,
)
from marketplace.payouts.models import (
    BankPayment,
    BankPaymentState,
    Destination,
)
from marketplace.payouts.queries.destinations import FRESH, destination_in_force


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
