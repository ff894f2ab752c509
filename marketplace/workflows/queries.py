"""Rows of several domains that are read or locked together; locks go from the order to its payment, as everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from marketplace.accounts.models import Member, Organisation, User
from marketplace.kernel.actor import Actor
from marketplace.kernel.database import session, straight
from marketplace.kernel.money import Money
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.models import Job, Order
from marketplace.orders.states import JobState, OrderState
from marketplace.parts.models import Part, Revision
from marketplace.payments.models import Payment, PaymentState
from marketplace.payments.ports import IntentSeen

LOOKS: Final = (timedelta(minutes=2), timedelta(minutes=10))
LAST_LOOK: Final = timedelta(minutes=3)
LOOK_WIDTH: Final = timedelta(seconds=90)
"""When an unpaid order's intent is looked at, should its event be lost: at these ages, and before its time is over."""

TAKEN: Final = (JobState.ACCEPTED, JobState.IN_PRODUCTION, JobState.SHIPPED, JobState.DONE)
"""States of a job whose part its factory has made, or is making."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a customer has to pay for one order."""

    order_id: UUID
    payment_id: UUID
    key: UUID
    amount: Money
    intent_id: str | None
    is_awaited: bool


DUE: Final = (
    select(
        Payment.id,
        Payment.idempotency_key,
        Payment.amount_minor,
        Payment.currency,
        Payment.intent_id,
        Order.state,
        Order.pay_by,
    )
    .join(Order, Order.id == Payment.order_id)
    .where(
        Order.id == bindparam("order_id", type_=Uuid), Order.organisation_id == bindparam("organisation_id", type_=Uuid)
    )
)
"""Built once: building it costs more than sending it."""


def due(who: Actor, order_id: UUID, *, now: datetime) -> Due:
    """What is to be paid for the customer's own order. Raises OrderNotFound."""
    row = straight(DUE, {"order_id": order_id, "organisation_id": who.organisation}).one_or_none()
    if row is None:
        raise OrderNotFound("There is no such order among yours.")
    payment_id, key, minor, currency, intent_id, state, pay_by = row
    is_awaited = state is OrderState.AWAITING_PAYMENT and now <= pay_by
    return Due(order_id, payment_id, key, Money(minor, currency), intent_id, is_awaited)


PAID_BY: Final = (
    select(Order, Payment)
    .join(Payment, Payment.order_id == Order.id)
    .where(
        or_(
            Payment.intent_id == bindparam("intent_id"),
            and_(Payment.id == bindparam("payment_id"), Payment.intent_id.is_(None)),
        )
    )
    .options(joinedload(Order.jobs))
    .with_for_update(of=[Order, Payment])
    .execution_options(populate_existing=True)
)
"""Built once: it runs for every payment. The jobs are not locked: they change only under the lock of their order."""


def paid_by(intent: IntentSeen) -> tuple[Order, Payment] | None:
    """The order that an intent pays, and its payment, both locked; its jobs are loaded.

    An intent whose receipt we lost is known by the payment's id that we wrote on it.
    """
    known = {"intent_id": intent.id, "payment_id": intent.payment_id}
    return session().execute(PAID_BY, known).unique().one_or_none()


def intents_to_look_at(now: datetime, *, limit: int = 100) -> Sequence[str]:
    """Intents of unpaid orders whose time has come for a look at the provider."""
    ages = [Order.created_at.between(now - age - LOOK_WIDTH, now - age) for age in LOOKS]
    query = (
        select(Payment.intent_id)
        .join(Order, Order.id == Payment.order_id)
        .where(
            Order.state == OrderState.AWAITING_PAYMENT,
            Payment.state == PaymentState.PENDING,
            Payment.intent_id.is_not(None),
            or_(Order.pay_by < now + LAST_LOOK, *ages),
        )
        .order_by(Order.pay_by)
        .limit(limit)
    )
    return [each for each in session().scalars(query) if each is not None]


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
    taken = select(Job.revision_id).where(Job.factory_id == who.organisation, Job.state.in_(TAKEN))
    query = (
        select(Revision)
        .join(Part, Part.id == Revision.part_id)
        .where(Revision.id.in_(revision_ids), or_(Part.organisation_id == who.organisation, Revision.id.in_(taken)))
    )
    return {revision.id: revision for revision in session().scalars(query)}
