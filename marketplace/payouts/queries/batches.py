"""Payments from our own bank, in batches, and what can go into one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from marketplace.accounts.models import Organisation
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.orders.models import Order
from marketplace.payments.models import (
    Freeze,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PayoutAccount,
    Rail,
)
from marketplace.payouts.errors import BankPaymentNotFound, BatchNotFound
from marketplace.payouts.models import (
    Approval,
    BankPayment,
    BankPaymentState,
    Batch,
    Destination,
)
from marketplace.payouts.queries.destinations import FRESH

LIVING: Final = (BankPaymentState.PLANNED, BankPaymentState.ORDERED, BankPaymentState.CONFIRMED)

MOST_IN_A_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Payable:
    """What a seller waits for by bank, and where it is to go."""

    operation_id: UUID
    organisation_id: UUID
    destination_id: UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """A payment by bank with what a person checks before they say yes: who gets it, where, and for which order."""

    payment: BankPayment
    organisation_name: str
    account: str
    """The seller's bank account as it may be shown."""
    order_number: int

    @property
    def currency(self) -> str:
        return self.payment.currency


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


def lines_of(batch_id: UUID) -> Sequence[Line]:
    """Everything that is in a batch, in its order."""
    query = _lines().where(BankPayment.batch_id == batch_id).order_by(BankPayment.id)
    return [Line(*row) for row in session().execute(query.execution_options(**FRESH))]


def line_of(payment_id: UUID) -> Line:
    """A payment by bank that there is, as it is shown."""
    query = _lines().where(BankPayment.id == payment_id)
    return Line(*session().execute(query.execution_options(**FRESH)).one())


def _lines() -> Select[BankPayment, str, str, int]:
    return (
        select(BankPayment, Organisation.name, Destination.shown, Order.number)
        .join(Organisation, Organisation.id == BankPayment.organisation_id)
        .join(Destination, Destination.id == BankPayment.destination_id)
        .join(Operation, Operation.id == BankPayment.operation_id)
        .join(Payment, Payment.id == Operation.payment_id)
        .join(Order, Order.id == Payment.order_id)
    )


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


def ordered_with_destinations(batch_id: UUID) -> Sequence[tuple[BankPayment, Destination, int]]:
    """What our bank is told of a batch: what is ordered, each with where it goes and the number of its order."""
    query = (
        select(BankPayment, Destination, Order.number)
        .join(Destination, Destination.id == BankPayment.destination_id)
        .join(Operation, Operation.id == BankPayment.operation_id)
        .join(Payment, Payment.id == Operation.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .where(BankPayment.batch_id == batch_id, BankPayment.state == BankPaymentState.ORDERED)
        .order_by(BankPayment.id)
    )
    return [(payment, destination, number) for payment, destination, number in session().execute(query)]
