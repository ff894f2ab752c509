"""M3, M12, C1, C2 when two act at once: what is affordable wins, the other is told so, and the books balance.

`make money` plays 200 rounds of each pair (MONEY_ROUNDS=number).
"""

import os
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from flask import Flask

from marketplace.claims.models import Remedy
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.ledger.models import Journal
from marketplace.orders import queries as orders
from marketplace.orders.states import JobState, OrderState
from marketplace.payments import operations
from marketplace.payments import queries as payment_rows
from marketplace.payments.models import OperationKind, OperationState, Payment, PaymentState
from marketplace.workflows.money import settlement
from marketplace.workflows.ordering import claiming, fulfilment
from tests.fire import at_once, room_for
from tests.money_tales import FURTHER, Plot, Stage, Tale

ROUNDS = int(os.environ.get("MONEY_ROUNDS", "5"))
PLOT = Plot("at once", "EUR", (801, 6_000, 2_000, 1_199), FURTHER[:2], 3_001, ())
TOTAL = 10_000

Act = Callable[[], str]
Record = Callable[[str, object], None]


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage.set_up(app, seed="at once")


def paid(stage: Stage) -> Tale:
    told = Tale(stage, PLOT)
    told.charge()
    return told


def play(stage: Stage, acts: Sequence[Act]) -> list[str]:
    with room_for(stage.till.app, 2 * len(acts)):
        return at_once(stage.till.app, acts)


def proved(record_property: Record, pair: str, ends: Counter[tuple[str, ...]], stage: Stage) -> None:
    """So many rounds were played, and nothing stored is broken."""
    record_property("rounds", ROUNDS)
    print(f"{pair}: {ROUNDS} rounds, {dict(ends)}")  # noqa: T201 - `make money` shows who won how often
    assert ends.total() == ROUNDS
    assert stage.broken() == []


def give_back(tale: Tale, minor: int, reason: str) -> str:
    tale.till.give_back(tale.order_id, minor, reason)
    return "refunded"


def test_m12_refund_and_payout_at_once(stage: Stage, record_property: Record) -> None:
    """The seller ends with its part of the rest, sent or taken back."""
    ends: Counter[tuple[str, ...]] = Counter()
    for _ in range(ROUNDS):
        tale = paid(stage)
        tale.release()
        transfers = tale.operations(OperationKind.TRANSFER, OperationState.READY)

        def send(transfer: Any, tale: Tale = tale) -> str:
            tale.till.run(transfer.id)
            return "sent"

        told = play(stage, [partial(give_back, tale, 5_000, "claim"), *(partial(send, each) for each in transfers)])
        assert told == ["refunded", "sent", "sent", "sent"]
        tale.finish()
        reversals = tale.operations(OperationKind.REVERSAL, OperationState.DONE)
        ends[(f"{len(reversals)} of 3 were sent before",)] += 1
        payment = stage.till.payment(tale.order_id)
        assert payment.refunded_minor == 5_000
        assert payment.transferred_minor - payment.reversed_minor == TOTAL - 5_000 - 400, "the fee is halved, too"
    proved(record_property, "refund and payout", ends, stage)


def test_m12_two_refunds_at_once_of_which_one_is_affordable(stage: Stage, record_property: Record) -> None:
    ends: Counter[tuple[str, ...]] = Counter()
    for number in range(ROUNDS):
        tale = paid(stage)
        if number % 2:
            tale.release()
        told = play(stage, [partial(give_back, tale, 6_000, each) for each in ("one", "two")])
        ends[tuple(told)] += 1
        assert sorted(told) == ["more_than_captured", "refunded"]
        tale.finish()
        assert stage.till.payment(tale.order_id).refunded_minor == 6_000
    proved(record_property, "refund and refund", ends, stage)


def test_c2_the_event_and_the_return_page_at_once(stage: Stage, record_property: Record) -> None:
    """C1: both end in the same function; one of them takes the money in, once."""
    ends: Counter[tuple[str, ...]] = Counter()
    for _ in range(ROUNDS):
        tale = Tale(stage, PLOT)

        def event(tale: Tale = tale) -> str:
            with transaction():
                return settlement.capture(stage.bank.intents[tale.intent_id]).value

        def page(tale: Tale = tale) -> str:
            stage.till.open(tale.order_id)
            return "opened"

        told = play(stage, [event, event, page])
        ends[tuple(sorted(told))] += 1
        assert told[2] == "order_not_awaiting_payment", "it is paid"
        assert set(told[:2]) <= {"applied", "repeated"}
        assert told.count("applied") <= 1
        assert [each.kind for each in stage.till.rows(Journal, order_id=tale.order_id)] == ["charge"]
        [payment] = stage.till.rows(Payment, order_id=tale.order_id)
        assert (payment.state, payment.captured_minor) == (PaymentState.CAPTURED, TOTAL)
    proved(record_property, "event and return page", ends, stage)


SHIPPED = (
    "insert into shipments (id, created_at, job_id, shipped_by, pieces, carrier, tracking_number)"
    " select gen_random_uuid(), now(), id, :by, 1, 'Carrier', '1' from jobs where order_id = :id",
    "update jobs set state = 'shipped', accept_by = :until where order_id = :id",
    "update orders set state = 'shipped' where id = :id",
)


def ship(tale: Tale) -> None:
    """All of it has left; money is tried here, not production."""
    of = {"id": tale.order_id, "by": tale.sellers[0].user_id, "until": clock.now() + timedelta(days=7)}
    for statement in SHIPPED:
        tale.till.sql(statement, **{name: value for name, value in of.items() if f":{name}" in statement})


def accept(tale: Tale) -> str:
    with transaction():
        [job] = orders.to_change(tale.order_id).jobs
        fulfilment.accept_goods(job, by=tale.till.customer.actor)
    return "accepted"


def claim(tale: Tale) -> str:
    with transaction():
        [job] = orders.to_change(tale.order_id).jobs
        claiming.raise_claim(job, by=tale.till.customer.actor, text="Scratched.", pieces=1, remedy=Remedy.RETURN)
    return "claimed"


def test_m12_acceptance_and_a_claim_at_once(stage: Stage, record_property: Record) -> None:
    """Either the sellers are owed the money, or the claim stands and it is held; never both."""
    ends: Counter[tuple[str, ...]] = Counter()
    for _ in range(ROUNDS):
        tale = paid(stage)
        ship(tale)
        told = play(stage, [partial(accept, tale), partial(claim, tale)])
        ends[tuple(told)] += 1
        owed = len(tale.operations(OperationKind.TRANSFER, OperationState.READY))
        [state] = stage.till.sql("select state from jobs where order_id = :id", id=tale.order_id)
        [claims] = stage.till.sql(
            "select count(*) from claims c join jobs j on j.id = c.job_id where j.order_id = :id", id=tale.order_id
        )
        if told[0] == "accepted":
            assert (told[1], owed, state, claims) == ("not_claimable", 3, JobState.DONE, 0)
            assert stage.till.order_state(tale.order_id) is OrderState.ACCEPTED
        else:
            assert (told, owed, state, claims) == (["illegal_move", "claimed"], 0, JobState.CLAIMED, 1)
        tale.finish()
    proved(record_property, "acceptance and claim", ends, stage)


# Negative control.


def without_locks(patch: pytest.MonkeyPatch, count: int) -> None:
    """Nobody locks orders or payments, and all have read before anybody writes.

    The cap on what is committed of a payment reads without the lock, too: it is set aside with it.
    """
    all_have_read = Barrier(count)

    def unlocked(order_id: Any) -> Any:
        found = session().query(Payment).filter_by(order_id=order_id).order_by(Payment.number).all()
        with suppress(BrokenBarrierError):
            all_have_read.wait(timeout=60)
        return found

    patch.setattr(payment_rows, "locked_of_order", unlocked)
    patch.setattr(operations, "refuse_beyond_captured", lambda *_: None)
    patch.setattr(orders, "to_change", lambda order_id: orders._order(orders.Order.id == order_id))


@pytest.mark.parametrize("is_locked", [True, False], ids=["locked", "unlocked"])
def test_negative_control_a_release_without_lock_is_found(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    tale = paid(stage)

    def release() -> str:
        with transaction():
            [job] = orders.to_change(tale.order_id).jobs
            settlement.release(job)
        return "released"

    with monkeypatch.context() as patch:
        if not is_locked:
            without_locks(patch, 2)
        play(stage, [release, partial(give_back, tale, TOTAL, "all")])

    has_found = any("no order has given out more than was held" in each for each in stage.broken())
    assert has_found is not is_locked
