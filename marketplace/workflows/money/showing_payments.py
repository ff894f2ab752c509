"""How far the payment of an order is, for its customer: what is due, each way tried, which remain, what went back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplace.kernel import clock
from marketplace.kernel.actor import Actor
from marketplace.kernel.errors import Refusal
from marketplace.kernel.money import Money
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.payments import methods
from marketplace.payments import queries as rows
from marketplace.payments import ways as payment_ways
from marketplace.payments.models import LIVING_WAYS, Method, Payment, PaymentState, Terms, WayState, WayToPay
from marketplace.workflows import queries
from marketplace.workflows.money import choosing, showing_refunds
from marketplace.workflows.money.paying import BankTransfer, PaymentOpened, not_awaited
from marketplace.workflows.money.showing_refunds import RefundTold


@dataclass(frozen=True, slots=True)
class WayTold:
    """One try to pay, as its customer sees it."""

    number: int
    method: Method
    state: WayState
    amount: Money
    chosen_at: datetime
    pay_by: datetime
    url: str | None
    bank_transfer: BankTransfer | None
    problem: str | None
    on_net_terms: bool


@dataclass(frozen=True, slots=True)
class MethodTold:
    """A method, and whether this payment can be made by it now; if not, why."""

    method: Method
    is_possible: bool
    why_not: str | None
    pay_by: datetime | None
    """Until when money would have to arrive."""


@dataclass(frozen=True, slots=True)
class TermsTold:
    """The customer's net terms, in the currency of the order."""

    net_days: int
    limit: Money
    open: Money


@dataclass(frozen=True, slots=True)
class PaymentTold:
    """What of an order is paid or to be paid."""

    amount: Money
    state: WayState
    is_awaited: bool
    may_try_again: bool
    pay_by: datetime | None
    problem: str | None
    ways: Sequence[WayTold]
    methods: Sequence[MethodTold]
    net_terms: TermsTold | None
    refunds: Sequence[RefundTold]
    """Of the whole order."""


def told(order_id: UUID, *, by: Actor) -> PaymentTold:
    """The payment of the customer's own order: the one that is due, or else its own. Raises OrderNotFound."""
    order, payments, ways = queries.payments_shown(by, order_id)
    pending = [each for each in payments if each.state is PaymentState.PENDING]
    payment = pending[0] if pending else payments[-1]
    mine = [_way(each, payment) for each in ways if each.payment_id == payment.id]
    state, problem = _state(payment, mine)
    is_awaited = payment.state is PaymentState.PENDING and _is_in_time(order, payment)
    terms = rows.terms_in_force(order.organisation_id)
    return PaymentTold(
        amount=Money(payment.amount_minor, payment.currency),
        state=state,
        is_awaited=is_awaited,
        may_try_again=is_awaited and state is WayState.FAILED,
        pay_by=order.pay_by if payment.number == 1 else None,
        problem=problem,
        ways=mine,
        methods=_methods(order, payment, _begun(payment, ways), terms) if is_awaited else (),
        net_terms=_terms(order, payment, terms),
        refunds=showing_refunds.of_order(order),
    )


def opened(order_id: UUID, method: Method, *, by: Actor) -> PaymentOpened:
    """The way that a customer has just opened, for their browser. Raises OrderNotFound, NotAwaitingPayment."""
    order, payments, ways = queries.payments_shown(by, order_id)
    way = next((each for each in ways if each.method is method and each.state is not WayState.ENDED), None)
    payment = None if way is None else next(each for each in payments if each.id == way.payment_id)
    if way is None or payment is None:
        raise not_awaited(PaymentState.CANCELLED)
    if payment.state is not PaymentState.PENDING:
        raise not_awaited(payment.state)
    seen = _way(way, payment)
    return PaymentOpened(
        intent_id=None,
        client_secret=None,
        amount=seen.amount,
        method=seen.method,
        state=seen.state,
        url=seen.url,
        bank_transfer=seen.bank_transfer,
        pay_by=_pay_by(way, order, payment),
        problem=seen.problem,
    )


def _pay_by(way: WayToPay, order: Order, payment: Payment) -> datetime:
    return way.due_by if payment.number > 1 else min(way.due_by, order.pay_by)


def _waits_until(way: WayToPay, order: Order, payment: Payment) -> datetime | None:
    """While a bank is at work the order's time is longer than the page was open; a change has none of its own."""
    if way.state is WayState.PROCESSING:
        return order.pay_by if payment.number == 1 else None
    return _pay_by(way, order, payment)


def _way(way: WayToPay, payment: Payment) -> WayTold:
    amount = Money(payment.amount_minor, payment.currency)
    funded = Money(way.funded_minor, payment.currency)
    state = WayState.PAID if _brought_it(way, payment) else way.state
    told = way.instructions
    transfer = None if told is None else BankTransfer(told["reference"], told["accounts"], funded, amount - funded)
    return WayTold(
        number=way.number,
        method=way.method,
        state=state,
        amount=amount,
        chosen_at=way.created_at,
        pay_by=way.due_by,
        url=way.url,
        bank_transfer=transfer,
        problem=None if state is WayState.PAID else way.problem,
        on_net_terms=way.terms_id is not None,
    )


def _brought_it(way: WayToPay, payment: Payment) -> bool:
    """A card's row is of its troubles; that it has paid after all is told by the payment."""
    return payment.state is PaymentState.CAPTURED and way.intent_id is not None and way.intent_id == payment.intent_id


def _state(payment: Payment, ways: Sequence[WayTold]) -> tuple[WayState, str | None]:
    """How far the payment is, by the way that is open or was tried last; and why the last try brought nothing."""
    if payment.state is PaymentState.CAPTURED:
        return WayState.PAID, None
    if payment.state is PaymentState.CANCELLED:
        return WayState.ENDED, None
    living = next((each for each in ways if each.state in LIVING_WAYS), None)
    if living is not None:
        return living.state, living.problem
    if ways and ways[0].state is WayState.FAILED:
        return WayState.FAILED, ways[0].problem
    return WayState.REQUIRES_ACTION, None


def _is_in_time(order: Order, payment: Payment) -> bool:
    return payment.number > 1 or (order.state is OrderState.AWAITING_PAYMENT and clock.now() <= order.pay_by)


def _begun(payment: Payment, ways: Sequence[WayToPay]) -> WayToPay | None:
    """The way that the payment waits for; of a card's only one on which a bank is at work: any other is put aside."""
    living = [each for each in ways if each.payment_id == payment.id and each.state in LIVING_WAYS]
    waited_for = (each for each in living if each.method is not Method.CARD or each.state is WayState.PROCESSING)
    return next(waited_for, None)


def _methods(order: Order, payment: Payment, begun: WayToPay | None, terms: Terms | None) -> Sequence[MethodTold]:
    return [_method(each, order, payment, begun, terms) for each in Method]


def _method(method: Method, order: Order, payment: Payment, begun: WayToPay | None, terms: Terms | None) -> MethodTold:
    """What would become of it, were it chosen now: of the one that is open already, nothing new."""
    if begun is not None and begun.method is method:
        return MethodTold(method, is_possible=True, why_not=None, pay_by=_waits_until(begun, order, payment))
    try:
        if begun is not None:
            payment_ways.refuse_if_under_way(begun)
        methods.refuse_unless_possible(method, Money(payment.amount_minor, payment.currency))
        fit = choosing.within_limit(terms, order, payment) if method is Method.INVOICE else None
        time_to_pay = choosing.time_without(begun, order)
        pay_by = choosing.due_by(order, payment, method, terms=fit, pay_by=time_to_pay)
    except Refusal as refusal:
        return MethodTold(method, is_possible=False, why_not=refusal.message, pay_by=None)
    return MethodTold(method, is_possible=True, why_not=None, pay_by=pay_by)


def _terms(order: Order, payment: Payment, terms: Terms | None) -> TermsTold | None:
    limit = next((each for each in terms.limits if each.currency == payment.currency), None) if terms else None
    if terms is None or limit is None:
        return None
    open_minor = rows.open_on_terms(order.organisation_id, payment.currency)
    return TermsTold(terms.net_days, Money(limit.amount_minor, payment.currency), Money(open_minor, payment.currency))
