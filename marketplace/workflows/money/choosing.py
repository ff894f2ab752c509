"""The customer chooses how to pay: a way is written down, opened at the provider, and followed until it is over.

What the provider shows of a way ends here, whoever tells it: the choice itself, the page that customers come back to,
an event, the schedule. Money goes on to `settlement.capture`, the one completion path (C1).
"""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.capacity import service as capacity
from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.notifications import service as notifications
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import queries as orders
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.payments import methods, operations, ways
from marketplace.payments import queries as rows
from marketplace.payments.cashier import Provider, WayAsked, WaySeen
from marketplace.payments.errors import ProviderRefused
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import Method, Payment, PaymentState, Terms, WayState, WayToPay
from marketplace.workflows import queries
from marketplace.workflows.money import settlement
from marketplace.workflows.money.paying import not_awaited

THE_CUSTOMER_CHOSE = "The customer chose another way to pay."


def open_way(order_id: UUID, method: Method, gateway: Provider, *, by: Actor, return_to: str) -> None:
    """Open another way to pay than a card, or look at the one that is open: committed, asked, committed; safe twice.

    `return_to` is the address of our own page for customers who come back from one of the provider.
    Raises OrderNotFound, NotAwaitingPayment, PaymentUnderWay, MethodNotForCurrency, AmountNotPayable, TransferTooSlow,
    ProviderUnavailable, ProviderRefused.
    """
    with transaction():
        way_id = _chosen(order_id, method, by=by, return_to=return_to)
        asked = queries.asked_of(way_id)
    try:
        seen = gateway.ways.open(asked) if asked.provider_id is None else gateway.ways.look(asked)
    except ProviderRefused as problem:
        with transaction():
            _refused(way_id, problem.message)
        raise
    with transaction():
        take_in(seen)


def put_card_first(order_id: UUID, *, by: Actor) -> None:
    """The customer wants to pay by card after all: the way that was open is closed.

    Inside a transaction of its own. Raises OrderNotFound, NotAwaitingPayment, PaymentUnderWay.
    """
    with transaction():
        order, payment = _awaited(order_id, by)
        _leave(order, payment, by=by)


def look(way_id: UUID, gateway: Provider) -> WayState:
    """See how far a way is, on the provider's word alone; what it is now. Raises WayNotFound, ProviderUnavailable."""
    with transaction():
        asked = queries.asked_of(way_id)
    if asked.provider_id is not None:
        seen = gateway.ways.look(asked)
        with transaction():
            take_in(seen)
    with transaction():
        return rows.way(way_id).state


def take_in(seen: WaySeen) -> Outcome:
    """Take in what the provider shows of a way, inside the caller's transaction: once, whoever tells it, and in order.

    Raises ProviderUnavailable while the provider has not yet written a charge into its books.
    """
    found = _found(seen)
    if found is None:
        return Outcome.UNKNOWN
    order, payment, way = found
    outcome = Outcome.STALE if way is None else ways.note(way, payment, seen)
    if seen.intent is not None and seen.intent.charge is not None:
        return settlement.capture(seen.intent)
    if way is not None and outcome is Outcome.APPLIED:
        _tell(order, payment, way)
        _follow(order, payment, way)
    return outcome


def take_back_funds(asked: WayAsked, held: Mapping[str, int]) -> Outcome:
    """What was transferred and counted for nothing goes back, once nothing waits for it any more.

    Inside the caller's transaction, which has taken in before what the way is.
    """
    found = queries.way_to_change(asked.way_id)
    minor = held.get(asked.amount.currency, 0)
    if found is None or not minor:
        return Outcome.STALE
    order, payment, way = found
    if payment.state is PaymentState.PENDING and way.state in ways.OPEN:
        return Outcome.STALE  # the provider counts it for this very payment
    if not operations.return_funds(way, payment, minor):
        return Outcome.REPEATED
    text = f"{Money(minor, payment.currency)} of order {order.number}."
    notifications.tell(order.organisation_id, NoticeKind.PAYMENT_SENT_BACK, order, text=text)
    return Outcome.APPLIED


def _chosen(order_id: UUID, method: Method, *, by: Actor, return_to: str) -> UUID:
    """The way that is open, if it is of this method; else a new one in place of whatever the customer had begun."""
    order, payment = _awaited(order_id, by)
    living = rows.living_way(payment.id)
    if living is not None and living.method is method:
        return living.id
    methods.refuse_unless_possible(method, Money(payment.amount_minor, payment.currency))
    _leave(order, payment, by=by)
    ways.put_card_aside(payment, by=by)
    return _new(order, payment, method, by=by, return_to=return_to)


def _awaited(order_id: UUID, by: Actor) -> tuple[Order, Payment]:
    order, payment = queries.payable(by, order_id)
    is_in_time = payment.number > 1 or (order.state is OrderState.AWAITING_PAYMENT and clock.now() <= order.pay_by)
    if payment.state is not PaymentState.PENDING or not is_in_time:
        raise not_awaited(payment.state)
    return order, payment


def _leave(order: Order, payment: Payment, *, by: Actor) -> None:
    living = rows.living_way(payment.id)
    if living is None:
        return
    ways.refuse_if_under_way(living)
    ways.leave(living, payment, by=by, why=THE_CUSTOMER_CHOSE)
    _give_time_back(order, payment, living)


def _new(order: Order, payment: Payment, method: Method, *, by: Actor, return_to: str) -> UUID:
    terms = None
    if method is Method.INVOICE:  # locked, so that two invoices at once do not both take what is left for one
        terms = within_limit(rows.terms_in_force(order.organisation_id, lock=True), order, payment)
    way_id, until = new_id(), due_by(order, payment, method, terms=terms, pay_by=order.pay_by)
    ways.choose(
        payment,
        method,
        by=by,
        way_id=way_id,
        due_by=until,
        was_due_by=_lengthen(order, payment, until) if method is Method.INVOICE else None,
        return_url=f"{return_to}/{way_id}",
        terms=terms,
    )
    return way_id


def due_by(order: Order, payment: Payment, method: Method, *, terms: Terms | None, pay_by: datetime) -> datetime:
    """Until when money would have to come by a method, were it chosen now. Raises TransferTooSlow.

    `pay_by` is the order's own time to pay then: `time_without` the way that is left for it.
    """
    now = clock.now()
    pay_by = pay_by if payment.number == 1 else now + methods.LONGEST_PAGE
    if method is Method.CARD:
        return pay_by
    if method is not Method.INVOICE:
        return methods.page_until(pay_by, now=now)
    net_days = None if terms is None else terms.net_days
    return methods.transfer_until(pay_by, now=now, net_days=net_days, work_begins=_work_begins(order, payment))


def within_limit(terms: Terms | None, order: Order, payment: Payment) -> Terms | None:
    """The net terms that an invoice may have: none where there are none, or where what is open would exceed them."""
    if terms is None:
        return None
    limit = next((each.amount_minor for each in terms.limits if each.currency == payment.currency), 0)
    would_be_open = rows.open_on_terms(order.organisation_id, payment.currency) + payment.amount_minor
    return terms if would_be_open <= limit else None


def _work_begins(order: Order, payment: Payment) -> datetime | None:
    """The first instant of the first day on which minutes are held for an unpaid order; a change holds none."""
    if payment.number > 1:
        return None
    days = queries.first_days_held(order.id)
    return min((datetime.combine(day, time.min, ZoneInfo(zone)) for day, zone in days), default=None)


def _lengthen(order: Order, payment: Payment, until: datetime) -> datetime | None:
    """An order may be paid until then, and keeps its minutes; what it had before, if that is less."""
    if payment.number > 1 or until <= order.pay_by:
        return None
    before, order.pay_by = order.pay_by, until
    capacity.prolong(orders.holds_of(order.id), until=until)
    return before


def _give_time_back(order: Order, payment: Payment, way: WayToPay) -> None:
    """A way that had lengthened the time to pay is over: minutes are not kept for it any longer than for any order."""
    if way.was_due_by is None or payment.number > 1 or order.state is not OrderState.AWAITING_PAYMENT:
        return
    order.pay_by = time_without(way, order)
    way.was_due_by = None
    capacity.prolong(orders.holds_of(order.id), until=order.pay_by)


def time_without(way: WayToPay | None, order: Order) -> datetime:
    """Until when an order may be paid once a way is left: without what that had lengthened."""
    if way is None or way.was_due_by is None:
        return order.pay_by
    return methods.back_to(way.was_due_by, now=clock.now(), pay_by=order.pay_by)


def _follow(order: Order, payment: Payment, way: WayToPay) -> None:
    """The time to pay follows the payment: a bank that is at work gets time, a way that is over gives it back."""
    if order.state is not OrderState.AWAITING_PAYMENT or payment.state is not PaymentState.PENDING:
        return
    if way.state is WayState.PROCESSING:
        work_begins = _work_begins(order, payment)
        until = methods.processing_until(order.pay_by, now=clock.now(), work_begins=work_begins)
        way.was_due_by = _lengthen(order, payment, until) or way.was_due_by
    elif way.state in (WayState.FAILED, WayState.ENDED):
        _give_time_back(order, payment, way)


def _tell(order: Order, payment: Payment, way: WayToPay) -> None:
    amount = Money(payment.amount_minor, payment.currency)
    if way.state is WayState.FAILED:
        text = f"{amount} of order {order.number}, by {way.method.replace('_', ' ')}. {way.problem or ''}".rstrip()
        notifications.tell(order.organisation_id, NoticeKind.PAYMENT_FAILED, order, text=text)
    elif way.state is WayState.PARTIALLY_FUNDED:
        funded = Money(way.funded_minor, payment.currency)
        text = f"{funded} of {amount} of order {order.number}; {amount - funded} are still to come."
        notifications.tell(order.organisation_id, NoticeKind.PAYMENT_PARTLY_RECEIVED, order, text=text)


def _found(seen: WaySeen) -> tuple[Order, Payment, WayToPay | None] | None:
    """The way with its payment and order, all locked; of a card that is told of for the first time a new row."""
    if seen.way_id is not None:
        return queries.way_to_change(seen.way_id)
    if seen.intent is None:
        return None
    found = queries.paid_by(seen.intent)
    if found is None:
        return None
    order, payment = found
    is_told_of = seen.state in (WayState.FAILED, WayState.PROCESSING) and payment.state is PaymentState.PENDING
    return order, payment, ways.card_told(payment, seen) if is_told_of else rows.card_way(payment.id, seen.id)


def _refused(way_id: UUID, problem: str) -> None:
    found = queries.way_to_change(way_id)
    assert found is not None, "it was written a moment ago"
    order, payment, way = found
    ways.refused(way, problem)
    _give_time_back(order, payment, way)


def ended(asked: WayAsked, seen: WaySeen, held: Mapping[str, int]) -> Outcome:
    """A way that was to be closed, as the provider shows it: STALE while a bank has still to decide.

    Inside the caller's transaction.
    """
    take_in(seen)
    take_back_funds(asked, held)
    return Outcome.STALE if seen.state is WayState.PROCESSING else Outcome.APPLIED
