"""Money back after it was released: the customer first, each seller once, and what does not come back is a debt."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.kernel.money import CHARGE_LIMITS
from marketplace.kernel.transaction import transaction
from marketplace.payments.errors import MoreThanCaptured, ProviderRefused, ProviderUnavailable
from marketplace.payments.models import Operation, OperationKind, OperationState
from marketplace.workflows.money import retrying
from tests.money import Crash, Stumbling, Till
from tests.worlds import Person

Act = Callable[[Till, UUID], None]


def kinds(till: Till, kind: OperationKind) -> list[tuple[int, OperationState]]:
    return [(each.amount_minor, each.state) for each in till.operations() if each.kind is kind]


def the(till: Till, kind: OperationKind) -> Operation:
    [found] = [each for each in till.operations() if each.kind is kind]
    return found


def assert_books_agree(till: Till) -> None:
    assert till.broken() == []
    assert till.balance("stripe") == till.stripe.balance_transactions()


def held(_till: Till, _order_id: UUID) -> None:
    """Not released yet."""


def released(till: Till, order_id: UUID) -> None:
    till.release(order_id)


def sent(till: Till, order_id: UUID) -> None:
    till.release(order_id)
    till.work()


MOMENTS: tuple[Act, ...] = (held, released, sent)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize(("minor", "one_bears", "two_bears"), [(3_001, 1_801, 960), (10_000, 6_000, 3_199)])
def test_m2_a_refund_debits_each_seller_exactly_once_replayed_three_times(
    till: Till, moment: Act, minor: int, one_bears: int, two_bears: int
) -> None:
    one, two = till.seller(), till.seller()
    order_id = till.paid({None: 801, one: 6_000, two: 3_199})
    moment(till, order_id)

    for _ in range(3):
        till.give_back(order_id, minor)
    till.work()
    for event in (*till.stripe.events("refund.created"), *till.stripe.events("transfer.reversed")):
        for copy in ("_one", "_two"):
            till.deliver(event | {"id": event["id"] + copy})
    till.work()
    if moment is held and minor < 10_000:
        till.release(order_id)
        till.work()

    payment = till.payment(order_id)
    assert payment.refunded_minor == minor
    assert payment.transferred_minor - payment.reversed_minor == 9_199 - one_bears - two_bears
    assert till.stripe.count("refund") == 1
    for seller, share, bears in ((one, 6_000, one_bears), (two, 3_199, two_bears)):
        assert at_stripe(till, seller) == share - bears
    assert till.balance("platform_fee") == -(801 - (minor - one_bears - two_bears))
    assert till.balance("payable") == till.balance("held") == till.balance("refund_clearing") == 0
    assert_books_agree(till)


def at_stripe(till: Till, seller: Person) -> int:
    """What the seller has at the provider."""
    account_id = till.account(seller).provider_id
    balance = till.stripe.client.v1.balance.retrieve(options={"stripe_account": account_id or ""})
    return sum(each.amount for each in (*balance.available, *balance.pending))


def test_m2_the_customer_is_first_and_waits_for_no_seller(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)

    class NoReversals:
        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def reverse(self, asked: Any) -> Any:
            assert till.payment(order_id).refunded_minor == 10_000, "the refund has gone before"
            raise ProviderUnavailable("away")

    till.give_back(order_id, 10_000)
    with pytest.raises(ProviderUnavailable):
        till.work(NoReversals())  # type: ignore[arg-type]

    assert kinds(till, OperationKind.REFUND) == [(10_000, OperationState.DONE)]
    assert kinds(till, OperationKind.REVERSAL) == [(9_200, OperationState.READY)]
    assert till.balance("payable") == 9_200, "until it comes back, the seller owes it"
    assert_books_agree(till)


def test_what_was_not_sent_yet_is_owed_anew_less_the_share(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.release(order_id)

    till.give_back(order_id, 1_000)
    till.give_back(order_id, 500, reason="another")
    till.work()

    assert kinds(till, OperationKind.TRANSFER) == [
        (9_200, OperationState.CANCELLED),
        (8_280, OperationState.CANCELLED),
        (7_820, OperationState.DONE),
    ]
    assert kinds(till, OperationKind.REVERSAL) == []
    assert_books_agree(till)


@pytest.mark.parametrize("moment", ["before call", "after call"])
def test_a_transfer_under_way_is_sent_and_then_taken_back_in_part(till: Till, moment: str) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.release(order_id)
    transfer = the(till, OperationKind.TRANSFER)
    with pytest.raises(Crash):
        till.run(transfer.id, Stumbling(till.stripe.gateway, "transfer", moment))  # type: ignore[arg-type]

    till.give_back(order_id, 1_000)
    till.run(the(till, OperationKind.REVERSAL).id)
    assert kinds(till, OperationKind.REVERSAL) == [(920, OperationState.READY)], "it waits for the transfer"
    till.work()
    till.resume()
    till.work()

    assert kinds(till, OperationKind.TRANSFER) == [(9_200, OperationState.DONE)]
    assert kinds(till, OperationKind.REVERSAL) == [(920, OperationState.DONE)]
    assert till.balance("payable") == 0
    assert_books_agree(till)


@pytest.mark.parametrize("moment", ["before call", "after call"])
def test_m10_a_crash_around_a_reversal_leaves_one(till: Till, moment: str) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)
    till.give_back(order_id, 1_000)
    reversal = the(till, OperationKind.REVERSAL)

    with pytest.raises(Crash):
        till.run(reversal.id, Stumbling(till.stripe.gateway, "reverse", moment))  # type: ignore[arg-type]
    till.work()

    assert the(till, OperationKind.REVERSAL).state is OperationState.DONE
    assert till.stripe.count("transfer_reversal") == 1
    assert_books_agree(till)


def test_m10_a_reversal_whose_answer_and_key_are_lost_is_found_and_not_made_twice(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)
    till.give_back(order_id, 1_000)
    with pytest.raises(Crash):
        till.run(
            the(till, OperationKind.REVERSAL).id,
            Stumbling(till.stripe.gateway, "reverse", "after call"),  # type: ignore[arg-type]
        )
    till.sql("update provider_operations set first_sent_at = first_sent_at - interval '24 hours'")
    till.stripe.control("clock", seconds=25 * 60 * 60)

    till.work()

    assert the(till, OperationKind.REVERSAL).state is OperationState.DONE
    assert till.stripe.count("transfer_reversal") == 1
    assert_books_agree(till)


def test_a_reversal_that_is_refused_for_another_reason_is_for_a_person(till: Till, staff: Person) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)
    till.give_back(order_id, 1_000)

    class Refusing:
        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def reverse(self, asked: Any) -> Any:
            raise ProviderRefused("no")

    till.work(Refusing())  # type: ignore[arg-type]
    failed = the(till, OperationKind.REVERSAL)
    assert failed.state is OperationState.FAILED
    with till.app.app_context(), transaction():
        retrying.retry(failed.id, reason="The provider has looked into it.", by=staff.actor)
    till.work()

    assert the(till, OperationKind.REVERSAL).state is OperationState.DONE
    assert_books_agree(till)


def test_m5_a_refund_after_payout_leaves_a_debt_that_the_next_payouts_carry(till: Till) -> None:
    seller = till.seller()
    account_id = till.account(seller).provider_id or ""
    order_id = till.paid({None: 800, seller: 9_200})
    sent(till, order_id)
    till.stripe.empty(account_id)
    elsewhere = till.paid({None: 100, seller: 4_000}, currency="USD")

    till.give_back(order_id, 10_000)
    till.work()
    assert till.payment(order_id).refunded_minor == 10_000, "the customer does not wait"
    assert kinds(till, OperationKind.REVERSAL) == [(9_200, OperationState.DEBT)]
    assert till.balance("payable") == 9_200
    assert_books_agree(till)

    small = till.paid({None: 500, seller: 5_000})
    till.release(small)
    till.work()
    assert till.payment(small).transferred_minor == 0, "all of it is set off"
    assert till.balance("payable") == 4_200
    assert_books_agree(till)

    large = till.paid({None: 1_000, seller: 9_000})
    till.release(large)
    till.release(elsewhere)
    till.work()
    assert till.payment(large).transferred_minor == 4_800
    assert till.payment(elsewhere).transferred_minor == 4_000, "a debt is of one currency"
    assert kinds(till, OperationKind.REVERSAL) == [(9_200, OperationState.SET_OFF)]
    assert till.balance("payable") == 0
    assert_books_agree(till)


def test_m5_what_was_set_off_and_is_refunded_is_a_debt_again(till: Till) -> None:
    seller = till.seller()
    first = till.paid({None: 800, seller: 9_200})
    sent(till, first)
    till.stripe.empty(till.account(seller).provider_id or "")
    till.give_back(first, 10_000)
    till.work()
    second = till.paid({None: 800, seller: 9_200})
    till.release(second)
    till.work()

    till.give_back(second, 10_000)
    till.work()

    assert kinds(till, OperationKind.REVERSAL) == [(9_200, OperationState.SET_OFF), (9_200, OperationState.DEBT)]
    assert till.balance("payable") == 9_200
    assert_books_agree(till)


def test_m12_no_more_goes_back_than_is_left(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)
    till.give_back(order_id, 9_999)

    with pytest.raises(MoreThanCaptured):
        till.give_back(order_id, 2, reason="another")
    till.give_back(order_id, 1, reason="another")
    till.work()

    assert till.payment(order_id).refunded_minor == 10_000
    assert_books_agree(till)


def test_m12_a_refund_and_a_transfer_at_once_leave_the_seller_its_part(till: Till) -> None:
    for _ in range(5):
        order_id = till.paid({None: 800, till.seller(): 9_200})
        till.release(order_id)
        transfer = till.operations()[-1]
        gate = threading.Barrier(2)

        def run(act: Callable[[], None], gate: threading.Barrier = gate) -> None:
            gate.wait()
            act()
            till.stripe.connection.close()

        acts: tuple[Callable[[], None], ...] = (
            lambda order_id=order_id: till.give_back(order_id, 1_000),  # type: ignore[misc]
            lambda transfer=transfer: till.run(transfer.id),  # type: ignore[misc]
        )
        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        till.work()
        till.resume()
        till.work()

        payment = till.payment(order_id)
        assert payment.transferred_minor - payment.reversed_minor == 8_280
    assert_books_agree(till)


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated"])
def test_a_refund_that_the_bank_sends_back_is_owed_again_and_given_once_more(
    till: Till, staff: Person, kind: str
) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)
    till.give_back(order_id, 10_000)
    till.work()
    done = the(till, OperationKind.REFUND)
    assert (done.state, till.balance("refund_clearing")) == (OperationState.DONE, 0)

    till.stripe.fail_refund(done.provider_id or "")
    for copy in ("", "_again"):
        for event in till.stripe.events(kind):
            till.deliver(event | {"id": event["id"] + copy})
    till.work()

    failed = the(till, OperationKind.REFUND)
    assert (failed.state, failed.provider_id) == (OperationState.FAILED, None)
    assert "still theirs" in (failed.problem or "")
    assert till.payment(order_id).refunded_minor == 0
    assert till.balance("refund_clearing") == -10_000
    assert_books_agree(till)

    with till.app.app_context(), transaction():
        retrying.retry(failed.id, reason="The customer has a new card.", by=staff.actor)
    till.work()
    for event in till.stripe.events(kind):
        till.deliver(event | {"id": event["id"] + "_late"})
    till.work()

    again = the(till, OperationKind.REFUND)
    assert (again.state, again.provider_id != done.provider_id) == (OperationState.DONE, True)
    assert again.idempotency_key != done.idempotency_key
    assert till.payment(order_id).refunded_minor == 10_000
    assert till.balance("refund_clearing") == 0
    assert_books_agree(till)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shares=st.lists(st.integers(1, 300_000).map(lambda n: n * 10), min_size=1, max_size=3),
    fee=st.integers(50, 100_000).map(lambda n: n * 10),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    parts=st.lists(st.tuples(st.integers(1, 10**7), st.booleans()), max_size=3),
    released_after=st.integers(0, 3),
)
def test_m2_m12_refunds_of_any_amounts_at_any_time_end_in_shares_of_the_rest(
    till: Till, shares, fee, currency, parts, released_after
) -> None:
    total = fee + sum(shares)
    step = CHARGE_LIMITS[currency].step
    sellers = [till.seller() for _ in shares]
    order_id = till.paid({None: fee, **dict(zip(sellers, shares, strict=True))}, currency=currency)
    given_back, is_released = 0, False
    for number, (wanted, works) in enumerate([*parts, (0, True)]):
        if number == released_after and given_back < total:
            till.release(order_id)
            is_released = True
        minor = min(wanted * step, total - given_back)
        till.give_back(order_id, minor, reason=f"claim_{number}")
        given_back += minor
        if works:
            till.work()
    till.work()

    payment = till.payment(order_id)
    assert payment.refunded_minor == given_back
    if is_released:
        stays = {None: total - given_back - (payment.transferred_minor - payment.reversed_minor)}
        for seller in sellers:
            stays[seller.organisation_id] = at_stripe(till, seller)
        for party, share in zip([None, *(each.organisation_id for each in sellers)], [fee, *shares], strict=True):
            assert abs(stays[party] * total - share * (total - given_back)) <= step * total * (len(parts) + 1)
    assert_books_agree(till)
