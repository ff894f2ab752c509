"""From an event to money that is held, released, and sent: once, whatever happens in between."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.orders.states import OrderState
from marketplace.payments.errors import NotPaid, ProviderUnavailable, RefundedAlready
from marketplace.payments.models import (
    EventState,
    OperationKind,
    OperationState,
    PaymentState,
    ProviderEvent,
)
from tests.money import INVARIANTS, Till


def succeeded(till: Till) -> dict[str, Any]:
    [event] = till.stripe.events("payment_intent.succeeded")
    return event


def outcomes(till: Till) -> list[tuple[EventState, str | None]]:
    return [(each.state, each.outcome) for each in till.rows(ProviderEvent)]


def assert_books_agree(till: Till) -> None:
    """M6: nothing stored is broken, and our *stripe* account is the sum of Stripe's books."""
    assert till.broken() == []
    assert till.balance("stripe") == till.stripe.balance_transactions()


def test_a_paid_order_holds_its_money_m11(till: Till) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.pay(order_id)
    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT

    till.deliver(succeeded(till))
    till.work()

    assert till.order_state(order_id) is OrderState.PAID
    payment = till.payment(order_id)
    assert (payment.state, payment.captured_minor) == (PaymentState.CAPTURED, 10_000)
    assert till.balance("held") == -10_000
    assert outcomes(till) == [(EventState.HANDLED, "applied")]
    assert_books_agree(till)


def test_a_declined_card_pays_nothing_m11(till: Till) -> None:
    order_id = till.order({None: 5_000})
    opened = till.open(order_id)
    with pytest.raises(stripe.CardError):
        till.stripe.pay(opened.intent_id, "pm_card_visa_chargeDeclined")
    forged = {**till.stripe.events("payment_intent.created")[0], "type": "payment_intent.succeeded"}
    till.deliver(forged)
    till.work()

    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT
    assert outcomes(till) == [(EventState.HANDLED, "stale")]
    till.stripe.pay(opened.intent_id)  # another card
    till.deliver(succeeded(till))
    till.work()
    assert till.order_state(order_id) is OrderState.PAID


def test_an_event_delivered_n_times_has_the_effect_of_one_c2(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    for _ in range(3):
        till.deliver(succeeded(till))
    till.work()
    till.deliver(succeeded(till))
    till.work()
    till.deliver(succeeded(till) | {"id": "evt_another_of_the_same"})
    till.work()

    assert sorted(outcome or "" for _, outcome in outcomes(till)) == ["applied", "repeated"]
    assert till.payment(order_id).captured_minor == 5_000
    assert till.balance("held") == -5_000


def test_an_event_handled_in_parallel_has_the_effect_of_one_c2(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.deliver(succeeded(till))
    gate = threading.Barrier(4)

    def run() -> None:
        gate.wait()
        till.handle(succeeded(till)["id"])
        till.stripe.connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert till.payment(order_id).captured_minor == 5_000
    assert outcomes(till) == [(EventState.HANDLED, "applied")] or outcomes(till) == [(EventState.HANDLED, "repeated")]
    assert_books_agree(till)


def test_handling_an_event_asks_the_provider_once(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.deliver(succeeded(till))
    before = len(till.stripe.served.sandbox.api.requests)

    till.work()

    assert len(till.stripe.served.sandbox.api.requests) == before + 1


def test_an_event_of_a_payment_that_is_not_ours_is_set_aside(till: Till) -> None:
    given = {"amount": 700, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    till.stripe.client.v1.payment_intents.create(given)  # type: ignore[arg-type]

    till.deliver(succeeded(till))
    till.work()

    assert outcomes(till) == [(EventState.QUARANTINED, "unknown")]


def test_an_event_of_another_amount_is_set_aside_m11(till: Till) -> None:
    order_id = till.order({None: 5_000})
    payment = till.payment(order_id)
    given = {"amount": 700, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    till.stripe.client.v1.payment_intents.create({**given, "metadata": {"payment": str(payment.id)}})  # type: ignore[typeddict-item]

    till.deliver(succeeded(till))
    till.work()

    assert outcomes(till) == [(EventState.QUARANTINED, "different")]
    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT


def test_an_intent_whose_receipt_was_lost_is_known_by_what_we_wrote_on_it(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.sql("update payments set intent_id = null")

    till.deliver(succeeded(till))
    till.work()

    assert till.order_state(order_id) is OrderState.PAID
    assert till.payment(order_id).intent_id is not None


def test_money_for_a_cancelled_order_is_taken_in_and_goes_back(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.cancel(order_id)

    till.deliver(succeeded(till))
    till.work()

    payment = till.payment(order_id)
    assert (payment.state, payment.captured_minor, payment.refunded_minor) == (PaymentState.CAPTURED, 5_000, 5_000)
    assert till.order_state(order_id) is OrderState.CANCELLED
    assert till.balance("held") == 0
    assert_books_agree(till)


def test_an_intent_paid_before_it_could_be_cancelled_goes_back_without_its_event(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.cancel(order_id)

    till.work()

    assert till.payment(order_id).refunded_minor == 5_000
    assert [each.state for each in till.operations()] == [OperationState.DONE, OperationState.DONE]
    assert_books_agree(till)


def test_release_sends_each_seller_their_share_and_keeps_the_fee_m1(till: Till) -> None:
    one, two = till.seller(), till.seller()
    order_id = till.paid({None: 801, one: 6_000, two: 3_199})

    till.release(order_id)
    assert till.balance("held") == 0
    assert till.balance("payable") == -9_199
    till.work()

    sent = {
        each.shown["destination"]: each.shown["amount"]
        for each in till.stripe.served.sandbox.api.world.kind("transfer")
    }
    assert sent == {till.account(one).provider_id: 6_000, till.account(two).provider_id: 3_199}
    assert till.balance("payable") == 0
    assert till.balance("platform_fee") == -801
    assert till.payment(order_id).transferred_minor == 9_199
    assert_books_agree(till)


def test_release_twice_releases_once(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})

    till.release(order_id)
    till.release(order_id)
    till.work()

    assert till.stripe.count("transfer") == 1
    assert_books_agree(till)


def test_nothing_is_released_before_it_is_paid_m11(till: Till) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})

    with pytest.raises(NotPaid):
        till.release(order_id)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shares=st.lists(st.integers(0, 3_000_000).map(lambda n: n * 10), min_size=1, max_size=3),
    fee=st.integers(50, 100_000).map(lambda n: n * 10),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_shares_of_any_order_add_up_in_every_currency_m1_m6(till: Till, shares, fee, currency) -> None:
    sellers = [till.seller() for _ in shares]
    order_id = till.paid({None: fee, **dict(zip(sellers, shares, strict=True))}, currency=currency)

    till.release(order_id)
    till.work()

    payment = till.payment(order_id)
    assert payment.transferred_minor == sum(shares)
    assert payment.captured_minor == sum(shares) + fee
    assert_books_agree(till)


def test_a_refund_before_release_gives_everything_back_m12(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})

    till.refund(order_id)
    till.refund(order_id)
    till.work()

    payment = till.payment(order_id)
    assert (payment.captured_minor, payment.refunded_minor) == (10_000, 10_000)
    assert till.stripe.count("refund") == 1
    assert till.balance("held") == till.balance("refund_clearing") == 0
    assert_books_agree(till)


@pytest.mark.parametrize("shares", [(10_000, 0), (800, 9_200)])
def test_what_is_being_refunded_is_not_released_m12(till: Till, shares: tuple[int, int]) -> None:
    order_id = till.paid({None: shares[0], till.seller(): shares[1]})
    till.refund(order_id)

    with pytest.raises(RefundedAlready):
        till.release(order_id)
    assert (till.balance("held"), till.balance("refund_clearing")) == (0, -10_000)
    assert till.broken() == []


def test_two_refunds_for_different_reasons_never_exceed_what_was_paid_m12(till: Till) -> None:
    order_id = till.paid({None: 5_000})
    till.refund(order_id, "declined")
    till.refund(order_id, "another")

    assert [each.amount_minor for each in till.operations()] == [5_000]
    assert till.broken() == []


def test_release_and_refund_at_once_leave_nothing_with_the_seller_m12(till: Till) -> None:
    for _ in range(5):
        order_id = till.paid({None: 800, till.seller(): 9_200})
        refused: list[Exception] = []
        gate = threading.Barrier(2)

        def run(act: Any, order_id: Any = order_id, gate: Any = gate, refused: Any = refused) -> None:
            gate.wait()
            try:
                act(order_id)
            except Exception as refusal:  # noqa: BLE001 - which one is asserted below
                refused.append(refusal)

        threads = [threading.Thread(target=run, args=[act]) for act in (till.release, till.refund)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        till.work()

        assert [type(each) for each in refused] in ([], [RefundedAlready])  # none: the release came first
        payment = till.payment(order_id)
        assert payment.refunded_minor == 10_000
        assert payment.transferred_minor == payment.reversed_minor
    assert_books_agree(till)


def test_events_in_any_order_end_in_the_same_books(till: Till) -> None:
    """The charge, the transfer and the account, told in every order, twice each, after the work is done or before."""
    balances: set[tuple[int, ...]] = set()
    for order in permutations(["payment_intent.succeeded", "transfer.created", "account.updated"]):
        till.stripe.served.sandbox.api.reset()
        order_id = till.order({None: 800, till.seller(): 9_200})
        till.pay(order_id)
        till.deliver(succeeded(till))
        till.handle(succeeded(till)["id"])
        till.release(order_id)
        [transfer] = [each for each in till.operations() if each.state is OperationState.READY]
        till.run(transfer.id)
        for kind in order:
            for copy in ("", "_copy"):
                for event in till.stripe.events(kind):
                    till.deliver(event | {"id": event["id"] + copy})
        till.work()
        payment = till.payment(order_id)
        balances.add((payment.captured_minor, payment.transferred_minor, payment.refunded_minor))

    assert balances == {(10_000, 9_200, 0)}
    assert till.balance("held") == till.balance("payable") == 0
    assert till.broken() == []


def test_the_event_of_a_transfer_may_be_faster_than_its_receipt_c2(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.release(order_id)
    [operation] = till.operations()

    class TellsFirst:
        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def transfer(self, asked: Any) -> Any:
            seen = till.stripe.gateway.transfer(asked)
            [event] = till.stripe.events("transfer.created")
            till.deliver(event)
            till.handle(event["id"])
            return seen

    till.run(operation.id, TellsFirst())  # type: ignore[arg-type]

    assert till.payment(order_id).transferred_minor == 9_200
    assert_books_agree(till)


def test_a_lost_event_is_made_good_before_the_order_is_given_up(till: Till) -> None:
    order_id = till.order({None: 5_000}, minutes=60)
    till.pay(order_id)
    till.resume()
    assert till.order_state(order_id) is OrderState.AWAITING_PAYMENT  # too early to look

    with clock.moved_by(timedelta(minutes=2, seconds=30)):
        till.resume()

    assert till.order_state(order_id) is OrderState.PAID
    assert till.broken() == []


def test_a_stored_event_without_a_job_is_found_again(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.deliver(succeeded(till))
    till.sql("delete from procrastinate_jobs")

    with clock.moved_by(timedelta(minutes=1, seconds=5)):
        till.resume()
        till.resume()
    assert till.jobs() == ["handle_event"]
    till.work()

    assert till.order_state(order_id) is OrderState.PAID


def test_a_provider_that_is_away_makes_the_event_wait(till: Till) -> None:
    order_id = till.order({None: 5_000})
    till.pay(order_id)
    till.deliver(succeeded(till))
    till.stripe.fail("500", "GET", "/v1/payment_intents/*")

    with pytest.raises(ProviderUnavailable):
        till.handle(succeeded(till)["id"])
    assert outcomes(till) == [(EventState.RECEIVED, None)]
    till.work()

    assert till.order_state(order_id) is OrderState.PAID


def test_negative_control_the_stored_proofs_notice_planted_differences(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    assert till.broken() == []
    plants: Mapping[str, str] = {
        "M1": "update payments set amount_minor = amount_minor + 1",
        "M10": "update payments set refunded_minor = 1",
        "M11": "update orders set state = 'awaiting_payment'",
        "C2": "update provider_events set outcome = null",
    }
    for invariant, plant in plants.items():
        with till.app.app_context():
            session().execute(text(plant))
            found = {each.id for each in INVARIANTS if session().execute(text(each.broken)).all()}
            session().rollback()
        assert invariant in found
    assert till.order_state(order_id) is OrderState.PAID
    assert OperationKind.REFUND not in [each.kind for each in till.operations()]
