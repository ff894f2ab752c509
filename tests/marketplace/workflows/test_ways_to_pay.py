"""Ways to pay beside the card: pages, invoices by bank transfer, wallets; chosen, changed, late, twice."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from itertools import permutations
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import stripe

from marketplace.kernel import clock
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import CHARGE_LIMITS, EXPONENTS, Money
from marketplace.kernel.transaction import transaction
from marketplace.ledger.models import Journal
from marketplace.notifications.models import Notice
from marketplace.orders.models import Order
from marketplace.orders.states import OrderState
from marketplace.payments import methods
from marketplace.payments import service as payments
from marketplace.payments.errors import (
    MethodNotForCurrency,
    NotAwaitingPayment,
    PaymentUnderWay,
    ProviderRefused,
    ProviderUnavailable,
    WayNotFound,
)
from marketplace.payments.models import Method, OperationKind, OperationState, PaymentState, WayState
from marketplace.workflows.money import choosing
from marketplace.workflows.money.showing_refunds import RefundBy, RefundStanding, RefundWhy
from marketplace.workflows.ordering import checkout
from stripe_sandbox.resources.method_types import TYPES
from tests.money import Crash, Stumbling, Till

CARD, DECLINED = "4242424242424242", "4000000000000002"
PAYS_LATER, FAILS_LATER = "AT611904300234573201", "AT861904300235473202"
OTHERS = [each for each in Method if each is not Method.CARD]
DECIDED_S = 5 * 60


class Pay:
    """The customer pays on the provider's side, by whichever method is open."""

    def __init__(self, till: Till) -> None:
        self.till = till

    def __call__(self, method: Method, url: str | None, minor: int) -> None:
        if method is Method.CHECKOUT:
            self.till.stripe.page(url, do="pay", method="card", card=CARD)
        elif method is Method.INVOICE:
            self.transfer(minor)
        else:
            self.till.stripe.page(url, do="approve")

    def transfer(self, minor: int) -> None:
        """Money arrives at the account of the newest invoice."""
        customer = self.till.stripe.served.sandbox.api.world.kind("customer")[-1].id
        currency = (self.till.ways()[-1].instructions and self.till.sql("select currency from payments")[0]) or "EUR"
        self.till.stripe.client.v1.test_helpers.customers.fund_cash_balance(
            customer, {"amount": minor, "currency": currency.lower()}
        )


@pytest.fixture
def pay(till: Till) -> Pay:
    return Pay(till)


def currency_of(method: Method) -> str:
    return "CNY" if method in (Method.ALIPAY, Method.WECHAT_PAY) else "EUR"


def assert_paid_once(till: Till, order_id: UUID, minor: int) -> None:
    """One capture and one journal, the way paid, nothing left open at the provider, and the books agree."""
    payment = till.payment(order_id)
    assert till.order_state(order_id) is OrderState.PAID
    assert (payment.state, payment.captured_minor) == (PaymentState.CAPTURED, minor)
    assert [each.kind for each in till.rows(Journal, order_id=order_id)] == ["charge"]
    assert till.balance("stripe") == till.stripe.balance_transactions()
    assert till.broken() == []


# Each method, all the way


@pytest.mark.parametrize("method", OTHERS)
def test_a_method_is_opened_paid_and_told_by_events(till: Till, pay: Pay, method: Method) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200}, currency=currency_of(method))
    opened = till.choose(order_id, method)
    assert (opened.method, opened.state, opened.client_secret) == (method, WayState.REQUIRES_ACTION, None)
    assert (opened.bank_transfer is None) == (method is not Method.INVOICE)

    pay(method, opened.url, 10_000)
    till.hear()

    assert_paid_once(till, order_id, 10_000)
    [way] = till.ways()
    assert (way.state, way.funded_minor, way.url, way.instructions) == (WayState.PAID, 10_000, None, None)
    assert till.payment(order_id).intent_id == way.intent_id
    till.release(order_id)
    till.work()
    assert [each.state for each in till.operations()] == [OperationState.DONE]
    assert till.broken() == []


@pytest.mark.parametrize("method", OTHERS)
def test_opening_twice_opens_once(till: Till, method: Method) -> None:
    order_id = till.order({None: 10_000}, currency=currency_of(method))

    first, second = till.choose(order_id, method), till.choose(order_id)

    assert first == second
    assert len(till.ways()) == 1
    kinds = {Method.CHECKOUT: "checkout.session", Method.INVOICE: "invoice"}
    assert till.stripe.count(kinds.get(method, "payment_intent")) == 1


@pytest.mark.parametrize("moment", ["before call", "after call"])
@pytest.mark.parametrize("method", OTHERS)
def test_m10_a_crash_around_the_call_leaves_one_way(till: Till, method: Method, moment: str) -> None:
    order_id = till.order({None: 10_000}, currency=currency_of(method))

    class Dying:
        ways = Stumbling(till.stripe.gateway.ways, "open", moment)  # type: ignore[arg-type]

    with pytest.raises(Crash):
        till.choose(order_id, method, Dying())
    till.choose(order_id, method)

    assert len(till.ways()) == 1
    kinds = {Method.CHECKOUT: "checkout.session", Method.INVOICE: "invoice"}
    assert till.stripe.count(kinds.get(method, "payment_intent")) == 1


@pytest.mark.parametrize("currency", ["EUR", "JPY", "KWD"])
def test_m1_a_page_takes_currencies_of_each_number_of_decimals(till: Till, pay: Pay, currency: str) -> None:
    """The least, the largest, and an amount that does not divide."""
    limits = CHARGE_LIMITS[currency]
    for minor in (limits.least, 12_340, limits.largest):
        order_id = till.order({None: minor}, currency=currency)
        pay(Method.CHECKOUT, till.choose(order_id, Method.CHECKOUT).url, minor)
        till.hear("checkout.session.completed")
        assert till.payment(order_id).captured_minor == minor
    assert till.broken() == []


def test_m1_bank_transfers_and_wallets_take_currencies_without_decimals_too(till: Till, pay: Pay) -> None:
    for method in (Method.INVOICE, Method.ALIPAY, Method.WECHAT_PAY):
        order_id = till.order({None: 12_341}, currency="JPY")
        opened = till.choose(order_id, method)
        if method is Method.INVOICE:
            customer = till.stripe.served.sandbox.api.world.kind("customer")[-1].id
            funds = {"amount": 12_341, "currency": "jpy"}
            till.stripe.client.v1.test_helpers.customers.fund_cash_balance(customer, funds)
        else:
            pay(method, opened.url, 12_341)
        till.hear()
        assert till.order_state(order_id) is OrderState.PAID
    assert till.broken() == []


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_what_is_offered_is_what_the_provider_takes(method: Method, currency: str) -> None:
    """The local Stripe was made from the same pages of documentation; neither list may grow alone."""
    kind = {Method.CHECKOUT: "card", Method.INVOICE: "customer_balance"}.get(method, method.value)
    known = TYPES[kind].currencies
    assert (currency in methods.CURRENCIES[method]) == (known is None or currency.lower() in known)


@pytest.mark.parametrize(("method", "currency"), [(Method.INVOICE, "KWD"), (Method.ALIPAY, "KWD")])
def test_a_method_that_does_not_take_the_currency_is_refused_and_nothing_changes(
    till: Till, method: Method, currency: str
) -> None:
    order_id = till.order({None: 12_340}, currency=currency)
    intent_id = till.open(order_id).intent_id

    with pytest.raises(MethodNotForCurrency):
        till.choose(order_id, method)

    assert till.ways() == []
    assert till.open(order_id).intent_id == intent_id


# C1, C2: every way home ends in one capture


def an_event(till: Till, _way: UUID) -> None:
    till.hear()


def the_return_page(till: Till, way_id: UUID) -> None:
    with till.app.app_context():
        choosing.look(way_id, till.stripe.gateway)


def a_second_look(till: Till, _way: UUID) -> None:
    [order_id] = till.sql("select id from orders")
    with suppress(NotAwaitingPayment):
        till.choose(order_id)


def the_schedule(till: Till, _way: UUID) -> None:
    with clock.moved_by(timedelta(minutes=2, seconds=30)):
        till.resume()


HOME: tuple[Callable[[Till, UUID], None], ...] = (an_event, the_return_page, a_second_look, the_schedule)


@pytest.mark.parametrize("method", OTHERS)
@pytest.mark.parametrize("first", HOME)
def test_c1_each_way_home_alone_completes_the_payment_and_the_others_change_nothing(
    till: Till, pay: Pay, method: Method, first: Callable[[Till, UUID], None]
) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200}, currency=currency_of(method))
    pay(method, till.choose(order_id, method).url, 10_000)
    [way] = till.ways()

    for home in (first, *(each for each in HOME if each is not first)):
        home(till, way.id)
        assert_paid_once(till, order_id, 10_000)


@pytest.mark.parametrize("method", OTHERS)
def test_c1_all_ways_home_at_once_complete_the_payment_once(till: Till, pay: Pay, method: Method) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200}, currency=currency_of(method))
    pay(method, till.choose(order_id, method).url, 10_000)
    [way] = till.ways()
    gate, failed = threading.Barrier(len(HOME)), list[BaseException]()

    def run(home: Callable[[Till, UUID], None]) -> None:
        gate.wait()
        try:
            home(till, way.id)
        except BaseException as problem:  # noqa: BLE001 - shown below, in the thread that asserts
            failed.append(problem)
        finally:
            till.stripe.connection.close()

    threads = [threading.Thread(target=run, args=[home]) for home in HOME]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failed == []
    assert_paid_once(till, order_id, 10_000)


@pytest.mark.parametrize("method", OTHERS)
def test_c2_the_events_of_a_payment_in_any_order_and_twice_have_one_effect(
    till: Till, pay: Pay, method: Method
) -> None:
    order_id = till.order({None: 10_000}, currency=currency_of(method))
    pay(method, till.choose(order_id, method).url, 10_000)
    kinds = ["payment_intent.succeeded", "checkout.session.completed", "invoice.paid", "cash_balance.funds_available"]

    for order in permutations(kinds):
        for kind in order:
            till.hear(kind)
    till.hear()

    assert_paid_once(till, order_id, 10_000)
    assert till.sql("select count(*) from provider_events where state = 'quarantined'") == [0]


# Slow ways


def test_m11_a_page_that_is_complete_and_unpaid_is_not_paid(till: Till) -> None:
    order_id = till.order({None: 10_000})
    till.stripe.page(till.choose(order_id, Method.CHECKOUT).url, do="pay", method="sepa_debit", iban=PAYS_LATER)

    till.hear()

    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT
    assert till.told(order_id).state is WayState.PROCESSING
    assert till.balance("held") == 0
    till.stripe.control("clock", seconds=DECIDED_S)
    till.hear("checkout.session.async_payment_succeeded")
    assert_paid_once(till, order_id, 10_000)


def test_without_a_method_the_open_way_goes_on_and_one_that_has_failed_is_not_remembered(till: Till) -> None:
    order_id = till.order({None: 10_000})
    opened = till.choose(order_id, Method.CHECKOUT)
    assert till.choose(order_id) == opened

    till.stripe.page(opened.url, do="pay", method="sepa_debit", iban=FAILS_LATER)
    till.stripe.control("clock", seconds=DECIDED_S)
    till.hear()

    assert till.told(order_id).state is WayState.FAILED
    assert till.choose(order_id).method is Method.CARD
    assert len(till.ways()) == 1


def test_a_debit_that_fails_says_why_and_another_try_is_possible(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    till.stripe.page(till.choose(order_id, Method.CHECKOUT).url, do="pay", method="sepa_debit", iban=FAILS_LATER)
    till.hear()
    till.stripe.control("clock", seconds=DECIDED_S)
    till.hear("checkout.session.async_payment_failed")

    told = till.told(order_id)
    assert (told.state, told.may_try_again, told.problem) == (
        WayState.FAILED,
        True,
        "The customer's account cannot be debited.",
    )
    [notice] = till.rows(Notice, subject_id=order_id)
    number = till.rows(Order, id=order_id)[0].number
    assert notice.kind == "payment_failed"
    assert notice.text.startswith(f"100.00 EUR of order {number}, by checkout. ")
    pay(Method.CHECKOUT, till.choose(order_id, Method.CHECKOUT).url, 10_000)
    till.hear()
    assert_paid_once(till, order_id, 10_000)
    assert [each.state for each in till.ways()] == [WayState.FAILED, WayState.PAID]


def test_an_order_whose_payment_a_bank_is_at_work_on_does_not_expire(till: Till) -> None:
    order_id = till.order({None: 10_000}, minutes=60)
    till.stripe.page(till.choose(order_id, Method.CHECKOUT).url, do="pay", method="sepa_debit", iban=PAYS_LATER)
    till.hear("checkout.session.completed")

    with clock.moved_by(timedelta(days=6)), till.app.app_context():
        checkout.cancel_overdue()

    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT
    till.stripe.control("clock", seconds=DECIDED_S)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


def test_past_the_limit_an_order_expires_and_money_that_comes_late_goes_back(till: Till) -> None:
    """The bank cannot be stopped: the debit is taken in when it comes, and the customer has it back."""
    order_id = till.order({None: 10_000}, minutes=60)
    till.stripe.page(till.choose(order_id, Method.CHECKOUT).url, do="pay", method="sepa_debit", iban=PAYS_LATER)
    till.hear("checkout.session.completed")
    with clock.moved_by(timedelta(days=8)), till.app.app_context():
        checkout.cancel_overdue()
    assert till.order_state(order_id) is OrderState.CANCELLED

    till.stripe.control("clock", seconds=DECIDED_S)
    till.hear()
    till.stripe.control("clock", seconds=2 * 24 * 60 * 60)
    till.hear()

    assert till.order_state(order_id) is OrderState.CANCELLED
    payment = till.payment(order_id)
    assert payment.captured_minor == payment.refunded_minor == 10_000
    assert till.balance("held") == till.balance("refund_clearing") == 0
    assert till.broken() == []


def test_a_debit_that_fails_gives_the_time_back_that_it_was_given(till: Till) -> None:
    order_id = till.order({None: 10_000}, minutes=60)
    [before] = till.sql("select pay_by from orders")
    till.stripe.page(till.choose(order_id, Method.CHECKOUT).url, do="pay", method="sepa_debit", iban=FAILS_LATER)
    till.hear("checkout.session.completed")
    [meanwhile] = till.sql("select pay_by from orders")
    assert meanwhile - before > timedelta(days=6)

    till.stripe.control("clock", seconds=DECIDED_S)
    till.hear()

    assert till.sql("select pay_by from orders") == [before]
    assert till.sql("select expires_at from holds") == [before]
    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT


def test_a_card_that_is_declined_says_why_and_the_same_intent_is_tried_again(till: Till) -> None:
    order_id = till.order({None: 10_000})
    intent_id = till.open(order_id).intent_id
    assert intent_id is not None
    with pytest.raises(stripe.CardError):
        till.stripe.pay(intent_id, "pm_card_visa_chargeDeclinedExpiredCard")
    till.hear()
    told = till.told(order_id)
    assert (told.state, told.may_try_again) == (WayState.FAILED, True)
    assert told.problem == "Your card has expired."

    till.stripe.pay(intent_id)
    till.hear()

    assert_paid_once(till, order_id, 10_000)
    told = till.told(order_id)
    assert (told.state, told.problem, [each.state for each in told.ways]) == (WayState.PAID, None, [WayState.PAID])


def test_a_card_that_is_declined_on_a_page_leaves_the_page_open(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    url = till.choose(order_id, Method.CHECKOUT).url
    till.stripe.page(url, do="pay", method="card", card=DECLINED)
    till.hear()
    told = till.told(order_id)
    assert (told.state, told.problem) == (WayState.REQUIRES_ACTION, "Your card was declined.")

    pay(Method.CHECKOUT, url, 10_000)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


@pytest.mark.parametrize("method", [Method.ALIPAY, Method.WECHAT_PAY])
def test_a_wallet_whose_owner_says_no_is_used_once_and_another_try_is_another_intent(
    till: Till, pay: Pay, method: Method
) -> None:
    order_id = till.order({None: 10_000}, currency="CNY")
    till.stripe.page(till.choose(order_id, method).url, do="refuse")
    till.hear()
    told = till.told(order_id)
    assert (told.state, told.may_try_again) == (WayState.FAILED, True)
    assert told.problem is not None and "did not approve" in told.problem

    pay(method, till.choose(order_id, method).url, 10_000)
    till.hear()

    assert_paid_once(till, order_id, 10_000)
    intents = till.stripe.served.sandbox.api.world.kind("payment_intent")
    assert sorted(each.shown["status"] for each in intents) == ["canceled", "succeeded"]


def test_coming_back_from_a_wallet_says_nothing_of_money(till: Till) -> None:
    order_id = till.order({None: 10_000}, currency="CNY")
    till.choose(order_id, Method.ALIPAY)
    [way] = till.ways()

    assert till.look(way) is WayState.REQUIRES_ACTION

    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT


def test_a_page_that_nobody_paid_on_expires_and_the_order_may_be_paid_another_way(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000}, minutes=60 * 24 * 2)
    till.choose(order_id, Method.CHECKOUT)
    till.stripe.control("clock", seconds=24 * 60 * 60)
    till.hear()
    assert [each.state for each in till.ways()] == [WayState.ENDED]
    assert till.told(order_id).state is WayState.REQUIRES_ACTION

    till.pay(order_id)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


# Bank transfers in part, too much, too late


def test_an_invoice_shows_what_has_arrived_and_what_is_left(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    transfer = till.choose(order_id, Method.INVOICE).bank_transfer
    assert transfer is not None
    assert transfer.accounts[0]["iban"] and transfer.reference
    assert (transfer.paid.minor, transfer.left.minor) == (0, 10_000)

    pay.transfer(4_000)
    till.hear()

    told = till.told(order_id)
    assert told.state is WayState.PARTIALLY_FUNDED
    transfer = told.ways[0].bank_transfer
    assert transfer is not None
    assert (transfer.paid.minor, transfer.left.minor) == (4_000, 6_000)
    [notice] = till.rows(Notice, subject_id=order_id)
    number = till.rows(Order, id=order_id)[0].number
    assert (notice.kind, notice.text) == (
        "payment_partly_received",
        f"40.00 EUR of 100.00 EUR of order {number}; 60.00 EUR are still to come.",
    )
    assert till.balance("held") == 0
    pay.transfer(6_000)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


@pytest.mark.parametrize("parts", [(15_000,), (4_000, 11_000), (10_000, 5_000)])
def test_what_is_transferred_beyond_what_is_due_goes_back_once(till: Till, pay: Pay, parts: tuple[int, ...]) -> None:
    order_id = till.order({None: 10_000})
    till.choose(order_id, Method.INVOICE)
    for minor in parts:
        pay.transfer(minor)
    till.hear()
    till.hear()
    till.stripe.control("clock", seconds=2 * 24 * 60 * 60)
    till.hear()

    assert_paid_once(till, order_id, 10_000)
    [returned] = [each for each in till.operations() if each.kind is OperationKind.RETURN_FUNDS]
    assert (returned.amount_minor, returned.state) == (5_000, OperationState.DONE)
    [told] = till.told(order_id).refunds
    assert (told.amount.minor, told.why, told.by) == (5_000, RefundWhy.PAID_TOO_MUCH, RefundBy.MARKETPLACE)
    [refund] = till.stripe.served.sandbox.api.world.kind("refund")
    assert (refund.shown["amount"], refund.shown["status"]) == (5_000, "succeeded")


def test_a_partly_funded_order_that_expires_gives_back_what_had_come(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    till.choose(order_id, Method.INVOICE)
    pay.transfer(4_000)
    till.hear()

    with clock.moved_by(timedelta(days=4)), till.app.app_context():
        checkout.cancel_overdue()
    till.work()
    till.stripe.control("clock", seconds=2 * 24 * 60 * 60)
    till.hear()

    assert till.order_state(order_id) is OrderState.CANCELLED
    [invoice] = till.stripe.served.sandbox.api.world.kind("invoice")
    assert invoice.shown["status"] == "void"
    [refund] = till.stripe.served.sandbox.api.world.kind("refund")
    assert (refund.shown["amount"], refund.shown["status"]) == (4_000, "succeeded")
    assert {each.state for each in till.operations()} == {OperationState.DONE}
    assert till.broken() == []


def test_a_transfer_that_arrives_after_the_order_was_cancelled_goes_back(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    till.choose(order_id, Method.INVOICE)
    till.cancel(order_id)
    till.work()

    pay.transfer(10_000)
    till.hear()

    assert till.payment(order_id).captured_minor == 0
    [refund] = till.stripe.served.sandbox.api.world.kind("refund")
    assert refund.shown["amount"] == 10_000
    assert till.broken() == []


def test_a_surplus_that_the_customers_bank_sends_back_waits_for_a_person(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    till.choose(order_id, Method.INVOICE)
    pay.transfer(15_000)
    till.hear()
    [refund] = till.stripe.served.sandbox.api.world.kind("refund")

    till.stripe.fail_refund(refund.id)
    till.hear()

    [returned] = [each for each in till.operations() if each.kind is OperationKind.RETURN_FUNDS]
    assert returned.state is OperationState.FAILED
    assert till.stripe.count("refund") == 1  # nobody goes on by themselves
    assert till.order_state(order_id) is OrderState.PAID


# Changing the way


@pytest.mark.parametrize("then", list(Method))
@pytest.mark.parametrize("first", list(Method))
def test_the_way_may_be_changed_while_nothing_has_come(till: Till, pay: Pay, first: Method, then: Method) -> None:
    if first is then:
        return
    order_id = till.order({None: 10_000})
    before = till.choose(order_id, first)
    opened = till.choose(order_id, then)
    till.work()

    if then is Method.CARD:
        assert opened.intent_id is not None
        till.stripe.pay(opened.intent_id)
    else:
        pay(then, opened.url, 10_000)
    till.hear()

    assert_paid_once(till, order_id, 10_000)
    world = till.stripe.served.sandbox.api.world
    assert [each.shown["status"] for each in world.kind("checkout.session")].count("open") == 0
    assert [each.shown["status"] for each in world.kind("invoice")].count("open") == 0
    assert {each.shown["status"] for each in world.kind("payment_intent")} <= {"succeeded", "canceled"}
    assert before.method is first


@pytest.mark.parametrize("late", list(Method))
def test_money_that_comes_by_a_way_that_was_left_is_taken_in_once(till: Till, pay: Pay, late: Method) -> None:
    """It is paid before the provider is told to close it: the order is paid, and the newer way is closed."""
    order_id = till.order({None: 10_000})
    before = till.choose(order_id, late)
    then = Method.CHECKOUT if late is not Method.CHECKOUT else Method.CARD
    _pay_late(till, pay, late, before, lambda: till.choose(order_id, then))

    till.hear()

    assert_paid_once(till, order_id, 10_000)
    assert WayState.REQUIRES_ACTION not in {each.state for each in till.ways() if each.method is not Method.CARD}


@pytest.mark.parametrize("late", list(Method))
def test_money_that_comes_twice_two_ways_is_taken_in_once_and_the_surplus_goes_back(
    till: Till, pay: Pay, late: Method
) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})
    before = till.choose(order_id, late)
    then = Method.CHECKOUT if late is not Method.CHECKOUT else Method.ALIPAY
    opened = _pay_late(till, pay, late, before, lambda: till.choose(order_id, then))
    pay(then, opened.url, 10_000)

    till.hear()
    till.hear()
    till.stripe.control("clock", seconds=2 * 24 * 60 * 60)
    till.hear()

    assert till.order_state(order_id) is OrderState.PAID
    captured = till.sql("select captured_minor - refunded_minor from payments order by number")
    assert captured == [10_000, 0]
    assert till.balance("held") == -10_000
    assert till.balance("refund_clearing") == 0
    assert till.balance("stripe") == till.stripe.balance_transactions()
    assert till.broken() == []
    [told] = till.told(order_id).refunds
    assert (told.amount.minor, told.why, told.by) == (10_000, RefundWhy.PAID_TWICE, RefundBy.MARKETPLACE)
    assert told.state is RefundStanding.GIVEN_BACK
    assert "payment_sent_back" in {each.kind for each in till.rows(Notice, subject_id=order_id)}


def _pay_late(till: Till, pay: Pay, method: Method, opened, change):
    """The customer's money and their change of mind meet: it is paid before the provider hears of the other way."""
    changed = None
    if method is Method.INVOICE:
        customer = till.stripe.served.sandbox.api.world.kind("customer")[-1].id
        changed = change()
        till.stripe.client.v1.test_helpers.customers.fund_cash_balance(customer, {"amount": 10_000, "currency": "eur"})
    elif method is Method.CARD:
        changed = change()
        till.stripe.pay(opened.intent_id)
    else:
        changed = change()
        pay(method, opened.url, 10_000)
    return changed


def test_a_way_on_which_money_has_begun_to_come_is_not_changed(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    till.choose(order_id, Method.INVOICE)
    pay.transfer(4_000)
    till.hear()

    for method in (Method.CARD, Method.CHECKOUT):
        with pytest.raises(PaymentUnderWay):
            till.choose(order_id, method)

    assert till.told(order_id).state is WayState.PARTIALLY_FUNDED


def test_an_order_that_is_cancelled_closes_what_was_open(till: Till) -> None:
    for method in OTHERS:
        order_id = till.order({None: 10_000})
        till.choose(order_id, method)
        till.cancel(order_id)
    till.work()

    world = till.stripe.served.sandbox.api.world
    assert [each.shown["status"] for each in world.kind("checkout.session")] == ["expired"]
    assert [each.shown["status"] for each in world.kind("invoice")] == ["void"]
    assert {each.shown["status"] for each in world.kind("payment_intent")} == {"canceled"}
    assert {each.state for each in till.ways()} == {WayState.ENDED}
    assert till.broken() == []


@pytest.mark.parametrize("moment", ["before call", "after call"])
@pytest.mark.parametrize("method", OTHERS)
def test_m10_closing_goes_on_after_a_crash(till: Till, method: Method, moment: str) -> None:
    order_id = till.order({None: 10_000})
    till.choose(order_id, method)
    till.cancel(order_id)
    [operation] = till.operations()

    class Dying:
        ways = Stumbling(till.stripe.gateway.ways, "end", moment)  # type: ignore[arg-type]

    with pytest.raises(Crash):
        till.run(operation.id, Dying())  # type: ignore[arg-type]
    till.run(operation.id)

    assert [each.state for each in till.operations()] == [OperationState.DONE]
    assert [each.state for each in till.ways()] == [WayState.ENDED]


@pytest.mark.parametrize("method", OTHERS)
def test_m10_a_way_whose_opening_crashed_is_closed_with_its_order(till: Till, method: Method) -> None:
    order_id = till.order({None: 10_000})

    class Dying:
        ways = Stumbling(till.stripe.gateway.ways, "open", "after call")  # type: ignore[arg-type]

    with pytest.raises(Crash):
        till.choose(order_id, method, Dying())
    till.cancel(order_id)
    till.work()

    assert [each.state for each in till.operations()] == [OperationState.DONE]
    world = till.stripe.served.sandbox.api.world
    assert [each.shown["status"] for each in world.kind("checkout.session")] in ([], ["expired"])
    assert [each.shown["status"] for each in world.kind("invoice")] in ([], ["void"])
    assert {each.shown["status"] for each in world.kind("payment_intent")} <= {"canceled"}


def test_a_card_that_was_being_opened_while_another_way_was_chosen_is_closed(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})

    class Slow:
        def open_intent(self, asked):
            seen = till.stripe.gateway.open_intent(asked)
            till.choose(order_id, Method.CHECKOUT)
            return seen

    with pytest.raises(NotAwaitingPayment):
        till.open(order_id, Slow())  # type: ignore[arg-type]
    till.work()

    [intent] = till.stripe.served.sandbox.api.world.kind("payment_intent")
    assert intent.shown["status"] == "canceled"
    pay(Method.CHECKOUT, till.choose(order_id).url, 10_000)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


def test_a_way_that_the_provider_refuses_has_failed_and_another_may_be_chosen(till: Till) -> None:
    order_id = till.order({None: 10_000})

    class Refusing:
        class ways:  # noqa: N801 - stands for the property
            @staticmethod
            def open(_asked):
                raise ProviderRefused("The payment provider refused: this method is not switched on.")

    with pytest.raises(ProviderRefused):
        till.choose(order_id, Method.ALIPAY, Refusing())

    told = till.told(order_id)
    assert (told.state, told.problem) == (
        WayState.FAILED,
        "The payment provider refused: this method is not switched on.",
    )
    till.pay(order_id)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


def test_a_provider_that_is_away_leaves_the_choice_to_be_made_again(till: Till, pay: Pay) -> None:
    order_id = till.order({None: 10_000})
    till.stripe.fail("500", "POST", "/v1/checkout/sessions")

    with pytest.raises(ProviderUnavailable):
        till.choose(order_id, Method.CHECKOUT)

    pay(Method.CHECKOUT, till.choose(order_id).url, 10_000)
    till.hear()
    assert_paid_once(till, order_id, 10_000)


def test_a_paid_order_is_not_paid_again_by_another_way(till: Till) -> None:
    order_id = till.paid({None: 10_000})

    for method in Method:
        with pytest.raises(NotAwaitingPayment):
            till.choose(order_id, method)


def test_nobody_looks_at_a_way_that_nobody_chose(till: Till) -> None:
    order_id = till.order({None: 10_000})

    with till.app.app_context(), pytest.raises(WayNotFound):
        choosing.look(order_id, till.stripe.gateway)


# The time to pay: net terms, and the work that begins


def pay_by_of(till: Till) -> timedelta:
    """How long the only order may be paid from now on."""
    [pay_by] = till.sql("select pay_by from orders order by number desc limit 1")
    return pay_by - clock.now()


def test_an_invoice_has_three_days_and_net_terms_more(till: Till) -> None:
    till.order({None: 10_000}, minutes=60)
    till.choose(*till.sql("select id from orders"), Method.INVOICE)
    assert timedelta(days=2, hours=23) < pay_by_of(till) <= timedelta(days=3)

    till.world.trust(till.customer, net_days=30, EUR=25_000)
    on_terms = till.order({None: 10_000}, minutes=60)
    till.choose(on_terms, Method.INVOICE)

    assert timedelta(days=29, hours=23) < pay_by_of(till) <= timedelta(days=30)
    told = till.told(on_terms)
    assert told.ways[0].on_net_terms
    assert told.net_terms is not None
    assert (told.net_terms.net_days, told.net_terms.limit.minor, told.net_terms.open.minor) == (30, 25_000, 10_000)


def test_net_terms_are_for_so_much_at_once_in_each_currency(till: Till, pay: Pay) -> None:
    till.world.trust(till.customer, net_days=30, EUR=25_000)
    for _ in range(2):
        till.choose(till.order({None: 10_000}), Method.INVOICE)
        assert pay_by_of(till) > timedelta(days=29)

    till.choose(till.order({None: 10_000}), Method.INVOICE)  # 30,000 would be open
    assert pay_by_of(till) <= timedelta(days=3)
    till.choose(till.order({None: 10_000}, currency="USD"), Method.INVOICE)  # of which nothing may be open
    assert pay_by_of(till) <= timedelta(days=3)


def test_m11_net_terms_make_nothing_before_the_money_is_there(till: Till, pay: Pay) -> None:
    till.world.trust(till.customer, net_days=30, EUR=25_000)
    order_id = till.order({None: 10_000})
    till.choose(order_id, Method.INVOICE)
    assert till.sql("select state from jobs") == ["waiting"]

    pay.transfer(10_000)
    till.hear()

    assert till.sql("select state from jobs") == ["offered"]
    assert_paid_once(till, order_id, 10_000)


@pytest.mark.parametrize(("days", "zone"), [(2, "UTC"), (10, "Asia/Shanghai"), (20, "America/Los_Angeles")])
def test_no_invoice_is_open_longer_than_until_work_begins(till: Till, days: int, zone: str) -> None:
    till.world.trust(till.customer, net_days=30, EUR=25_000)
    order_id = till.order({None: 10_000}, minutes=60)
    begins = _work_begins(till, days=days, zone=zone)

    opened = till.choose(order_id, Method.INVOICE)

    assert opened.pay_by == begins
    assert till.sql("select pay_by from orders") == till.sql("select expires_at from holds") == [begins]


def _work_begins(till: Till, *, days: int, zone: str):
    """Minutes of the only order are held on a day to come; the first instant of that day, where they are worked."""
    day = clock.now().date() + timedelta(days=days)
    till.sql("update work_centres set time_zone = :zone", zone=zone)
    till.sql(
        "insert into capacity_days (work_centre_id, day, open_min, held_min)"
        " select work_centre_id, :day, 60, 1 from holds",
        day=day,
    )
    till.sql(
        "insert into hold_lines (hold_id, day, work_centre_id, operation, minutes)"
        " select id, :day, work_centre_id, 1, 1 from holds",
        day=day,
    )
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def test_an_invoice_that_is_left_for_a_card_gives_its_time_back(till: Till) -> None:
    order_id = till.order({None: 10_000}, minutes=60)
    before = till.sql("select pay_by from orders")
    till.choose(order_id, Method.INVOICE)

    till.choose(order_id, Method.CARD)

    assert till.sql("select pay_by from orders") == before
    assert till.told(order_id).state is WayState.REQUIRES_ACTION


def test_the_difference_of_a_change_has_ways_of_its_own(till: Till, pay: Pay) -> None:
    """The difference is a payment of its own, with ways of its own."""

    for method in OTHERS:
        order_id = till.paid({None: 10_000})
        with till.app.app_context(), transaction():
            payments.expect(order_id, Money(2_500, "EUR"), payment_id=new_id(), number=2)
        opened = till.choose(order_id, method)
        assert (opened.amount.minor, opened.method) == (2_500, method)
        told = till.told(order_id)
        assert (told.is_awaited, told.pay_by, told.amount.minor) == (True, None, 2_500)
