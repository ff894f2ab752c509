"""What the provider refused for good is asked again when a person says so: under a new key, once, within the caps."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from marketplace.audit.models import AuditEvent
from marketplace.kernel.transaction import transaction
from marketplace.payments.errors import (
    MoreThanCaptured,
    OperationNotFailed,
    OperationNotFound,
    ProviderRefused,
    RefundedAlready,
)
from marketplace.payments.models import Operation, OperationState
from marketplace.workflows.money import retrying
from tests.money import Till
from tests.worlds import Person

WHY = "The bank account was put right."


class Refusing:
    """A provider that says no to everything that moves money, before or after it did it."""

    def __init__(self, till: Till, *, after: bool = False) -> None:
        self._till, self._after = till, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._till.stripe.gateway, name)

    def transfer(self, asked: Any) -> Any:
        return self._refuse("transfer", asked)

    def refund(self, asked: Any) -> Any:
        return self._refuse("refund", asked)

    def _refuse(self, what: str, asked: Any) -> Any:
        if self._after:
            getattr(self._till.stripe.gateway, what)(asked)
        raise ProviderRefused("no, and no again")


def the(till: Till, operation_id: UUID) -> Operation:
    found: Operation = till.rows(Operation, id=operation_id)[0]
    return found


def retry(till: Till, operation_id: UUID, by: Person) -> None:
    with till.app.app_context(), transaction():
        retrying.retry(operation_id, reason=WHY, by=by.actor)


def failed(till: Till, kind: str, *, after: bool = False) -> Operation:
    """A transfer or refund that the provider refused for good."""
    order_id = till.paid({None: 800, till.seller(): 9_200})
    (till.release if kind == "transfer" else till.refund)(order_id)
    till.work(Refusing(till, after=after))  # type: ignore[arg-type]
    [operation] = till.operations()
    assert operation.state is OperationState.FAILED
    return operation


@pytest.mark.parametrize("kind", ["transfer", "refund"])
def test_m10_what_failed_is_asked_again_under_a_new_key_and_done_once(till: Till, staff: Person, kind: str) -> None:
    operation = failed(till, kind)

    retry(till, operation.id, staff)
    ready = the(till, operation.id)
    assert (ready.state, ready.attempts) == (OperationState.READY, 1)
    assert ready.idempotency_key != operation.idempotency_key
    assert till.jobs() == ["run_operation"]
    till.work()

    assert the(till, operation.id).state is OperationState.DONE
    assert till.stripe.count(kind) == 1
    assert till.broken() == []
    [told] = till.rows(AuditEvent, verb="operation.retried")
    assert (told.subject_id, told.user_id) == (operation.id, staff.user_id)
    assert told.details == {"reason": WHY, "problem": "no, and no again"}


@pytest.mark.parametrize("kind", ["transfer", "refund"])
def test_m10_what_was_carried_out_before_the_no_is_found_and_not_sent_again(
    till: Till, staff: Person, kind: str
) -> None:
    operation = failed(till, kind, after=True)

    retry(till, operation.id, staff)
    till.work()

    assert the(till, operation.id).state is OperationState.DONE
    assert till.stripe.count(kind) == 1
    assert till.broken() == []


def test_m10_evidence_that_comes_before_the_next_ask_ends_it(till: Till, staff: Person) -> None:
    operation = failed(till, "transfer", after=True)
    retry(till, operation.id, staff)
    till.sql("delete from procrastinate_jobs")

    [event] = till.stripe.events("transfer.created")
    till.deliver(event)
    till.work()

    assert the(till, operation.id).state is OperationState.DONE
    assert till.broken() == []


def test_a_second_no_fails_it_again(till: Till, staff: Person) -> None:
    operation = failed(till, "transfer")

    retry(till, operation.id, staff)
    till.work(Refusing(till))  # type: ignore[arg-type]

    assert (the(till, operation.id).state, the(till, operation.id).attempts) == (OperationState.FAILED, 2)
    assert till.broken() == []


def test_only_what_has_failed_is_asked_again(till: Till, staff: Person) -> None:
    operation = failed(till, "transfer")
    retry(till, operation.id, staff)

    with pytest.raises(OperationNotFailed):
        retry(till, operation.id, staff)
    till.work()
    with pytest.raises(OperationNotFailed):
        retry(till, operation.id, staff)
    with pytest.raises(OperationNotFound):
        retry(till, uuid4(), staff)
    assert till.jobs() == []


def test_m12_a_retry_never_exceeds_what_was_paid(till: Till, staff: Person) -> None:
    operation = failed(till, "refund")
    till.sql("update payments set transferred_minor = 1")
    till.sql(
        "insert into provider_operations (id, created_at, kind, reason, payment_id, party_id, amount_minor, currency,"
        " idempotency_key, state, attempts) select gen_random_uuid(), now(), 'transfer', 'planted', payment_id, null,"
        " 1, currency, gen_random_uuid(), 'ready', 0 from provider_operations"
    )

    with pytest.raises(MoreThanCaptured):
        retry(till, operation.id, staff)


def test_m12_what_is_owed_back_is_the_customers_although_the_provider_refused_it(till: Till, staff: Person) -> None:
    operation = failed(till, "refund")
    [order_id] = till.sql("select order_id from payments")
    with pytest.raises(RefundedAlready):
        till.release(order_id)

    assert till.balance("refund_clearing") == -10_000
    retry(till, operation.id, staff)
    till.work()
    assert till.balance("refund_clearing") == 0
    assert till.broken() == []
