"""Ways to pay one payment: one is chosen, the provider says how far it is, one brings the money, the others end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from marketplace.audit import service as audit
from marketplace.kernel import clock, transaction
from marketplace.kernel.actor import SYSTEM, Actor
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.payments import operations, queries
from marketplace.payments.cashier import WaySeen
from marketplace.payments.errors import PaymentUnderWay
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import LIVING_WAYS, Method, Payment, Terms, WayState, WayToPay

UNDER_WAY: Final = frozenset({WayState.PROCESSING, WayState.PARTIALLY_FUNDED})
"""Money has begun to come."""
OPEN: Final = frozenset(LIVING_WAYS)


def choose(
    payment: Payment,
    method: Method,
    *,
    by: Actor,
    way_id: UUID,
    due_by: datetime,
    was_due_by: datetime | None,
    return_url: str,
    terms: Terms | None,
) -> WayToPay:
    """The customer wants to pay this way; the provider is asked once that is committed. The payment is locked."""
    transaction.inside()
    way = WayToPay(
        id=way_id,
        payment_id=payment.id,
        number=queries.ways_so_far(payment.id) + 1,
        method=method,
        state=WayState.OPENING,
        idempotency_key=uuid4(),
        due_by=due_by,
        was_due_by=was_due_by,
        return_url=return_url,
        terms_id=None if terms is None else terms.id,
        funded_minor=0,
    )
    session().add(way)
    session().flush()
    audit.record(by, "payment.way_chosen", payment, method=method, due_by=due_by)
    return way


def refuse_if_under_way(way: WayToPay) -> None:
    """Raises PaymentUnderWay once money has begun to come this way."""
    if way.state in UNDER_WAY:
        raise PaymentUnderWay(
            f"Your payment by {way.method} is under way; wait for it, or cancel the order and get the money back.",
            method=way.method,
            state=way.state,
        )


def leave(way: WayToPay, payment: Payment, *, by: Actor, why: str) -> None:
    """Close a way: nothing more is paid there, and what is paid there all the same is taken in and goes back."""
    transaction.inside()
    way.move(WayState.ENDED, by=by, reason=why)
    way.url = way.instructions = None
    operations.end_way(way, payment)


def put_card_aside(payment: Payment, *, by: Actor) -> None:
    """The customer pays otherwise: the intent of their card, if there is one, is closed; a later one has another key.

    What the card brings all the same is known by what is written on its intent. Raises PaymentUnderWay while a bank is
    at work on it.
    """
    transaction.inside()
    intent_id, key = payment.intent_id, payment.idempotency_key
    known = None if intent_id is None else queries.card_way(payment.id, intent_id)
    if known is not None:
        refuse_if_under_way(known)
    payment.intent_id, payment.idempotency_key = None, uuid4()
    if intent_id is not None:
        leave(known or _card(payment, intent_id, key=key), payment, by=by, why="Another way to pay was chosen.")


def close_late_card(payment: Payment, intent_id: str, *, key: UUID) -> None:
    """A card's intent that was still being opened when another way was chosen; nobody may pay with it. Both locked."""
    transaction.inside()
    if queries.card_way(payment.id, intent_id) is None:
        way = _card(payment, intent_id, key=key)
        leave(way, payment, by=SYSTEM, why="Another way to pay was chosen.")


def card_told(payment: Payment, seen: WaySeen) -> WayToPay:
    """What there is to tell of a card: it was declined, or a bank takes its time. The payment is locked."""
    return queries.card_way(payment.id, seen.id) or _card(payment, seen.id, key=uuid4())


def _card(payment: Payment, intent_id: str, *, key: UUID) -> WayToPay:
    way = WayToPay(
        id=new_id(),
        payment_id=payment.id,
        number=queries.ways_so_far(payment.id) + 1,
        method=Method.CARD,
        state=WayState.REQUIRES_ACTION,
        idempotency_key=key,
        due_by=clock.now(),
        return_url="",
        provider_id=intent_id,
        intent_id=intent_id,
        funded_minor=0,
    )
    session().add(way)
    session().flush()
    return way


def note(way: WayToPay, payment: Payment, seen: WaySeen) -> Outcome:
    """What the provider says of a way that is not paid; what was final before stays so. Both are locked."""
    transaction.inside()
    way.provider_id = seen.id
    way.intent_id = way.intent_id or (seen.intent.id if seen.intent else None)
    way.customer_id = way.customer_id or seen.customer_id
    if way.state is WayState.ENDED or seen.state is WayState.PAID:
        session().flush()
        return Outcome.STALE  # paid is what brings a charge, and nothing less
    if way.state is WayState.FAILED and seen.state is WayState.ENDED:
        return Outcome.REPEATED  # we closed it after it had failed
    is_new = (way.state, way.funded_minor, way.problem) != (seen.state, seen.funded_minor, seen.problem)
    if seen.state is not way.state:
        if not way.lifecycle.allows(way.state, seen.state):
            return Outcome.STALE
        way.move(seen.state, by=SYSTEM)
    is_open = seen.state in LIVING_WAYS
    way.url = seen.url if is_open else None
    way.instructions = dict(seen.instructions) if is_open and seen.instructions else None
    way.funded_minor = seen.funded_minor
    way.problem = seen.problem[: operations.LONGEST_PROBLEM] if seen.problem else None
    if is_new and seen.state is WayState.FAILED and way.method is not Method.CARD:
        operations.end_way(way, payment)
    return Outcome.APPLIED if is_new else Outcome.REPEATED


def refused(way: WayToPay, problem: str) -> None:
    """The provider does not open it at all; it is locked."""
    if way.state is WayState.OPENING:
        way.move(WayState.FAILED, by=SYSTEM)
        way.problem = problem[: operations.LONGEST_PROBLEM]


def settle(payment: Payment, intent_id: str, way_id: UUID | None, *, minor: int) -> None:
    """An intent has brought the money: its way is paid, and every other that is open is closed."""
    transaction.inside()
    for way in queries.ways_of([payment.id]):
        if way.id == way_id or way.intent_id == intent_id:
            _paid(way, intent_id, minor)
        elif way.state in LIVING_WAYS and way.method is not Method.CARD:
            leave(way, payment, by=SYSTEM, why="It was paid another way.")


def _paid(way: WayToPay, intent_id: str, minor: int) -> None:
    way.intent_id = intent_id
    way.provider_id = way.provider_id or intent_id
    way.funded_minor = minor
    way.problem = way.url = way.instructions = None
    if way.state is not WayState.PAID:
        way.move(WayState.PAID, by=SYSTEM)


def call_off(payments: Iterable[Payment]) -> None:
    """What was to be paid is not to be paid any more: every open way of it is closed. The payments are locked."""
    known = {payment.id: payment for payment in payments}
    for way in queries.ways_of(list(known), only_living=True):
        leave(way, known[way.payment_id], by=SYSTEM, why="It is not to be paid any more.")
