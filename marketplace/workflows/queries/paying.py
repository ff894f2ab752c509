"""Orders with what is to be paid for them: what is due, the ways to pay, and when the provider is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    cast,
    extract,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Organisation
from marketplace.capability.models import WorkCentre
from marketplace.capacity.models import HoldLine
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight
from marketplace.kernel.money import Money
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Job, Order
from marketplace.orders.states import OrderState
from marketplace.payments.cashier import WayAsked
from marketplace.payments.errors import WayNotFound
from marketplace.payments.models import Method, Payment, PaymentState, WayToPay
from marketplace.payments.ports import IntentSeen
from marketplace.payments.queries import IS_LIVING

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
    payment_state: PaymentState
    is_awaited: bool
    method: Method
    """How the customer has chosen to pay."""


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
    amount, chosen = Money(minor, currency), method or Method.CARD
    return Due(order_id, payment_id, key, amount, intent_id, payment_state, is_awaited, chosen)


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
