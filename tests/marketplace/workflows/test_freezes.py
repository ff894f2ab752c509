"""While something is looked into, accepted goods keep their money here; then it goes on by itself, once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders import queries as orders
from marketplace.payments import freezes
from marketplace.payments import queries as payment_rows
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.models import (
    Freeze,
    FreezeWhy,
    Operation,
    OperationState,
    PayoutSchedule,
    Release,
    ReleaseState,
)
from marketplace.workflows.money import releasing, settlement
from tests.money import Till
from tests.worlds import Person

CAUSE = "dp_1"


def freeze(till: Till, why: FreezeWhy = FreezeWhy.DISPUTE, cause: str = CAUSE, **scope: Any) -> None:
    with till.app.app_context(), transaction():
        freezes.freeze(why, cause, by=SYSTEM, **scope)


def lift(till: Till, why: FreezeWhy = FreezeWhy.DISPUTE, cause: str = CAUSE) -> bool:
    with till.app.app_context(), transaction():
        return freezes.lift(why, cause, by=SYSTEM)


def schedule(till: Till, days: int, *, by: Person, of: Person | None = None) -> None:
    row = PayoutSchedule(
        organisation_id=of and of.organisation_id, days=days, set_by=by.user_id, reason="Agreed with the factory."
    )
    with till.app.app_context(), transaction():
        session().add(row)


def release_due(till: Till, *, days: int = 0) -> None:
    with clock.moved_by(timedelta(days=days)), till.app.app_context():
        releasing.release_due()


def waiting(till: Till) -> list[tuple[ReleaseState, bool]]:
    return [(each.state, each.ended_at is not None) for each in till.rows(Release)]


Scope = Callable[[UUID, Person], dict[str, UUID]]
SCOPES: dict[str, Scope] = {
    "of the order": lambda order_id, _: {"order_id": order_id},
    "of the seller": lambda _, seller: {"organisation_id": seller.organisation_id},
    "of everything": lambda _, __: {},
}


@pytest.fixture(params=sorted(SCOPES))
def scope(request: pytest.FixtureRequest) -> Scope:
    return SCOPES[str(request.param)]


def test_goods_accepted_under_a_freeze_wait_and_are_released_once_it_is_lifted(till: Till, scope: Scope) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    freeze(till, **scope(order_id, seller))

    till.release(order_id)
    release_due(till)
    till.work()

    assert waiting(till) == [(ReleaseState.WAITING, False)]
    assert till.operations() == []
    assert till.balance("held") == -10_000
    assert till.broken() == []

    assert lift(till)
    assert till.jobs() == ["release_job"]
    till.work()

    assert waiting(till) == [(ReleaseState.RELEASED, True)]
    assert till.payment(order_id).transferred_minor == 9_200
    assert till.balance("held") == till.balance("payable") == 0
    assert till.broken() == []


def test_a_transfer_that_is_owed_is_not_sent_under_a_freeze_and_goes_on_after_it(till: Till, scope: Scope) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    freeze(till, **scope(order_id, seller))

    till.work()
    [operation] = till.operations()
    assert (operation.state, operation.attempts) == (OperationState.READY, 0)
    assert operation.problem == "It waits: the customer's bank disputes the payment of this order."
    till.resume()
    assert till.jobs() == []  # nobody asks for what is frozen

    lift(till)
    till.work()

    assert till.stripe.count("transfer") == 1
    assert till.operations()[0].problem is None
    assert till.broken() == []


def test_an_answer_that_was_lost_is_not_asked_for_again_under_a_freeze(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.release(order_id)
    till.stripe.fail("drop_before", "POST", "/v1/transfers")
    [operation] = till.operations()
    with pytest.raises(ProviderUnavailable):
        till.run(operation.id)
    freeze(till, order_id=order_id)

    till.run(operation.id)
    assert till.stripe.count("transfer") == 0

    lift(till)
    till.work()
    assert till.stripe.count("transfer") == 1


def test_what_concerns_others_freezes_nothing_here(till: Till) -> None:
    other = till.paid({None: 800, till.seller(): 9_200})
    order_id = till.paid({None: 800, till.seller(): 9_200})
    freeze(till, order_id=other)
    freeze(till, organisation_id=till.seller().organisation_id)

    till.release(order_id)
    till.work()

    assert waiting(till) == []
    assert till.payment(order_id).transferred_minor == 9_200


def test_a_changed_destination_holds_what_is_sent_there_and_nothing_else(till: Till) -> None:
    one, two = till.seller(), till.seller()
    order_id = till.paid({None: 800, one: 6_000, two: 3_200})
    freeze(till, FreezeWhy.DESTINATION_CHANGED, organisation_id=one.organisation_id)

    till.release(order_id)
    till.work()

    assert waiting(till) == []
    assert till.payment(order_id).transferred_minor == 3_200
    assert till.balance("payable") == -6_000


def test_one_cause_freezes_once_and_the_last_of_two_causes_lets_go(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    for _ in range(3):
        freeze(till, order_id=order_id)
    freeze(till, FreezeWhy.RECONCILIATION, "report 4")
    assert len(till.rows(Freeze)) == 2
    till.release(order_id)

    lift(till)
    till.work()
    assert waiting(till) == [(ReleaseState.WAITING, False)]
    assert not lift(till)

    lift(till, FreezeWhy.RECONCILIATION, "report 4")
    till.work()
    assert waiting(till) == [(ReleaseState.RELEASED, True)]


def test_the_same_cause_may_freeze_again_after_it_was_lifted(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    freeze(till, order_id=order_id)
    lift(till)
    freeze(till, order_id=order_id)

    with till.app.app_context():
        [found] = payment_rows.freezes_on(order_id, [])
    assert (found.why, found.cause) == (FreezeWhy.DISPUTE, CAUSE)
    assert len(till.rows(Freeze)) == 2


def test_a_freeze_whose_time_is_over_is_lifted_by_itself(till: Till) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    until = clock.now() + timedelta(hours=72)
    freeze(till, FreezeWhy.DESTINATION_CHANGED, organisation_id=seller.organisation_id, ends_at=until)
    till.release(order_id)
    till.work()

    release_due(till, days=2)
    assert till.jobs() == []
    release_due(till, days=4)
    till.work()

    assert till.payment(order_id).transferred_minor == 9_200


def test_money_that_goes_back_to_the_customer_meanwhile_is_not_released(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    freeze(till, order_id=order_id)
    till.release(order_id)
    till.give_back(order_id, 4_000)
    till.work()
    assert till.payment(order_id).refunded_minor == 4_000  # a refund is never frozen
    assert till.broken() == []

    till.give_back_the_rest(order_id, "another")
    lift(till)
    till.work()

    assert waiting(till) == [(ReleaseState.DROPPED, True)]
    assert till.payment(order_id).transferred_minor == 0
    assert till.balance("held") == 0
    assert till.broken() == []


def test_a_part_that_went_back_meanwhile_is_missing_in_what_is_released(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    freeze(till, order_id=order_id)
    till.release(order_id)
    till.give_back(order_id, 5_000)

    lift(till)
    till.work()

    assert till.payment(order_id).transferred_minor == 4_600
    assert till.broken() == []


def test_money_is_released_the_agreed_days_after_acceptance(till: Till, staff: Person) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    schedule(till, 3, by=staff)
    schedule(till, 7, by=staff, of=seller)
    till.release(order_id)
    till.release(order_id)

    release_due(till, days=6)
    assert waiting(till) == [(ReleaseState.WAITING, False)]

    release_due(till, days=8)
    till.work()
    assert waiting(till) == [(ReleaseState.RELEASED, True)]
    assert till.payment(order_id).transferred_minor == 9_200
    assert till.broken() == []


def test_the_newest_schedule_counts_an_own_one_before_everybodys_and_the_longest_of_the_parties(
    till: Till, staff: Person
) -> None:
    one, two, three = till.seller(), till.seller(), till.seller()
    schedule(till, 9, by=staff, of=one)
    schedule(till, 2, by=staff, of=one)
    schedule(till, 5, by=staff)

    def days(*parties: Person) -> int:
        with till.app.app_context():
            return payment_rows.against_release(UUID(int=0), [each.organisation_id for each in parties]).days

    assert days(one) == 2
    assert days(two) == 5
    assert days(one, three) == 5
    assert days() == 0
    schedule(till, 0, by=staff, of=one)
    assert days(one) == 0


def test_a_day_that_comes_under_a_freeze_waits_for_its_end(till: Till, staff: Person) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    schedule(till, 3, by=staff)
    till.release(order_id)
    freeze(till, order_id=order_id)

    release_due(till, days=4)
    assert waiting(till) == [(ReleaseState.WAITING, False)]
    lift(till)
    assert till.jobs() == []  # its day has not come
    release_due(till, days=4)
    assert waiting(till) == [(ReleaseState.RELEASED, True)]


def test_many_hands_release_what_waited_once(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    freeze(till, order_id=order_id)
    till.release(order_id)
    lift(till)
    with till.app.app_context():
        job_id = orders.to_change(order_id).jobs[0].id
    gate = threading.Barrier(4)
    failures: list[BaseException] = []

    def run() -> None:
        gate.wait()
        try:
            with till.app.app_context():
                releasing.release_job(order_id, job_id)
        except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failures == []
    assert [each.amount_minor for each in till.rows(Operation)] == [9_200]
    assert till.broken() == []


def test_without_freezes_and_days_release_asks_one_question_more(till: Till, statements: Any) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    with till.app.app_context(), transaction():
        [job] = orders.to_change(order_id).jobs
        with statements() as asked:
            settlement.release(job)

    assert sum("freezes" in each for each in asked) == 1
    assert not any("releases" in each for each in asked)


def test_negative_control_the_stored_proofs_notice_a_release_that_is_not_in_the_books(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    freeze(till, order_id=order_id)
    till.release(order_id)
    assert till.broken() == []

    till.sql("update releases set state = 'released', ended_at = now()")

    assert {each for each, *_ in till.broken()} == {"M11"}
    assert len(till.broken()) == 2


def test_a_freeze_and_an_acceptance_at_once_leave_it_either_waiting_or_owed(till: Till) -> None:
    for at in range(5):
        order_id = till.paid({None: 800, till.seller(): 9_200})
        gate = threading.Barrier(2)
        acts = (partial(till.release, order_id), partial(freeze, till, cause=f"dp_{at}", order_id=order_id))

        def run(act: Callable[[], None], gate: threading.Barrier = gate) -> None:
            gate.wait()
            act()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        till.work()
        assert till.payment(order_id).transferred_minor == 0 or not till.rows(Release, order_id=order_id)

    assert till.broken() == []
