"""What we owe the provider to ask for, asked for, and what became of it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from marketplace.jobs.queries import is_awaited
from marketplace.jobs.queue import Task
from marketplace.kernel.database import session
from marketplace.kernel.paging import Page, newest_first
from marketplace.payments.errors import (
    OperationNotFound,
    PaymentNotFound,
)
from marketplace.payments.models import (
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PayoutAccount,
    Rail,
)
from marketplace.payments.paging import OperationRequest
from marketplace.payments.queries.expected import FRESH
from marketplace.payments.queries.freezes import IS_ABLE, stands_against

MONEY_OUT = (OperationKind.TRANSFER, OperationKind.REFUND)


def operation_for(reason: str) -> Operation | None:
    """What we owe the provider for a reason, if we do."""
    return session().scalars(select(Operation).where(Operation.reason == reason)).one_or_none()


def refunds_of(job_id: UUID, why: str) -> str:
    """How the reasons of all operations begin that give back money of a job for one reason."""
    return f"refund:{job_id}:{why}:"


def is_refunded(job_id: UUID, why: str) -> bool:
    """Whether money of a job was given back, or is going back, for this reason."""
    found = select(Operation.id).where(Operation.reason.startswith(refunds_of(job_id, why), autoescape=True)).limit(1)
    return session().scalar(found) is not None


def committed_minor(payment_id: UUID) -> int:
    """What of a payment has gone out, or will: refunds and transfers that are done or still to be asked for.

    Less what comes back of the transfers, or is owed for it, and what was carried of debts that are of no transfer.
    """
    out = and_(Operation.kind.in_(MONEY_OUT), Operation.state.in_((OperationState.READY, OperationState.DONE)))
    back = Operation.transfer_id.is_not(None)
    minor = case((out, Operation.amount_minor), (back, -Operation.amount_minor), else_=-Operation.set_off_minor)
    query = select(func.coalesce(func.sum(minor), 0)).where(Operation.payment_id == payment_id)
    return int(session().execute(query).scalar_one())


def living_transfers(payment_id: UUID, party_id: UUID, *, job_id: UUID) -> Sequence[Operation]:
    """What was sent of a payment to a seller for a job, or will be, to be changed: what can be called back first."""
    query = select(Operation).where(
        Operation.payment_id == payment_id,
        Operation.party_id == party_id,
        Operation.kind == OperationKind.TRANSFER,
        Operation.state != OperationState.CANCELLED,
        Operation.reason.startswith(transfers_of(job_id, party_id), autoescape=True),
    )
    rows = session().scalars(query.order_by(Operation.id).with_for_update().execution_options(**FRESH)).all()
    return sorted(rows, key=lambda each: (each.attempts > 0, each.id))


def transfers_of(job_id: UUID, party_id: UUID) -> str:
    """How the reasons of all transfers of a job to a party begin."""
    return f"transfer:{job_id}:{party_id}:"


def taken_back_minor(transfer_id: UUID) -> int:
    """What of a transfer has come back, will, or is owed for it."""
    query = select(func.coalesce(func.sum(Operation.amount_minor), 0)).where(Operation.transfer_id == transfer_id)
    return int(session().execute(query).scalar_one())


def taken_back_of(transfer_id: UUID) -> Sequence[Operation]:
    """What comes back, or is owed, of a transfer, to be changed."""
    query = select(Operation).where(Operation.transfer_id == transfer_id).order_by(Operation.id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).all()


def transfer_done(operation_id: UUID) -> str | None:
    """A transfer as the provider calls it, once it is done."""
    return session().scalar(select(Operation.provider_id).where(Operation.id == operation_id))


def debts(party_id: UUID, currency: str) -> Sequence[tuple[Operation, UUID]]:
    """(debt, its order): what a seller owes us in a currency, oldest first, to be changed."""
    query = (
        select(Operation, Payment.order_id)
        .join(Payment, Payment.id == Operation.payment_id)
        .where(Operation.state == OperationState.DEBT, Operation.party_id == party_id, Operation.currency == currency)
        .order_by(Operation.id)
        .with_for_update(of=Operation)
    )
    return session().execute(query.execution_options(**FRESH)).all()


LOCKED_OPERATION: Final = (
    select(Operation, Payment)
    .join(Payment, Payment.id == Operation.payment_id)
    .where(Operation.id == bindparam("operation_id"))
    .with_for_update(of=[Payment, Operation])
    .execution_options(**FRESH)
)
"""Statements of the hot path are built once."""


def locked_operation(operation_id: UUID) -> tuple[Operation, Payment]:
    """An operation and its payment, both to be changed. Raises OperationNotFound."""
    row = session().execute(LOCKED_OPERATION, {"operation_id": operation_id}).one_or_none()
    if row is None:
        raise OperationNotFound("There is no such operation.")
    return row


def refunds_made(payment_id: UUID) -> Sequence[tuple[UUID, str]]:
    """(refund, as the provider calls it) of what the customer was given back of a payment, as far as we know."""
    query = select(Operation.id, Operation.provider_id).where(
        Operation.payment_id == payment_id,
        Operation.kind == OperationKind.REFUND,
        Operation.state == OperationState.DONE,
    )
    return [(row.id, row.provider_id or "") for row in session().execute(query.order_by(Operation.id))]


def is_charged_back(operation_id: UUID) -> bool:
    """Whether the customer has got something of an operation's payment in disputes that were lost."""
    query = select(Payment.charged_back_minor > 0).join(Operation, Operation.payment_id == Payment.id)
    return bool(session().scalar(query.where(Operation.id == operation_id)))


def operation_known_as(provider_id: str) -> UUID | None:
    """The operation whose end the provider calls so."""
    return session().scalar(select(Operation.id).where(Operation.provider_id == provider_id))


NOT_ASKED: Final = or_(
    Operation.state == OperationState.FAILED,
    and_(Operation.state == OperationState.READY, Operation.attempts == 0),
    and_(Operation.state == OperationState.DEBT, Operation.set_off_minor == 0),
)
"""What the provider has said no to, or never heard of: a person may have done it there by hand."""


def refund_done_by_hand(payment_id: UUID, minor: int) -> UUID | None:
    """The oldest refund of a payment that we owe, in exactly this amount, and that the provider has not made for us."""
    of_payment = Operation.kind == OperationKind.REFUND, Operation.payment_id == payment_id
    query = select(Operation.id).where(*of_payment, Operation.amount_minor == minor, NOT_ASKED)
    return session().scalar(query.order_by(Operation.id).limit(1))


def reversal_done_by_hand(transfer_id: UUID, minor: int) -> UUID | None:
    """The oldest reversal of a transfer that is owed, in exactly this amount, and that the provider has not made."""
    query = select(Operation.id).where(Operation.transfer_id == transfer_id, Operation.amount_minor == minor, NOT_ASKED)
    return session().scalar(query.order_by(Operation.id).limit(1))


def operation_exists(operation_id: UUID) -> bool:
    return session().scalar(select(Operation.id).where(Operation.id == operation_id)) is not None


GOES_BY_THE_PROVIDER: Final = or_(
    Operation.rail == Rail.STRIPE_TRANSFER,
    and_(Operation.rail.is_(None), PayoutAccount.rail == Rail.STRIPE_TRANSFER),
)


def stranded_operations(*, limit: int = 200) -> Sequence[tuple[UUID, UUID]]:
    """(operation, order) of what could be asked for and that no job will: a crash, an account made able, a thaw."""
    transfer = aliased(Operation)
    query = (
        select(Operation.id, Payment.order_id)
        .join(Payment, Payment.id == Operation.payment_id)
        .outerjoin(PayoutAccount, PayoutAccount.organisation_id == Operation.party_id)
        .outerjoin(transfer, transfer.id == Operation.transfer_id)
        .where(
            Operation.state == OperationState.READY,
            or_(
                and_(Operation.party_id.is_(None), Payment.disputed_minor == 0),
                transfer.state == OperationState.DONE,
                and_(Operation.kind == OperationKind.TRANSFER, IS_ABLE, GOES_BY_THE_PROVIDER),
            ),
            ~and_(
                Operation.kind == OperationKind.TRANSFER,
                exists().where(stands_against(Payment.order_id, Operation.party_id)),
            ),
            ~is_awaited(Task.RUN_OPERATION, "operation_id", cast(Operation.id, Text)),
        )
        .order_by(Operation.id)
        .limit(limit)
    )
    return session().execute(query).all()


def operations_waiting_for(party_id: UUID) -> Sequence[tuple[UUID, UUID]]:
    """(operation, order) of transfers that wait for a seller's account."""
    query = (
        select(Operation.id, Payment.order_id)
        .join(Payment, Payment.id == Operation.payment_id)
        .where(
            Operation.state == OperationState.READY,
            Operation.kind == OperationKind.TRANSFER,
            Operation.party_id == party_id,
            ~is_awaited(Task.RUN_OPERATION, "operation_id", cast(Operation.id, Text)),
        )
        .order_by(Operation.id)
    )
    return session().execute(query).all()


def page_of_operations(wanted: OperationRequest) -> Page[Operation]:
    """Operations in a state, newest first."""
    return newest_first(select(Operation).where(Operation.state == wanted.state), Operation.id, wanted)


def operations_of(order_id: UUID) -> Sequence[Operation]:
    """What was asked of the provider for an order, oldest first. Raises PaymentNotFound for an order that is none."""
    if session().scalar(select(Payment.id).where(Payment.order_id == order_id)) is None:
        raise PaymentNotFound("There is no order with that id, or none that was ever to be paid.")
    query = select(Operation).join(Payment, Payment.id == Operation.payment_id).where(Payment.order_id == order_id)
    return session().scalars(query.order_by(Operation.id)).all()
