"""The provider's evidence is believed for what was asked and nothing else: amount, currency, kind, and once (M10)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.kernel import clock
from marketplace.kernel.money import CurrencyUnknown, Money
from marketplace.kernel.transaction import transaction
from marketplace.payments.models import EventState, Operation, OperationState, ProviderEvent
from marketplace.payments.ports import RefundState
from marketplace.workflows.money import retrying
from tests.money import Till
from tests.worlds import Person

See = Callable[[Any], Any]


class Showing:
    """A provider whose transfers and refunds look otherwise than they are."""

    def __init__(self, till: Till, see: See) -> None:
        self._till, self._see = till, see

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._till.stripe.gateway, name)
        if name not in ("transfer", "find_transfer", "seen_transfer", "refund", "find_refund", "seen_refund"):
            return found

        def look(*about: Any) -> Any:
            seen = found(*about)
            return None if seen is None else self._see(seen)

        return look


def owe(till: Till, kind: str) -> Operation:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    (till.release if kind == "transfer" else till.refund)(order_id)
    return till.operations()[-1]


def the(till: Till, operation: Operation) -> Operation:
    found: Operation = till.rows(Operation, id=operation.id)[0]
    return found


def other_amount(seen: Any) -> Any:
    return replace(seen, amount=seen.amount - Money(1, "EUR"))


def other_currency(seen: Any) -> Any:
    return replace(seen, amount=Money(seen.amount.minor, "USD"))


def other_books(seen: Any) -> Any:
    return replace(seen, movement=replace(seen.movement, gross=Money(seen.movement.gross.minor, "USD")))


def a_currency_of_no_trade(seen: Any) -> Any:
    raise CurrencyUnknown("'XAU' is not a currency we trade in.")


DIFFERENCES = [
    ("transfer", other_amount),
    ("transfer", other_currency),
    ("transfer", a_currency_of_no_trade),
    ("refund", other_amount),
    ("refund", other_currency),
    ("refund", other_books),
    ("refund", a_currency_of_no_trade),
]


@pytest.mark.parametrize(("kind", "see"), DIFFERENCES)
def test_m10_an_answer_of_another_amount_fails_for_a_person_and_moves_no_books(
    till: Till, staff: Person, kind: str, see: See
) -> None:
    operation = owe(till, kind)

    till.work(Showing(till, see))  # type: ignore[arg-type]

    failed = the(till, operation)
    assert failed.state is OperationState.FAILED
    assert "another amount or currency" in (failed.problem or "")
    [payment] = [till.payment(order_id) for order_id in till.sql("select order_id from payments")]
    assert (payment.transferred_minor, payment.refunded_minor) == (0, 0)
    assert till.broken() == []
    with till.app.app_context(), transaction():
        retrying.retry(operation.id, reason="Is it still different?", by=staff.actor)
    till.work(Showing(till, see))  # type: ignore[arg-type]
    assert the(till, operation).state is OperationState.FAILED
    assert till.stripe.count(kind) == 1, "what was seen there is not sent once more"


@pytest.mark.parametrize(("kind", "see"), DIFFERENCES)
def test_c2_an_event_about_another_amount_is_set_aside(till: Till, kind: str, see: See) -> None:
    operation = owe(till, kind)
    seen_at = Showing(till, see)
    till.sql("delete from procrastinate_jobs")
    lose_receipt(till, operation)

    [event] = till.stripe.events(f"{kind}.created")
    till.deliver(event)
    till.handle(event["id"], seen_at)  # type: ignore[arg-type]

    [told] = till.rows(ProviderEvent, id=event["id"])
    assert (told.state, told.outcome) == (EventState.QUARANTINED, "different")
    assert the(till, operation).state is OperationState.READY
    assert till.broken() == []


def lose_receipt(till: Till, operation: Operation) -> None:
    """It is carried out there, and we never hear the answer."""

    def lost(seen: Any) -> Any:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        till.run(operation.id, Showing(till, lost))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["transfer", "refund"])
def test_c2_money_that_moved_a_second_time_for_one_operation_is_set_aside(till: Till, kind: str) -> None:
    operation = owe(till, kind)
    till.work()
    assert the(till, operation).state is OperationState.DONE

    [event] = till.stripe.events(f"{kind}.created")
    again = {**event, "id": "evt_again", "data": {"object": {**event["data"]["object"], "id": "another"}}}
    till.deliver(again)
    provider_id = the(till, operation).provider_id
    with till.app.app_context():
        seen = getattr(till.stripe.gateway, f"seen_{kind}")(provider_id)
    till.handle("evt_again", Told(kind, replace(seen, id="another")))  # type: ignore[arg-type]

    [told] = till.rows(ProviderEvent, id="evt_again")
    assert told.outcome == "different"
    assert till.broken() == []


class Told:
    """Shows one thing, whatever is asked."""

    def __init__(self, kind: str, seen: Any) -> None:
        setattr(self, f"seen_{kind}", lambda _: seen)


def test_a_pending_refund_is_not_done_until_it_has_succeeded(till: Till) -> None:
    operation = owe(till, "refund")

    till.work(Showing(till, lambda seen: replace(seen, state=RefundState.PENDING, movement=None)))  # type: ignore[arg-type]

    waiting = the(till, operation)
    assert (waiting.state, waiting.idempotency_key) == (OperationState.READY, operation.idempotency_key)
    assert "does not have the money yet" in (waiting.problem or "")
    assert (till.balance("held"), till.balance("refund_clearing")) == (0, -10_000)
    assert till.jobs() == ["run_operation"]  # in an hour
    till.resume()
    assert till.work() == 0
    [event] = till.stripe.events("refund.created")
    till.deliver({**event, "id": "evt_updated", "type": "refund.updated"})
    till.work()
    assert (the(till, operation).state, the(till, operation).problem) == (OperationState.DONE, None)
    assert till.balance("refund_clearing") == 0
    assert till.broken() == []


def test_a_pending_refund_whose_event_is_lost_is_asked_for_again(till: Till) -> None:
    operation = owe(till, "refund")
    till.work(Showing(till, lambda seen: replace(seen, state=RefundState.PENDING)))  # type: ignore[arg-type]

    with clock.moved_by(timedelta(hours=1, seconds=1)):
        till.run(operation.id)

    assert the(till, operation).state is OperationState.DONE
    assert till.stripe.count("refund") == 1
    assert till.broken() == []


def test_an_event_of_a_pending_refund_changes_nothing(till: Till) -> None:
    operation = owe(till, "refund")
    lose_receipt(till, operation)

    [event] = till.stripe.events("refund.created")
    till.deliver(event)
    till.handle(event["id"], Showing(till, lambda seen: replace(seen, state=RefundState.PENDING)))  # type: ignore[arg-type]

    assert [each.outcome for each in till.rows(ProviderEvent, id=event["id"])] == ["stale"]
    assert the(till, operation).state is OperationState.READY


def test_a_refund_that_failed_there_fails_here_and_may_be_tried_again(till: Till, staff: Person) -> None:
    operation = owe(till, "refund")
    till.work(Showing(till, lambda seen: replace(seen, state=RefundState.FAILED)))  # type: ignore[arg-type]

    failed = the(till, operation)
    assert failed.state is OperationState.FAILED
    assert "did not get the money" in (failed.problem or "")
    assert till.balance("refund_clearing") == -10_000
    with till.app.app_context(), transaction():
        retrying.retry(operation.id, reason="The bank takes it now.", by=staff.actor)
    till.work()
    assert the(till, operation).state is OperationState.DONE
    assert till.broken() == []
