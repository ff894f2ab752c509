"""M1, M2, M3, M6, M10, M12 and C2 over random tales of money; `make money` plays 20,000 of them.

MONEY_CHUNKS=2 MONEY_TALES=10     how many chunks, and how many tales in each; every tale is played in 1 + 4 orders
MONEY_SEED=number                 other tales
"""

import os
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from marketplace.ledger import service as ledger
from marketplace.ledger.values import Outcome as Posted
from marketplace.orders import sharing
from marketplace.payments import operations, outbox
from marketplace.payments.errors import MoreThanCaptured
from marketplace.payments.models import OperationKind, OperationState
from marketplace.workflows.money import sending
from tests.money import Crash, Stumbling, restore
from tests.money_tales import FURTHER, Plot, Stage, Tale

CHUNKS = int(os.environ.get("MONEY_CHUNKS", "2"))
TALES = int(os.environ.get("MONEY_TALES", "10"))
SEED = os.environ.get("MONEY_SEED", "20261128")
ORDERS = 4
LOST = (0.0, 0.2)
"""Every other chunk loses one answer of five."""

Record = Callable[[str, object], None]


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_m3_random_tales_end_in_the_balances_of_the_natural_order(
    app: Flask, record_property: Record, chunk: int
) -> None:
    """M1, M2, M6, M12, C2 too: with them every stored invariant of money holds, and the bank's book is ours."""
    stage = Stage.set_up(app, seed=f"{SEED} {chunk}", lost=LOST[chunk % 2])
    for number in range(TALES):
        stage.play(f"{SEED} {chunk} {number}", orders=ORDERS)
    found = [*stage.differences, *stage.broken()]
    record_property("stories", stage.tales + stage.orderings)
    record_property("orderings", stage.orderings)
    record_property("differences", len(found))
    print(f"seed {SEED}, chunk {chunk}: {stage.tales} tales, {stage.orderings} orderings")  # noqa: T201 - the seed

    assert found == [], found[:3]
    assert stage.orderings == TALES * ORDERS


PLOT = Plot("by hand", "EUR", (801, 6_000, 2_000, 1_199), FURTHER[:2], 3_001, ())
"""Platform, factory, and who drew and who supplied."""


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage.set_up(app, seed="by hand")


@pytest.fixture
def tale(stage: Stage) -> Tale:
    """A paid order of whom nothing was released yet."""
    told = Tale(stage, PLOT)
    told.charge()
    return told


def owe(tale: Tale, kind: OperationKind) -> Any:
    """An operation of a kind that is ready, and everything before it done."""
    if kind is not OperationKind.REFUND:
        tale.release()
    if kind is OperationKind.REVERSAL:
        tale.finish()
    if kind is not OperationKind.TRANSFER:
        tale.partial_refund()
    return tale.operations(kind, OperationState.READY)[0]


def effects(stage: Stage, operation: Any) -> int:
    """How often the bank has done what was asked for once."""
    made = (*stage.bank.transfers.values(), *stage.bank.refunds.values(), *stage.bank.reversals.values())
    return sum(each.operation_id == operation.id for each in made)


def faults(stage: Stage, operation: Any) -> list[str]:
    """What is wrong after an operation: none or more than one effect, a difference in the books, one left undone."""
    times = effects(stage, operation)
    found = [] if times == 1 else [f"{operation.kind} was done {times} times"]
    [now] = [each for each in stage.till.operations() if each.id == operation.id]
    return [*found, *([] if now.state is OperationState.DONE else [f"it is {now.state}"]), *stage.broken()]


METHODS = {OperationKind.TRANSFER: "transfer", OperationKind.REVERSAL: "reverse", OperationKind.REFUND: "refund"}
MOMENTS = ("before call", "after call", "before record")
STEPS = list(product(METHODS, MOMENTS))


def crash(tale: Tale, operation: Any, moment: str, patch: pytest.MonkeyPatch) -> None:
    """The process is gone at this step of the operation."""
    with patch.context() as gone, pytest.raises(Crash):
        if moment == "before record":
            gone.setattr(sending, "_take_in", _is_gone)
            tale.till.run(operation.id)
        else:
            tale.till.run(operation.id, Stumbling(tale.bank, METHODS[operation.kind], moment))  # type: ignore[arg-type]


def _is_gone(*_: object) -> None:
    raise Crash


@pytest.mark.parametrize(("kind", "moment"), STEPS, ids=[", ".join(each) for each in STEPS])
def test_m10_a_crash_at_each_step_of_each_operation_has_one_effect(
    stage: Stage, tale: Tale, monkeypatch: pytest.MonkeyPatch, kind: OperationKind, moment: str
) -> None:
    operation = owe(tale, kind)
    for _ in range(2):
        crash(tale, operation, moment, monkeypatch)
    tale.finish()
    tale.tell()

    assert faults(stage, operation) == []


@pytest.mark.parametrize("kind", list(METHODS))
def test_m10_after_a_restore_what_was_done_is_found_or_replayed_and_not_done_again(
    stage: Stage, tale: Tale, kind: OperationKind
) -> None:
    """The backup is from before the ask: it has the operation and its key, and nothing of what came of them."""
    operation = owe(tale, kind)
    tale.till.run(operation.id)
    restore(tale.till, tale.order_id, kind)
    tale.finish()

    assert faults(stage, operation) == []


@pytest.mark.parametrize("kind", list(METHODS))
def test_m10_after_a_restore_the_events_and_the_books_alone_end_it(
    stage: Stage, tale: Tale, kind: OperationKind
) -> None:
    """The provider has forgotten the key; it is told or reconciled before a worker asks, and then nobody asks."""
    operation = owe(tale, kind)
    tale.till.run(operation.id)
    restore(tale.till, tale.order_id, kind)
    stage.bank.answers.clear()
    tale.tell()
    tale.finish()

    assert faults(stage, operation) == []


def test_m11_paid_out_and_paid_back_only_on_the_providers_evidence(
    stage: Stage, tale: Tale, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has done what was asked for, and we have not seen its answer: nothing says that it is done."""
    transfer = owe(tale, OperationKind.TRANSFER)
    crash(tale, transfer, "before record", monkeypatch)
    tale.partial_refund()
    [refund] = tale.operations(OperationKind.REFUND, OperationState.READY)
    crash(tale, refund, "before record", monkeypatch)
    assert (effects(stage, transfer), effects(stage, refund)) == (1, 1)

    payment = stage.till.payment(tale.order_id)
    assert (payment.transferred_minor, payment.refunded_minor) == (0, 0)
    assert all(each.state is not OperationState.DONE for each in stage.till.operations())
    tale.finish()
    payment = stage.till.payment(tale.order_id)
    assert (payment.transferred_minor - payment.reversed_minor, payment.refunded_minor) == (9_199 - 2_761, 3_001)
    assert stage.broken() == []


# Negative controls: each plants a bug, and the checkers above have to find it.


def test_negative_control_a_new_key_for_each_try_is_found(
    stage: Stage, tale: Tale, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = outbox.begin

    def forgetful(operation_id: Any) -> Any:
        asking = begin(operation_id)
        return asking if isinstance(asking, outbox.Idle) else replace(asking, key=uuid4())

    operation = owe(tale, OperationKind.TRANSFER)
    monkeypatch.setattr(outbox, "begin", forgetful)
    crash(tale, operation, "after call", monkeypatch)
    tale.finish()

    assert "transfer was done 2 times" in faults(stage, operation)
    assert any("M6" in each for each in stage.broken())


def test_negative_control_references_that_are_not_unique_are_found(
    stage: Stage, tale: Tale, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = ledger.post

    def twice(kind: str, *, reference: str, **more: Any) -> Posted:
        if post(kind, reference=reference, **more) is Posted.REPEATED:
            post(kind, reference=f"{reference}:{uuid4()}", **more)
        return Posted.POSTED

    monkeypatch.setattr(ledger, "post", twice)
    tale.release()
    assert stage.broken() == []
    tale.release()

    assert any("no order has given out more than was held" in each for each in stage.broken())


def test_where_refunds_are_forgotten_the_cap_alone_refuses(tale: Tale, monkeypatch: pytest.MonkeyPatch) -> None:
    """M12 stands on two legs: shares that shrink, and what was committed of the payment."""
    monkeypatch.setattr(sharing, "entitled", _as_ordered)
    tale.partial_refund()

    with pytest.raises(MoreThanCaptured):
        tale.till.release(tale.order_id)


def test_negative_control_a_refund_that_ignores_earlier_ones_is_found(
    stage: Stage, tale: Tale, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "entitled", _as_ordered)
    monkeypatch.setattr(sharing, "total_minor", lambda job: sum(_as_ordered(job)[tale.payment_id].values()))
    monkeypatch.setattr(operations, "refuse_beyond_captured", lambda *_: None)
    tale.partial_refund()
    assert stage.broken() == []
    tale.full_refund()

    assert any("no order has given out more than was held" in each for each in stage.broken())


def _as_ordered(job: Any) -> Any:
    found: dict[Any, dict[Any, int]] = {}
    for share in job.shares:
        if share.why == sharing.ORDERED:
            found.setdefault(share.payment_id, {})[share.kind, share.party_id] = share.amount_minor
    return found
