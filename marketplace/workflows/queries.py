"""Rows of several domains that are read or locked together; locks go from the order to its payment, as everywhere."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member, Organisation, User, Verification
from marketplace.capability.models import WorkCentre
from marketplace.capacity.models import Hold, HoldLine, HoldState, JobPlanChange
from marketplace.fees.models import FeeRate
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import Base, session, straight, table_of
from marketplace.kernel.money import Money
from marketplace.kernel.paging import Page, PageRequest, newest_first
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Account, AccountKind, Journal
from marketplace.ledger.values import Period, StatementEntry
from marketplace.listings.queries import FEE, REGISTERED
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Job, Order, OrderLine
from marketplace.orders.queries import SHIPMENTS, shown_jobs
from marketplace.orders.states import TAKEN_ON, JobState, OrderState
from marketplace.parts.models import Part, Revision
from marketplace.payments.cashier import WayAsked
from marketplace.payments.errors import WayNotFound
from marketplace.payments.models import Method, Payment, PaymentState, WayToPay
from marketplace.payments.ports import IntentSeen
from marketplace.payments.queries import IS_LIVING
from marketplace.quoting import queries as quotes
from marketplace.quoting.models import Offer, Quote
from marketplace.taxes.models import TaxRate, TaxRegistration

LOOKS: Final = (timedelta(minutes=2), timedelta(minutes=10))
LAST_LOOK: Final = timedelta(minutes=3)
LOOK_WIDTH: Final = timedelta(seconds=90)
HOUR_S: Final = 3600
"""When an unpaid order's intent is looked at, should its event be lost: at these ages, and before its time is over."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a customer has to pay for one order."""

    order_id: UUID
    payment_id: UUID
    key: UUID
    amount: Money
    intent_id: str | None
    is_awaited: bool
    method: Method
    """How the customer has chosen to pay."""


@dataclass(frozen=True, slots=True)
class JobOfHold:
    """What a factory's plan shows of a job: nothing of its customer but the order's number."""

    job_id: UUID
    order_id: UUID
    order_number: int
    customer_id: UUID
    state: JobState
    ships_on: date


def jobs_of_holds(hold_ids: Collection[UUID]) -> Mapping[UUID, JobOfHold]:
    """The jobs whose minutes these holds are, by hold; holds of no job are left out."""
    query = (
        select(Job.hold_id, Job.id, Job.order_id, Order.number, Order.organisation_id, Job.state, Job.ships_on)
        .join(Order, Order.id == Job.order_id)
        .where(Job.hold_id.in_(hold_ids))
    )
    rows = session().execute(query)
    return {
        hold_id: JobOfHold(job_id, order_id, number, customer_id, state, ships_on)
        for hold_id, job_id, order_id, number, customer_id, state, ships_on in rows
    }


class TermsOfTrade(NamedTuple):
    """Where a customer is and registered for tax, and the rates that admins have decided; rows as JSON."""

    country: str | None
    tax_numbers: Sequence[Mapping[str, Any]] | None
    tax_rates: Sequence[Mapping[str, Any]] | None
    """As they were decided."""
    usual_fees: Sequence[Mapping[str, Any]] | None
    """By their first day, then as they were decided."""


def _terms_of_trade() -> Select[Any]:
    organisation, number, rate, fee = map(table_of, (Organisation, TaxRegistration, TaxRate, FeeRate))
    customer_id = bindparam("customer_id", type_=Uuid)
    numbers = select(func.jsonb_agg(_as_json(TaxRegistration, REGISTERED))).where(
        number.c.organisation_id == customer_id
    )
    rates = select(
        func.jsonb_agg(aggregate_order_by(_as_json(TaxRate, RATE), rate.c.created_at, rate.c.id))
    ).select_from(rate)
    in_order = aggregate_order_by(_as_json(FeeRate, FEE), fee.c.valid_from, fee.c.created_at, fee.c.id)
    fees = select(func.jsonb_agg(in_order)).where(fee.c.organisation_id.is_(None))
    country = select(organisation.c.country).where(organisation.c.id == customer_id)
    return select(*(each.scalar_subquery() for each in (country, numbers, rates, fees)))


def _as_json(model: type[Base], names: Sequence[str]) -> ColumnElement[Any]:
    columns = table_of(model).c
    return func.jsonb_build_object(*chain.from_iterable((name, columns[name]) for name in names))


RATE: Final = ("country", "goods_bps", "services_bps", "valid_from")
TERMS_OF_TRADE: Final = _terms_of_trade()
"""Built once: building it costs more than sending it."""


def terms_of_trade(customer_id: UUID | None) -> TermsOfTrade:
    """What prices for a customer stand on besides the factories' own; of nobody, what is so for everybody."""
    return TermsOfTrade(*straight(TERMS_OF_TRADE, {"customer_id": customer_id}).one())


DUE: Final = (
    select(
        Payment.id,
        Payment.idempotency_key,
        Payment.amount_minor,
        Payment.currency,
        Payment.intent_id,
        Payment.state,
        Payment.number,
        Order.state,
        Order.pay_by,
        WayToPay.method,
    )
    .join(Order, Order.id == Payment.order_id)
    .outerjoin(WayToPay, and_(WayToPay.payment_id == Payment.id, IS_LIVING))
    .where(
        Order.id == bindparam("order_id", type_=Uuid), Order.organisation_id == bindparam("organisation_id", type_=Uuid)
    )
    .order_by((Payment.state == PaymentState.PENDING).desc(), Payment.number)
    .limit(1)
)
"""Built once: building it costs more than sending it."""


def due(who: Actor, order_id: UUID, *, now: datetime) -> Due:
    """What is to be paid for the customer's own order: itself, or the difference of a change. Raises OrderNotFound."""
    row = straight(DUE, {"order_id": order_id, "organisation_id": who.organisation}).one_or_none()
    if row is None:
        raise OrderNotFound("There is no such order among yours.")
    payment_id, key, minor, currency, intent_id, payment_state, number, state, pay_by, method = row
    is_in_time = number > 1 or (state is OrderState.AWAITING_PAYMENT and now <= pay_by)
    is_awaited = payment_state is PaymentState.PENDING and is_in_time
    return Due(order_id, payment_id, key, Money(minor, currency), intent_id, is_awaited, method or Method.CARD)


TO_ORDER: Final = quotes.TO_ORDER.add_columns(
    select(func.count())
    .select_from(Order)
    .where(
        Order.organisation_id == bindparam("organisation_id", type_=Uuid),
        Order.state == bindparam(None, OrderState.AWAITING_PAYMENT, literal_execute=True),
    )
    .scalar_subquery(),
    exists().where(
        Verification.organisation_id == bindparam("organisation_id", type_=Uuid), Verification.withdrawn_at.is_(None)
    ),
)
"""With what a customer has not paid yet, and whether it is a verified business: in the same statement, each by an
index. The state is written out, so that the index of unpaid orders alone is read whatever plan is kept."""


def to_order(who: Actor, quote_id: UUID, offer_id: UUID) -> tuple[Quote, Offer, int, bool]:
    """As `quotes.to_order`; how many unpaid orders the customer has, and whether it is a verified business."""
    asked = {"quote_id": quote_id, "offer_id": offer_id, "organisation_id": who.organisation}
    row = session().execute(TO_ORDER, asked).one_or_none()
    quote, offer = quotes.found_to_order(row)
    assert row is not None, "refused on the line above"
    return quote, offer, row[2], row[3]


def payable(who: Actor, order_id: UUID) -> tuple[Order, Payment]:
    """The customer's own order and what of it is to be paid now, both locked. Raises OrderNotFound."""
    query = (
        select(Order, Payment)
        .join(Payment, Payment.order_id == Order.id)
        .where(Order.id == order_id, Order.organisation_id == who.organisation)
        .order_by((Payment.state == PaymentState.PENDING).desc(), Payment.number)
        .limit(1)
        .with_for_update(of=[Order, Payment])
    )
    found = session().execute(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise OrderNotFound("There is no such order among yours.")
    return found


def way_to_change(way_id: UUID) -> tuple[Order, Payment, WayToPay] | None:
    """A way to pay with its payment and order, all locked, in that order."""
    query = (
        select(Order, Payment, WayToPay)
        .join(Payment, Payment.order_id == Order.id)
        .join(WayToPay, WayToPay.payment_id == Payment.id)
        .where(WayToPay.id == way_id)
        .with_for_update(of=[Order, Payment, WayToPay])
    )
    return session().execute(query.execution_options(populate_existing=True)).one_or_none()


def asked_of(way_id: UUID) -> WayAsked:
    """What the provider is asked about a way to pay. Raises WayNotFound."""
    return _asked(WayToPay.id == way_id)


def asked_of_customer(customer_id: str) -> WayAsked:
    """The same of the way for which the provider knows a customer. Raises WayNotFound."""
    return _asked(WayToPay.customer_id == customer_id)


def _asked(which: ColumnElement[bool]) -> WayAsked:
    query = (
        select(WayToPay, Payment, Order.number, Organisation.name)
        .join(Payment, Payment.id == WayToPay.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .where(which)
    )
    row = session().execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise WayNotFound("Nobody has chosen such a way to pay.")
    way, payment, order_number, customer = row
    return WayAsked(
        way_id=way.id,
        key=way.idempotency_key,
        method=way.method,
        payment_id=payment.id,
        order_id=payment.order_id,
        order_number=order_number,
        amount=Money(payment.amount_minor, payment.currency),
        due_by=way.due_by,
        customer=customer,
        return_url=way.return_url,
        provider_id=way.provider_id,
    )


def first_days_held(order_id: UUID) -> Sequence[tuple[date, str]]:
    """The first day on which minutes of an order are held, in each time zone of its work centres."""
    query = (
        select(func.min(HoldLine.day), WorkCentre.time_zone)
        .join(Job, Job.hold_id == HoldLine.hold_id)
        .join(WorkCentre, WorkCentre.id == HoldLine.work_centre_id)
        .where(Job.order_id == order_id, HoldLine.given_back_at.is_(None))
        .group_by(WorkCentre.time_zone)
    )
    return [(day, zone) for day, zone in session().execute(query)]


def payments_shown(who: Actor, order_id: UUID) -> tuple[Order, Sequence[Payment], Sequence[WayToPay]]:
    """The customer's own order, its payments, the newest first, and their ways. Raises OrderNotFound."""
    mine = select(Order).where(Order.id == order_id, Order.organisation_id == who.organisation)
    order = session().scalars(mine).one_or_none()
    if order is None:
        raise OrderNotFound("There is no such order among yours.")
    payments = (
        session().scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.number.desc())).all()
    )
    ways = (
        session()
        .scalars(
            select(WayToPay)
            .join(Payment, Payment.id == WayToPay.payment_id)
            .where(Payment.order_id == order_id)
            .order_by(WayToPay.id.desc())
        )
        .all()
    )
    return order, payments, ways


def ways_to_look_at(now: datetime, *, limit: int = 100) -> Sequence[UUID]:
    """Open ways whose time has come for a look: soon after their choice, each hour after, and before time is over."""
    age_s = cast(extract("epoch", literal(now) - WayToPay.created_at), BigInteger)
    is_hour = and_(age_s >= HOUR_S, age_s % HOUR_S < LOOK_WIDTH.total_seconds())
    is_old_enough = or_(is_hour, *(WayToPay.created_at.between(now - age - LOOK_WIDTH, now - age) for age in LOOKS))
    is_last = and_(Order.state == OrderState.AWAITING_PAYMENT, Order.pay_by < now + LAST_LOOK)
    query = (
        select(WayToPay.id)
        .join(Payment, Payment.id == WayToPay.payment_id)
        .join(Order, Order.id == Payment.order_id)
        .where(IS_LIVING, WayToPay.provider_id.is_not(None), or_(is_old_enough, is_last))
        .order_by(WayToPay.due_by)
        .limit(limit)
    )
    return session().scalars(query).all()


PAID_BY: Final = (
    select(Order, Payment)
    .join(Payment, Payment.order_id == Order.id)
    .where(or_(Payment.intent_id == bindparam("intent_id"), Payment.id == bindparam("payment_id")))
    .options(joinedload(Order.jobs))
    .with_for_update(of=[Order, Payment])
    .execution_options(populate_existing=True)
)
"""Built once: it runs for every payment. The jobs are not locked: they change only under the lock of their order."""


def paid_by(intent: IntentSeen) -> tuple[Order, Payment] | None:
    """The order that an intent pays, and its payment, both locked; its jobs are loaded.

    An intent whose receipt we lost, or that was put aside for another way to pay, is known by the payment's id that we
    wrote on it; one that came as a surplus is a payment of its own.
    """
    known = {"intent_id": intent.id, "payment_id": intent.payment_id}
    found = session().execute(PAID_BY, known).unique().all()
    return max(found, key=lambda row: row[1].intent_id == intent.id, default=None)


MOST_PLANNED: Final = 100
"""Jobs of a factory that are planned together: those that are due first."""


def jobs_to_plan(who: Actor, *, lock: bool = False) -> Sequence[Job]:
    """The factory's jobs that it has accepted and not shipped, with their holds, those that are due first.

    Locked, their orders are, in the order of their ids, as everywhere.
    """
    mine = (
        select(Job)
        .join(Hold, Hold.id == Job.hold_id)
        .where(Job.factory_id == who.organisation, Hold.state == HoldState.FIRM)
        .order_by(Job.ships_on, Job.id)
        .limit(MOST_PLANNED)
    )
    if lock:
        of_mine = Order.id.in_(select(mine.subquery().c.order_id))
        orders = session().scalars(select(Order.id).where(of_mine).order_by(Order.id).with_for_update()).all()
        mine = mine.where(Job.order_id.in_(orders))
    query = mine.options(joinedload(Job.hold)).execution_options(populate_existing=True)
    return session().scalars(query).all()


@dataclass(slots=True)
class Delay:
    """A job of an order was planned later than promised, or in time again."""

    id: UUID
    job_id: UUID
    created_at: datetime
    promised_on: date
    ships_on: date
    late_days: int
    reason: str


def page_of_delays(who: Actor, order_id: UUID, request: PageRequest) -> Page[Delay]:
    """What factories stated of ship dates of the customer's own order, the last first. Raises OrderNotFound."""
    jobs = (
        select(Job.hold_id, Job.id).join(Order).where(Order.id == order_id, Order.organisation_id == who.organisation)
    )
    job_of = {row.hold_id: row.id for row in session().execute(jobs)}
    if not job_of:
        raise OrderNotFound("There is no such order among yours.")
    is_late = or_(JobPlanChange.ships_on > JobPlanChange.promised_on, JobPlanChange.was_on > JobPlanChange.promised_on)
    stated = select(JobPlanChange).where(
        JobPlanChange.hold_id.in_(job_of), is_late, JobPlanChange.ships_on != JobPlanChange.was_on
    )
    page = newest_first(stated, JobPlanChange.id, request)
    return Page([_delay(each, job_of[each.hold_id]) for each in page.items], page.next_cursor)


def _delay(change: JobPlanChange, job_id: UUID) -> Delay:
    return Delay(
        change.id,
        job_id,
        change.created_at,
        change.promised_on,
        change.ships_on,
        change.late_days,
        change.reason,
    )


def intents_to_look_at(now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Intents of unpaid orders, and of unpaid changes, whose time has come for a look at the provider."""
    open_intents = (
        select(Payment.intent_id, Payment.created_at)
        .join(Order, Order.id == Payment.order_id)
        .where(Payment.state == PaymentState.PENDING, Payment.intent_id.is_not(None))
    )
    is_old_enough = or_(*(Payment.created_at.between(now - age - LOOK_WIDTH, now - age) for age in LOOKS))
    of_orders = open_intents.where(
        Order.state == OrderState.AWAITING_PAYMENT, or_(Order.pay_by < now + LAST_LOOK, is_old_enough)
    )
    of_changes = open_intents.where(Payment.number > 1, is_old_enough)
    both = union_all(of_orders, of_changes).subquery()
    query = select(both.c.intent_id).order_by(both.c.created_at).limit(limit)
    return session().scalars(query).all()


def country_and_email(who: Actor) -> tuple[str, str]:
    """Where the actor's organisation is, and how to write to the person who acts for it."""
    query = (
        select(Organisation.country, User.email)
        .join(Member, Member.organisation_id == Organisation.id)
        .join(User, User.id == Member.user_id)
        .where(Organisation.id == who.organisation, User.id == who.user_id)
    )
    return session().execute(query).one()


def revisions_of_own_or_made(who: Actor, revision_ids: Sequence[UUID]) -> dict[UUID, Revision]:
    """Those of these revisions that are of the organisation's own parts, or of jobs that it took as a factory."""
    if not revision_ids:
        return {}
    taken = select(Job.revision_id).where(Job.factory_id == who.organisation, Job.state.in_(TAKEN_ON))
    query = (
        select(Revision)
        .join(Part, Part.id == Revision.part_id)
        .where(Revision.id.in_(revision_ids), or_(Part.organisation_id == who.organisation, Revision.id.in_(taken)))
    )
    return {revision.id: revision for revision in session().scalars(query)}


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who bought, and who of them placed the order."""

    organisation: str
    country: str
    name: str
    email: str


def order_of_dispute(order_id: UUID) -> tuple[Order, Sequence[Job], Buyer]:
    """An order with its jobs that were ever offered, and who bought it: for the house itself. Raises OrderNotFound."""
    query = (
        select(Order, Organisation.name, Organisation.country, User.name, User.email)
        .join(Organisation, Organisation.id == Order.organisation_id)
        .join(User, User.id == Order.placed_by)
        .where(Order.id == order_id)
    )
    row = session().execute(query).one_or_none()
    if row is None:
        raise OrderNotFound("There is no such order.")
    jobs = shown_jobs().where(Job.order_id == order_id).options(SHIPMENTS).order_by(Job.line_number, Job.id)
    return row[0], session().scalars(jobs).all(), Buyer(*row[1:])


@dataclass(frozen=True, slots=True)
class LineWithPart:
    """A position of an order, the part it is of, and the job that makes it, or made it last."""

    line: OrderLine
    revision: Revision
    part_name: str
    factory: str
    process: str
    material: str
    ships_on: date


def lines_with_parts(order_id: UUID) -> Sequence[LineWithPart]:
    """The positions of an order, by number."""
    query = (
        select(OrderLine, Revision, Part.name, Organisation.name, Job.process, Job.material, Job.ships_on)
        .join(Revision, Revision.id == OrderLine.revision_id)
        .join(Part, Part.id == Revision.part_id)
        .join(Job, and_(Job.order_id == OrderLine.order_id, Job.line_number == OrderLine.number))
        .join(Organisation, Organisation.id == Job.factory_id)
        .where(OrderLine.order_id == order_id)
        .order_by(OrderLine.number, Job.id)
    )
    last = {row[0].number: LineWithPart(*row) for row in session().execute(query)}
    return list(last.values())


def staff_addresses() -> Sequence[tuple[UUID, str]]:
    """(person, e-mail) of those who run the marketplace."""
    rows = session().execute(select(User.id, User.email).where(User.is_staff).order_by(User.id))
    return [(user_id, email) for user_id, email in rows]


CUSTOMERS_MONEY: Final = and_(
    Journal.kind.in_(("charge", "refund", "refund_failed")),
    Account.kind.in_((AccountKind.HELD, AccountKind.REFUND_CLEARING)),
)
"""What moved between a customer and us: paid into what is held, and back out of what is to be refunded."""


def _of_customer(who: Actor) -> ColumnElement[bool]:
    mine = select(Order.id).where(Order.organisation_id == who.organisation)
    return and_(CUSTOMERS_MONEY, Account.order_id.in_(mine))


def paid_before(who: Actor, at: datetime) -> Mapping[str, int]:
    """What a customer had paid and not got back just before an instant, by currency."""
    return ledger.balances_before(_of_customer(who), at)


def paid_movements(who: Actor, wanted: Period, *, limit: int) -> Sequence[StatementEntry]:
    """What a customer paid (more) and got back (less) in a period, oldest first; at most so many."""
    return ledger.movements(_of_customer(who), since=wanted.since, until=wanted.until, limit=limit)


def paid_pages(who: Actor, wanted: Period) -> Iterator[Sequence[StatementEntry]]:
    """All of them, page by page."""
    return ledger.movement_pages(_of_customer(who), since=wanted.since, until=wanted.until)
