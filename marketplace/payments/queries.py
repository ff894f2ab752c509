"""Payments, operations, events and payout accounts, as those who change or show them need them.

Locks are taken in one order everywhere: the order, its payment, an operation of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import aliased, selectinload

from marketplace.jobs.queries import is_awaited
from marketplace.jobs.queue import Task
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight
from marketplace.kernel.paging import CursorUnknown, Page, PageRequest, newest_first
from marketplace.payments.errors import (
    EventNotFound,
    OperationNotFound,
    PaymentNotFound,
    PayoutAccountMissing,
    TermsNotFound,
)
from marketplace.payments.models import (
    LIVING_WAYS,
    BankPayout,
    BankPayoutState,
    EventState,
    Freeze,
    FreezeWhy,
    Method,
    Operation,
    OperationKind,
    OperationState,
    Payment,
    PayoutAccount,
    ProviderEvent,
    Rail,
    Release,
    ReleaseState,
    Terms,
    WayToPay,
)
from marketplace.payments.paging import EventRequest, OperationRequest

FRESH: dict[str, Any] = {"populate_existing": True}
NO_PAYMENT: Final = "No payment is expected for this order."
MONEY_OUT = (OperationKind.TRANSFER, OperationKind.REFUND)


def locked(payment_id: UUID) -> Payment:
    """A payment, to be changed. Raises PaymentNotFound."""
    return _payment(Payment.id == payment_id)


def locked_of_order(order_id: UUID) -> Sequence[Payment]:
    """The payments of an order, its own first, to be changed. Raises PaymentNotFound."""
    query = select(Payment).where(Payment.order_id == order_id).order_by(Payment.number).with_for_update()
    found = session().scalars(query.execution_options(**FRESH)).all()
    if not found:
        raise PaymentNotFound(NO_PAYMENT)
    return found


def _payment(condition: Any) -> Payment:
    query = select(Payment).where(condition).with_for_update().execution_options(**FRESH)
    found = session().scalars(query).one_or_none()
    if found is None:
        raise PaymentNotFound(NO_PAYMENT)
    return found


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


def debts_for(transfer_id: UUID) -> Sequence[Operation]:
    """What a seller owes, or owed, for a transfer, to be changed."""
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


def paid_and_refunded(order_id: UUID) -> tuple[int, int]:
    """What was paid for an order, and what of it was refunded, in its minor unit."""
    query = select(
        func.coalesce(func.sum(Payment.captured_minor), 0), func.coalesce(func.sum(Payment.refunded_minor), 0)
    )
    paid, refunded = session().execute(query.where(Payment.order_id == order_id)).one()
    return int(paid), int(refunded)


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


def payment_of_intent(intent_id: str) -> tuple[UUID, UUID] | None:
    """(order, payment) of what was paid by an intent."""
    query = select(Payment.order_id, Payment.id).where(Payment.intent_id == intent_id)
    row = session().execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


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


IS_ABLE: Final = and_(PayoutAccount.may_receive.is_(True), PayoutAccount.trouble.is_(None))


@dataclass(frozen=True, slots=True)
class Way:
    """How money gets to a seller now: the account at the provider, if it can receive, and what stands against it."""

    account_id: str | None
    rail: Rail | None
    frozen: FreezeWhy | None


def way_to(party_id: UUID, *, order_id: UUID) -> Way:
    """Where a seller's money of an order goes, as it is now."""
    account = select(PayoutAccount.provider_id).where(PayoutAccount.organisation_id == party_id, IS_ABLE)
    rail = select(PayoutAccount.rail).where(PayoutAccount.organisation_id == party_id)
    standing = select(Freeze.why).where(_stands_against(order_id, party_id)).order_by(Freeze.id).limit(1)
    return Way(*session().execute(select(*(each.scalar_subquery() for each in (account, rail, standing)))).one())


OF_EVERYTHING: Final = and_(Freeze.order_id.is_(None), Freeze.organisation_id.is_(None))


def _stands_against(order_id: Any, party_id: Any) -> ColumnElement[bool]:
    """An open freeze of an order, of a party, or of everything."""
    of_one = or_(Freeze.order_id == order_id, Freeze.organisation_id == party_id)
    return and_(Freeze.lifted_at.is_(None), or_(of_one, OF_EVERYTHING))


def freezes_on(order_id: UUID, party_ids: Collection[UUID]) -> Sequence[Freeze]:
    """What is frozen of an order or its parties, or altogether, the oldest first."""
    concerns = or_(Freeze.order_id == order_id, Freeze.organisation_id.in_(party_ids), OF_EVERYTHING)
    return session().scalars(select(Freeze).where(Freeze.lifted_at.is_(None), concerns).order_by(Freeze.id)).all()


def open_freezes(why: FreezeWhy, cause: str) -> Sequence[Freeze]:
    """What a cause has frozen and is not lifted, to be changed."""
    query = select(Freeze).where(Freeze.lifted_at.is_(None), Freeze.why == why, Freeze.cause == cause)
    return session().scalars(query.order_by(Freeze.id).with_for_update().execution_options(**FRESH)).all()


def freezes_at_their_end(now: datetime, *, limit: int = 100) -> Sequence[tuple[FreezeWhy, str]]:
    """(why, cause) of freezes that are lifted by themselves, and whose time has come."""
    query = select(Freeze.why, Freeze.cause).where(Freeze.lifted_at.is_(None), Freeze.ends_at <= now)
    return [(why, cause) for why, cause in session().execute(query.order_by(Freeze.id).limit(limit))]


@dataclass(frozen=True, slots=True)
class AgainstRelease:
    """Why the money of accepted goods is not owed to its sellers at once."""

    is_frozen: bool
    days: int
    """After acceptance: the longest that any of its parties is to wait."""


AGAINST_RELEASE: Final = text("""
    select exists (
        select from freezes where lifted_at is null and why <> 'destination_changed' and (
            order_id = :order_id or organisation_id = any(cast(:parties as uuid[]))
            or num_nonnulls(order_id, organisation_id) = 0)
    ), coalesce((
        select max(coalesce(
            (select days from payout_schedules s where s.organisation_id = party order by s.id desc limit 1),
            (select days from payout_schedules s where s.organisation_id is null order by s.id desc limit 1), 0))
        from unnest(cast(:parties as uuid[])) as party
    ), 0)
""").bindparams(bindparam("order_id", type_=Uuid))
"""After the payment's lock, so that it sees every freeze that was committed before."""


def against_release(order_id: UUID, party_ids: Collection[UUID]) -> AgainstRelease:
    """Whether the money of a job of these parties is to wait."""
    return AgainstRelease(*straight(AGAINST_RELEASE, {"order_id": order_id, "parties": list(party_ids)}).one())


def waiting_release(job_id: UUID) -> Release | None:
    """A job's release that waits, to be changed."""
    query = select(Release).where(Release.job_id == job_id, Release.state == ReleaseState.WAITING)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one_or_none()


def due_releases(now: datetime, *, limit: int | None = None) -> Sequence[tuple[UUID, UUID]]:
    """(order, job) of releases whose day has come and against which no freeze of the order or of everything stands."""
    frozen = exists().where(Freeze.lifted_at.is_(None), or_(Freeze.order_id == Release.order_id, OF_EVERYTHING))
    query = (
        select(Release.order_id, Release.job_id)
        .where(Release.state == ReleaseState.WAITING, Release.due_at <= now, ~frozen)
        .order_by(Release.due_at, Release.job_id)
        .limit(limit)
    )
    return [(order_id, job_id) for order_id, job_id in session().execute(query)]


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
                exists().where(_stands_against(Payment.order_id, Operation.party_id)),
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


@dataclass(frozen=True, slots=True)
class Told:
    """A stored event: its kind, the id of the thing it is about, and whether nothing is left to do."""

    kind: str
    about: str
    is_over: bool
    is_known_end: bool
    """The thing is the end of an operation of ours whose receipt is written down."""
    account_id: str | None
    """The seller's account in which it happened; empty for what happened in our own."""


ENDS: Final = ["transfer.created", "refund.created"]
"""Kinds that tell of the end of an operation and of nothing that may come after it."""
THING: Final = ProviderEvent.payload["data"]["object"]
ABOUT: Final = func.coalesce(THING["id"].astext, THING["customer"].astext)
"""What an event is about; a balance of a customer has no id but theirs."""
EVENT: Final = select(
    ProviderEvent.kind,
    ABOUT,
    ProviderEvent.state != EventState.RECEIVED,
    and_(
        ProviderEvent.kind == any_(literal(ENDS, ARRAY(Text))),
        exists().where(Operation.provider_id == ABOUT, Operation.state == OperationState.DONE),
    ),
    ProviderEvent.payload["account"].astext,
).where(ProviderEvent.id == bindparam("event_id"))


def event(event_id: str) -> Told:
    """A stored event. Raises EventNotFound."""
    row = straight(EVENT, {"event_id": event_id}).one_or_none()
    if row is None:
        raise EventNotFound("There is no such event.")
    return Told(*row)


def stranded_events(before: datetime, *, limit: int = 200) -> Sequence[str]:
    """Events received before an instant that were not handled and that no job will handle."""
    query = (
        select(ProviderEvent.id)
        .where(
            ProviderEvent.state == EventState.RECEIVED,
            ProviderEvent.received_at < before,
            ~is_awaited(Task.HANDLE_EVENT, "event_id", ProviderEvent.id.expression),
        )
        .order_by(ProviderEvent.received_at)
        .limit(limit)
    )
    return session().scalars(query).all()


def page_of_events(wanted: EventRequest) -> Page[ProviderEvent]:
    """Events in a state, newest first. Raises CursorUnknown."""
    query = select(ProviderEvent).where(ProviderEvent.state == wanted.state)
    if wanted.cursor is not None:
        last = event_for_cursor(wanted.cursor)
        query = query.where(tuple_(ProviderEvent.received_at, ProviderEvent.id) < tuple_(*last))
    newest = query.order_by(ProviderEvent.received_at.desc(), ProviderEvent.id.desc()).limit(wanted.size + 1)
    rows = session().scalars(newest).all()
    items = rows[: wanted.size]
    return Page(items, items[-1].id if len(rows) > wanted.size else None)


def event_for_cursor(event_id: str) -> tuple[datetime, str]:
    """Where an event stands among all. Raises CursorUnknown."""
    query = select(ProviderEvent.received_at, ProviderEvent.id).where(ProviderEvent.id == event_id)
    found = session().execute(query).one_or_none()
    if found is None:
        raise CursorUnknown("This cursor is not one of ours; start again without it.")
    return found


def event_for_staff(event_id: str) -> ProviderEvent:
    """One event with all it says. Raises EventNotFound."""
    found = session().get(ProviderEvent, event_id, populate_existing=True)
    if found is None:
        raise EventNotFound("No such event has arrived.")
    return found


def payout_account(who: Actor) -> PayoutAccount:
    """The organisation's account at the provider. Raises PayoutAccountMissing."""
    return _payout_account(select(PayoutAccount).where(PayoutAccount.organisation_id == who.organisation))


def payout_account_to_change(who: Actor) -> PayoutAccount:
    """The same, locked: what an event has told meanwhile is not overwritten. Raises PayoutAccountMissing."""
    query = select(PayoutAccount).where(PayoutAccount.organisation_id == who.organisation)
    return _payout_account(query.with_for_update())


def _payout_account(query: Select[PayoutAccount]) -> PayoutAccount:
    found = session().scalars(query.execution_options(**FRESH)).one_or_none()
    if found is None:
        raise PayoutAccountMissing("Open a payout account first: POST /v1/factory/payout-account.")
    return found


def bank_payout(payout_id: str) -> BankPayout | None:
    """A payout of the provider to a seller's bank, to be changed, if it was seen before."""
    query = select(BankPayout).where(BankPayout.id == payout_id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one_or_none()


def last_bank_payout(organisation_id: UUID) -> BankPayout | None:
    """The newest payout of the provider to a seller's bank that has come to an end."""
    query = select(BankPayout).where(
        BankPayout.organisation_id == organisation_id,
        BankPayout.state.in_((BankPayoutState.PAID, BankPayoutState.FAILED)),
    )
    return session().scalars(query.order_by(BankPayout.sent_at.desc(), BankPayout.id.desc()).limit(1)).one_or_none()


def account_known_as(provider_id: str) -> PayoutAccount | None:
    """The seller's account with this name at the provider, to be changed."""
    query = select(PayoutAccount).where(PayoutAccount.provider_id == provider_id)
    return session().scalars(query.with_for_update().execution_options(**FRESH)).one_or_none()


def accounts_to_look_at(before: datetime, *, limit: int = 20) -> Sequence[str]:
    """Accounts that could not receive money when last looked at, longest ago first."""
    query = (
        select(PayoutAccount.provider_id)
        .where(
            or_(PayoutAccount.may_receive.is_(False), PayoutAccount.trouble.is_not(None)),
            PayoutAccount.provider_id.is_not(None),
            or_(PayoutAccount.checked_at.is_(None), PayoutAccount.checked_at < before),
        )
        .order_by(PayoutAccount.checked_at.asc().nulls_first())
        .limit(limit)
    )
    return [each for each in session().scalars(query) if each is not None]


def ways_so_far(payment_id: UUID) -> int:
    """How many ways to pay a payment has had."""
    return session().scalar(select(func.count()).where(WayToPay.payment_id == payment_id)) or 0


def ways_of(payment_ids: Sequence[UUID], *, only_living: bool = False) -> Sequence[WayToPay]:
    """The ways to pay some payments, in the order in which they were chosen, to be changed."""
    query = (
        select(WayToPay)
        .where(WayToPay.payment_id.in_(payment_ids))
        .order_by(WayToPay.payment_id, WayToPay.number)
        .with_for_update()
    )
    if only_living:
        query = query.where(IS_LIVING)
    return session().scalars(query.execution_options(**FRESH)).all()


IS_LIVING: Final = and_(WayToPay.method != Method.CARD, or_(*(WayToPay.state == each for each in sorted(LIVING_WAYS))))
"""Of the one way, if any, that a payment waits for instead of a card."""


def way(way_id: UUID) -> WayToPay:
    """A way to pay, as it is now."""
    return session().get_one(WayToPay, way_id, populate_existing=True)


def living_way(payment_id: UUID) -> WayToPay | None:
    """The way that a payment waits for, to be changed; None: it is a card's."""
    query = select(WayToPay).where(WayToPay.payment_id == payment_id, IS_LIVING).with_for_update()
    return session().scalars(query.execution_options(**FRESH)).one_or_none()


def card_way(payment_id: UUID, intent_id: str) -> WayToPay | None:
    """What was told of a card's intent, to be changed."""
    query = select(WayToPay).where(WayToPay.payment_id == payment_id, WayToPay.intent_id == intent_id).with_for_update()
    return session().scalars(query.execution_options(**FRESH)).one_or_none()


def funds_on_their_way(way_id: UUID) -> bool:
    """Whether money that was transferred beyond what was due is being sent back now."""
    query = select(Operation.id).where(
        Operation.way_id == way_id,
        Operation.kind == OperationKind.RETURN_FUNDS,
        Operation.state.in_((OperationState.READY, OperationState.FAILED)),
    )
    return session().scalar(query.limit(1)) is not None


def funds_returned(way_id: UUID) -> int:
    """How many times money was sent back of a way, or is."""
    query = select(func.count()).where(Operation.way_id == way_id, Operation.kind == OperationKind.RETURN_FUNDS)
    return session().scalar(query) or 0


def terms_in_force(organisation_id: UUID, *, lock: bool = False) -> Terms | None:
    """The net terms of an organisation, with their limits."""
    query = select(Terms).where(Terms.organisation_id == organisation_id, Terms.ended_at.is_(None))
    query = query.options(selectinload(Terms.limits)).execution_options(**FRESH)
    return session().scalars(query.with_for_update() if lock else query).one_or_none()


def terms_to_end(organisation_id: UUID) -> Terms:
    """The net terms of an organisation, to be ended. Raises TermsNotFound."""
    found = terms_in_force(organisation_id, lock=True)
    if found is None:
        raise TermsNotFound("This organisation has no net terms.")
    return found


def terms_history(organisation_id: UUID, request: PageRequest) -> Page[Terms]:
    """All net terms that an organisation has or had, the newest first."""
    granted = select(Terms).where(Terms.organisation_id == organisation_id).options(selectinload(Terms.limits))
    return newest_first(granted, Terms.id, request)


def terms(terms_id: UUID) -> Terms:
    """Net terms, with their limits."""
    return session().scalars(select(Terms).where(Terms.id == terms_id).options(selectinload(Terms.limits))).one()


def open_on_terms(organisation_id: UUID, currency: str) -> int:
    """What an organisation owes in a currency on its net terms, whichever gave the time: minor units."""
    query = (
        select(func.coalesce(func.sum(Payment.amount_minor), 0))
        .join(WayToPay, WayToPay.payment_id == Payment.id)
        .join(Terms, Terms.id == WayToPay.terms_id)
        .where(IS_LIVING, Terms.organisation_id == organisation_id, Payment.currency == currency)
    )
    return int(session().execute(query).scalar_one())
