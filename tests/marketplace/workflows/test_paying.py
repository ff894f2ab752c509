"""Opening a payment: committed before the provider is asked, and safe to ask for twice (M10)."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.kernel import clock
from marketplace.orders.errors import OrderNotFound
from marketplace.orders.states import OrderState
from marketplace.payments.errors import NotAwaitingPayment, ProviderUnavailable
from marketplace.payments.models import OperationKind, PaymentState
from marketplace.workflows.money import paying
from tests.money import Crash, Stumbling, Till


def test_a_payment_is_opened_for_exactly_what_is_due(till: Till) -> None:
    order_id = till.order({None: 12_345}, currency="JPY")

    opened = till.open(order_id)

    [intent] = till.stripe.served.sandbox.api.world.kind("payment_intent")
    assert intent.id == opened.intent_id == till.payment(order_id).intent_id
    assert (intent.shown["amount"], intent.shown["currency"]) == (12_345, "jpy")
    assert intent.shown["transfer_group"] == str(order_id)
    assert opened.client_secret.startswith(f"{opened.intent_id}_secret_")


def test_opening_twice_hands_out_the_same_intent(till: Till) -> None:
    order_id = till.order({None: 5_000})

    assert till.open(order_id) == till.open(order_id)
    assert till.stripe.count("payment_intent") == 1


@pytest.mark.parametrize("moment", ["before call", "after call"])
def test_a_crash_around_the_call_leaves_one_intent_m10(till: Till, moment: str) -> None:
    order_id = till.order({None: 5_000})
    with pytest.raises(Crash):
        till.open(order_id, Stumbling(till.stripe.gateway, "open_intent", moment))

    opened = till.open(order_id)

    assert till.stripe.count("payment_intent") == 1
    assert till.payment(order_id).intent_id == opened.intent_id


def test_a_lost_answer_leaves_one_intent_m10(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.stripe.fail("drop_after", "POST", "/v1/payment_intents")
    with pytest.raises(ProviderUnavailable):
        till.open(order_id)

    till.open(order_id)

    assert till.stripe.count("payment_intent") == 1


def test_somebody_elses_order_does_not_exist(till: Till) -> None:
    order_id = till.order({None: 5_000})
    stranger = till.world.make_organisation()

    with till.app.app_context(), pytest.raises(OrderNotFound):
        paying.open_payment(order_id, till.stripe.gateway, by=stranger.actor)


def test_a_paid_order_is_not_paid_again(till: Till) -> None:
    order_id = till.paid({None: 5_000})

    with pytest.raises(NotAwaitingPayment):
        till.open(order_id)


def test_an_order_whose_time_is_over_is_not_opened(till: Till) -> None:
    order_id = till.order({None: 5_000}, minutes=60)

    with clock.moved_by(timedelta(minutes=61)), pytest.raises(NotAwaitingPayment):
        till.open(order_id)
    assert till.stripe.count("payment_intent") == 0


def test_a_second_look_at_the_page_completes_a_payment_whose_event_is_lost_c1(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)

    with pytest.raises(NotAwaitingPayment):
        till.open(order_id)

    assert till.order_state(order_id) is OrderState.PAID
    assert till.broken() == []


def test_a_cancelled_order_calls_its_intent_off(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.open(order_id)

    till.cancel(order_id)
    till.work()

    [intent] = till.stripe.served.sandbox.api.world.kind("payment_intent")
    assert intent.shown["status"] == "canceled"
    assert till.payment(order_id).state is PaymentState.CANCELLED
    assert till.broken() == []


def test_an_order_cancelled_while_its_intent_was_being_opened_calls_it_off(till: Till) -> None:
    order_id = till.order({None: 5_000})

    class Slow:
        def open_intent(self, asked: Any) -> Any:
            seen = till.stripe.gateway.open_intent(asked)
            till.cancel(order_id)
            return seen

    with pytest.raises(NotAwaitingPayment):
        till.open(order_id, Slow())  # type: ignore[arg-type]
    till.work()

    assert [each.kind for each in till.operations()] == [OperationKind.CANCEL_INTENT]
    [intent] = till.stripe.served.sandbox.api.world.kind("payment_intent")
    assert intent.shown["status"] == "canceled"
