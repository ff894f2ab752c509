"""Money out of the house: one effect, wherever the process dies and whatever the provider answers (M10)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from marketplace.kernel import clock
from marketplace.payments import receipts
from marketplace.payments.errors import BalanceInsufficient, ProviderRefused, ProviderUnavailable
from marketplace.payments.models import Operation, OperationKind, OperationState, Payment
from marketplace.payments.outbox import KEY_IS_SURE_FOR
from tests.money import Crash, Stumbling, Till

DAY = 24 * 60 * 60


def owe_transfer(till: Till) -> UUID:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.release(order_id)
    return till.operations()[-1].id


def owe_refund(till: Till) -> UUID:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.refund(order_id)
    return till.operations()[-1].id


def owe_cancel(till: Till) -> UUID:
    order_id = till.order({None: 800, till.seller(): 9_200})
    till.open(order_id)
    till.cancel(order_id)
    return till.operations()[-1].id


KINDS: dict[str, tuple[Callable[[Till], UUID], str, str]] = {
    "transfer": (owe_transfer, "transfer", "transferred"),
    "refund": (owe_refund, "refund", "refunded"),
    "cancel": (owe_cancel, "cancel_intent", "cancelled"),
}


@pytest.fixture(params=sorted(KINDS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def effects(till: Till) -> tuple[int, int, int]:
    """(transfers, refunds, cancelled intents) at the provider, who is the witness."""
    intents = till.stripe.served.sandbox.api.world.kind("payment_intent")
    cancelled = sum(each.shown["status"] == "canceled" for each in intents)
    return till.stripe.count("transfer"), till.stripe.count("refund"), cancelled


ONCE = {"transfer": (1, 0, 0), "refund": (0, 1, 0), "cancel": (0, 0, 1)}


def the(till: Till, operation_id: UUID) -> Operation:
    return till.rows(Operation, id=operation_id)[0]


def assert_done_once(till: Till, kind: str, operation_id: UUID) -> None:
    assert effects(till) == ONCE[kind]
    assert the(till, operation_id).state is OperationState.DONE
    assert till.broken() == []
    assert till.balance("stripe") == till.stripe.balance_transactions()


@pytest.mark.parametrize("moment", ["before call", "after call"])
def test_a_crash_around_the_call_has_one_effect_m10(till: Till, kind: str, moment: str) -> None:
    owe, method, _ = KINDS[kind]
    operation_id = owe(till)
    with pytest.raises(Crash):
        till.run(operation_id, Stumbling(till.stripe.gateway, method, moment))  # type: ignore[arg-type]
    assert the(till, operation_id).first_sent_at is not None

    till.run(operation_id)
    till.run(operation_id)

    assert_done_once(till, kind, operation_id)


def test_a_crash_before_the_receipt_is_written_has_one_effect_m10(
    till: Till, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe, _, receipt = KINDS[kind]
    operation_id = owe(till)

    def crash(*_: Any) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(receipts, receipt, crash)
        with pytest.raises(Crash):
            till.run(operation_id)
    till.run(operation_id)

    assert_done_once(till, kind, operation_id)


def test_a_crash_before_the_receipt_commits_has_one_effect_m10(
    till: Till, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    owe, _, receipt = KINDS[kind]
    operation_id = owe(till)
    real = getattr(receipts, receipt)

    def crash(*about: Any) -> None:
        real(*about)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(receipts, receipt, crash)
        with pytest.raises(Crash):
            till.run(operation_id)
    assert till.broken() == []
    till.run(operation_id)

    assert_done_once(till, kind, operation_id)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "500", "429", "409"])
def test_an_answer_that_settles_nothing_is_asked_again_with_the_same_key(till: Till, kind: str, fault: str) -> None:
    operation_id = KINDS[kind][0](till)
    key = the(till, operation_id).idempotency_key
    till.stripe.fail(fault, "POST", {"cancel": "/v1/payment_intents/*/cancel"}.get(kind, f"/v1/{kind}s"))

    with pytest.raises(ProviderUnavailable):
        till.run(operation_id)
    waiting = the(till, operation_id)
    assert (waiting.state, waiting.attempts, waiting.idempotency_key) == (OperationState.READY, 1, key)
    assert waiting.problem
    till.run(operation_id)

    assert_done_once(till, kind, operation_id)


@pytest.mark.parametrize("kind", ["transfer", "refund"])
def test_after_a_day_it_looks_before_it_sends(till: Till, kind: str) -> None:
    owe, method, _ = KINDS[kind]
    operation_id = owe(till)
    with pytest.raises(Crash):
        till.run(operation_id, Stumbling(till.stripe.gateway, method, "after call"))  # type: ignore[arg-type]
    till.stripe.later(DAY + 1)  # the key is forgotten there

    with clock.moved_by(timedelta(days=1, seconds=1)):
        till.run(operation_id)

    assert_done_once(till, kind, operation_id)


@pytest.mark.parametrize("kind", ["transfer", "refund"])
def test_negative_control_without_the_look_it_would_be_sent_twice(
    till: Till, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same story with the look planted away: the transfer would be two, the refund refused by the cap there."""
    owe, method, _ = KINDS[kind]
    operation_id = owe(till)
    with pytest.raises(Crash):
        till.run(operation_id, Stumbling(till.stripe.gateway, method, "after call"))  # type: ignore[arg-type]
    till.stripe.later(DAY + 1)
    asked: list[str] = []
    monkeypatch.setattr("marketplace.payments.outbox.KEY_IS_SURE_FOR", timedelta(days=9))

    with clock.moved_by(timedelta(days=1, seconds=1)):
        till.run(operation_id)
        asked += [each["path"] for each in till.stripe.requests("POST", f"/v1/{kind}s") if not each["is_replay"]]

    assert len(asked) == 2
    assert the(till, operation_id).state is OperationState.FAILED  # only the charge's own cap saved us


@pytest.mark.parametrize("kind", ["transfer", "refund"])
def test_after_a_day_what_never_arrived_is_sent(till: Till, kind: str) -> None:
    owe, method, _ = KINDS[kind]
    operation_id = owe(till)
    with pytest.raises(Crash):
        till.run(operation_id, Stumbling(till.stripe.gateway, method, "before call"))  # type: ignore[arg-type]

    with clock.moved_by(KEY_IS_SURE_FOR + timedelta(minutes=1)):
        till.run(operation_id)

    assert_done_once(till, kind, operation_id)


def test_a_no_for_good_ends_the_operation_and_is_never_sent_again(till: Till) -> None:
    operation_id = owe_refund(till)
    [payment] = till.rows(Payment)
    till.stripe.client.v1.refunds.create({"payment_intent": payment.intent_id})

    till.run(operation_id)
    till.run(operation_id)

    failed = the(till, operation_id)
    assert (failed.state, failed.attempts) == (OperationState.FAILED, 1)
    assert "refunded" in (failed.problem or "")


def test_a_seller_without_a_ready_account_waits_and_is_paid_once_they_have_one(till: Till) -> None:
    seller = till.seller(able=False)
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work()
    [operation] = till.operations()
    assert (operation.state, operation.attempts) == (OperationState.READY, 0)
    assert "cannot receive" in (operation.problem or "")
    till.resume()
    assert till.jobs() == []

    till.stripe.onboard(till.account(seller).provider_id or "")
    [event] = till.stripe.events("account.updated")
    till.deliver(event)
    till.work()

    assert the(till, operation.id).state is OperationState.DONE
    assert till.payment(order_id).transferred_minor == 9_200
    assert till.broken() == []


def test_a_seller_without_any_account_waits_until_they_open_one(till: Till) -> None:
    seller = till.world.make_organisation(hats=("factory",))
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work()

    assert [each.state for each in till.operations()] == [OperationState.READY]
    assert till.balance("payable") == -9_200
    assert till.broken() == []


def test_an_account_that_lost_its_right_makes_the_money_wait_under_a_new_key(till: Till) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    [operation] = till.operations()
    record = till.stripe.served.sandbox.api.world.records[till.account(seller).provider_id or ""]
    able = dict(record.shown)
    record.shown.update(capabilities={"transfers": "inactive"}, payouts_enabled=False)

    till.work()

    waiting = the(till, operation.id)
    assert waiting.state is OperationState.READY
    assert waiting.idempotency_key != operation.idempotency_key
    assert not till.account(seller).may_receive
    record.shown.update(able)
    with clock.moved_by(timedelta(minutes=11)):
        till.resume()
    till.work()
    assert the(till, operation.id).state is OperationState.DONE
    assert till.stripe.count("transfer") == 1
    assert till.broken() == []


def test_m7_an_account_that_the_provider_knows_no_more_ends_the_transfer_for_a_person(till: Till) -> None:
    operation_id = owe_transfer(till)

    class Closed:
        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def transfer(self, asked: Any) -> Any:
            raise ProviderRefused("no such destination")

        def account(self, account_id: str) -> Any:
            raise ProviderRefused("no such account")

    till.work(Closed())  # type: ignore[arg-type]

    failed = the(till, operation_id)
    assert (failed.state, failed.problem) == (OperationState.FAILED, "no such destination")
    till.resume()
    assert till.work() == 0
    assert till.broken() == []


def test_an_answer_that_comes_late_leaves_no_problem_on_what_was_done(till: Till) -> None:
    operation_id = owe_transfer(till)

    class Lost:
        """Another worker gets through while this one loses its connection."""

        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def transfer(self, asked: Any) -> Any:
            till.run(operation_id)
            raise ProviderUnavailable("the connection was lost")

    with pytest.raises(ProviderUnavailable):
        till.run(operation_id, Lost())  # type: ignore[arg-type]

    assert the(till, operation_id).problem is None
    assert_done_once(till, "transfer", operation_id)


def test_a_balance_that_does_not_cover_it_is_asked_again_later_under_a_new_key(till: Till) -> None:
    operation_id = owe_transfer(till)
    before = the(till, operation_id)

    class Poor:
        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def transfer(self, asked: Any) -> Any:
            raise BalanceInsufficient("not yet")

    till.work(Poor())  # type: ignore[arg-type]

    waiting = the(till, operation_id)
    assert waiting.state is OperationState.READY
    assert waiting.idempotency_key != before.idempotency_key
    assert till.jobs() == ["run_operation"]  # in ten minutes
    assert till.work() == 0
    till.run(operation_id)
    assert_done_once(till, "transfer", operation_id)


def test_a_stale_refusal_never_undoes_what_was_done_meanwhile(till: Till) -> None:
    operation_id = owe_transfer(till)

    class Late:
        """Another worker gets through while this one is being refused."""

        def __getattr__(self, name: str) -> Any:
            return getattr(till.stripe.gateway, name)

        def transfer(self, asked: Any) -> Any:
            till.run(operation_id)
            raise ProviderRefused("an answer to an older question")

    till.run(operation_id, Late())  # type: ignore[arg-type]

    assert_done_once(till, "transfer", operation_id)


def test_what_a_crash_left_without_a_job_is_found_again(till: Till) -> None:
    operation_id = owe_transfer(till)
    till.sql("delete from procrastinate_jobs")

    till.resume()
    till.resume()
    assert till.jobs() == ["run_operation"]
    till.work()

    assert_done_once(till, "transfer", operation_id)


def test_operations_of_one_order_share_a_lock(till: Till) -> None:
    owe_transfer(till)

    [lock] = till.sql("select lock from procrastinate_jobs")
    assert lock == f"order:{till.rows(Payment)[0].order_id}"
    assert [each.kind for each in till.operations()] == [OperationKind.TRANSFER]
