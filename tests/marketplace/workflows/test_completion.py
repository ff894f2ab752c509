"""C1: the event, a second look at the page, a retry and the schedule complete one payment, in any order."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from marketplace.audit.models import AuditEvent
from marketplace.kernel import clock
from marketplace.kernel.lifecycle import StateMove
from marketplace.ledger.models import Journal
from marketplace.orders.states import OrderState
from marketplace.payments.errors import NotAwaitingPayment
from marketplace.payments.models import PaymentState
from tests.money import Crash, Stumbling, Till

WHEN_THE_SCHEDULE_LOOKS = timedelta(minutes=2, seconds=30)


def event(till: Till, order_id: UUID) -> None:
    """The provider tells, and a worker handles it."""
    till.deliver(_told(till, order_id))
    till.work()


def second_look(till: Till, order_id: UUID) -> None:
    """The customer comes back to the page."""
    with suppress(NotAwaitingPayment):
        till.open(order_id)


def retry(till: Till, order_id: UUID) -> None:
    """The event comes again, its worker dies after the look at the provider, and the job is done once more."""
    told = {**_told(till, order_id), "id": f"evt_again_{order_id.hex}"}
    till.deliver(told)
    with suppress(Crash):
        till.handle(told["id"], Stumbling(till.stripe.gateway, "intent", "after call"))
    till.handle(told["id"])


def schedule(till: Till, order_id: UUID) -> None:
    """The look that is due when no event has come."""
    with clock.moved_by(WHEN_THE_SCHEDULE_LOOKS):
        till.resume()


WAYS: tuple[Callable[[Till, UUID], None], ...] = (event, second_look, retry, schedule)
ORDERS = list(permutations(WAYS))


def _told(till: Till, order_id: UUID) -> dict[str, Any]:
    intent_id = till.payment(order_id).intent_id
    events = till.stripe.events("payment_intent.succeeded")
    return next(each for each in events if each["data"]["object"]["id"] == intent_id)


def assert_paid_once(till: Till, order_id: UUID) -> None:
    """One capture, one journal, one move of the order, one fact in the audit; and the books agree with Stripe's."""
    payment = till.payment(order_id)
    assert till.order_state(order_id) is OrderState.PAID
    assert (payment.state, payment.captured_minor) == (PaymentState.CAPTURED, 10_000)
    assert [each.kind for each in till.rows(Journal, order_id=order_id)] == ["charge"]
    assert [each.to_state for each in till.rows(StateMove, subject_id=order_id)] == ["paid"]
    assert [each.to_state for each in till.rows(StateMove, subject_id=payment.id)] == ["captured"]
    facts = [each.verb for each in till.rows(AuditEvent, subject_id=order_id)]
    assert sorted(facts) == ["order.paid", "order.placed"]
    assert till.balance("stripe") == till.stripe.balance_transactions()
    assert till.broken() == []


@pytest.mark.parametrize("ways", ORDERS, ids=["-".join(each.__name__ for each in ways) for ways in ORDERS])
def test_c1_every_way_completes_the_payment_and_those_that_follow_change_nothing(
    till: Till, ways: tuple[Callable[[Till, UUID], None], ...]
) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.pay(order_id)
    for way in ways:
        way(till, order_id)
        assert_paid_once(till, order_id)


def test_c1_all_ways_at_once_complete_the_payment_once(till: Till) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.pay(order_id)
    gate = threading.Barrier(len(WAYS))
    failed: list[BaseException] = []

    def run(way: Callable[[Till, UUID], None]) -> None:
        gate.wait()
        try:
            way(till, order_id)
        except BaseException as problem:  # noqa: BLE001 - shown below, in the thread that asserts
            failed.append(problem)
        finally:
            till.stripe.connection.close()

    threads = [threading.Thread(target=run, args=[way]) for way in WAYS]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failed == []
    assert_paid_once(till, order_id)


def test_c1_negative_control_a_payment_that_is_completed_twice_is_noticed(till: Till) -> None:
    """The proof above is not blind: here the payment forgets that it was captured, and is captured again."""
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.pay(order_id)
    event(till, order_id)
    till.sql("update payments set state = 'pending', captured_minor = 0")
    till.sql("update orders set state = 'awaiting_payment'")
    till.sql("update jobs set state = 'waiting'")

    schedule(till, order_id)

    with pytest.raises(AssertionError):
        assert_paid_once(till, order_id)
