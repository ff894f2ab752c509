"""What a person does at the provider's dashboard is taken in as if we had asked for it: by shares, and once."""

from collections.abc import Mapping
from datetime import timedelta
from itertools import permutations
from uuid import UUID

import pytest

from marketplace.capacity.models import Hold
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.ids import new_id
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction, write_noted
from marketplace.notifications.kinds import NoticeKind
from marketplace.orders import placing
from marketplace.orders import queries as orders
from marketplace.payments import service as payments
from marketplace.payments.models import EventState, Operation, OperationKind, OperationState, ProviderEvent
from marketplace.workflows.money import refunding, retrying, settlement
from marketplace.workflows.money.showing_refunds import RefundBy, RefundWhy
from marketplace.workflows.ordering.buying import bought
from tests.marketplace.workflows.test_refunding import at_stripe, kinds
from tests.money import Crash, Stumbling, Till
from tests.worlds import Person

MOMENTS = ("held", "released", "sent")


def at(till: Till, order_id: UUID, moment: str) -> None:
    if moment != "held":
        till.release(order_id)
    if moment == "sent":
        till.work()


def refund_by_hand(till: Till, order_id: UUID, minor: int | None = None) -> str:
    """A person gives money back at the dashboard."""
    asked = {"payment_intent": till.payment(order_id).intent_id or ""} | ({} if minor is None else {"amount": minor})
    return till.stripe.client.v1.refunds.create(asked).id  # type: ignore[arg-type]


def hear(till: Till, *kinds_of_events: str) -> None:
    """The provider tells, twice over, and all that follows is done."""
    for kind in kinds_of_events:
        for event in till.stripe.events(kind):
            for copy in ("", "_again"):
                till.deliver(event | {"id": event["id"] + copy})
    till.work()


def assert_books_agree(till: Till) -> None:
    assert till.broken() == []
    assert till.balance("stripe") == till.stripe.balance_transactions()


def outcomes(till: Till, kind: str) -> set[tuple[EventState, str | None]]:
    return {(each.state, each.outcome) for each in till.rows(ProviderEvent, kind=kind)}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize(("minor", "one_bears", "two_bears"), [(3_001, 1_801, 960), (10_000, 6_000, 3_199)])
def test_a_refund_at_the_dashboard_is_borne_by_shares_as_any_refund_is(
    till: Till, moment: str, minor: int, one_bears: int, two_bears: int
) -> None:
    one, two = till.seller(), till.seller()
    order_id = till.paid({None: 801, one: 6_000, two: 3_199})
    at(till, order_id, moment)

    refund_id = refund_by_hand(till, order_id, minor)
    hear(till, "refund.created", "refund.updated")
    if moment == "held" and minor < 10_000:
        till.release(order_id)
        till.work()

    [refund] = [each for each in till.operations() if each.kind is OperationKind.REFUND]
    assert (refund.state, refund.provider_id, refund.amount_minor) == (OperationState.DONE, refund_id, minor)
    assert refund_id in refund.reason
    assert "dashboard" in refund.reason
    [told] = till.told(order_id).refunds
    assert (told.why, told.by, told.job_id) == (RefundWhy.STAFF, RefundBy.STAFF, None)
    assert till.payment(order_id).refunded_minor == minor
    for seller, share, bears in ((one, 6_000, one_bears), (two, 3_199, two_bears)):
        assert at_stripe(till, seller) == share - bears
    assert till.balance("platform_fee") == -(801 - (minor - one_bears - two_bears))
    assert till.balance("payable") == till.balance("held") == till.balance("refund_clearing") == 0
    assert till.stripe.count("refund") == 1
    assert_books_agree(till)


def test_the_customer_and_those_who_bear_it_are_told(till: Till) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})

    refund_by_hand(till, order_id, 1_000)
    hear(till, "refund.created")

    told = "select organisation_id from notices where kind = :kind"
    assert set(till.sql(told, kind=NoticeKind.REFUND_ADOPTED)) == {
        till.customer.organisation_id,
        seller.organisation_id,
    }
    (number,) = till.sql("select number from orders")
    assert sorted(till.sql("select text from notices where kind = :kind", kind=NoticeKind.REFUND_ADOPTED)) == [
        f"10.00 EUR of order {number}, 9.20 EUR of it out of your part.",
        f"10.00 EUR of order {number}.",
    ]
    assert till.sql("select details->>'amount_minor' from audit_events where verb = 'payment.refund_adopted'") == [
        "1000"
    ]


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_in_every_kind_of_currency_it_adds_up(till: Till, currency: str) -> None:
    one, two = till.seller(), till.seller()
    order_id = till.paid({None: 800, one: 5_210, two: 3_990}, currency=currency)
    at(till, order_id, "sent")

    refund_by_hand(till, order_id, 3_330)
    hear(till, "refund.created")

    assert till.payment(order_id).refunded_minor == 3_330
    assert_books_agree(till)


def basket(till: Till, *of_jobs: Mapping[Person | None, int]) -> tuple[UUID, list[UUID]]:
    """A paid order of several jobs, each divided as told; its id and those of its jobs."""
    pay_by, payment_id = clock.now() + timedelta(hours=1), new_id()
    with till.app.app_context(), transaction():
        lines = []
        for shares in of_jobs:
            quote, offer = till._quote(shares, "EUR", pay_by)
            hold = Hold(id=new_id(), work_centre_id=offer.work_centre_id, minutes=1, expires_at=pay_by)
            session().add(hold)
            session().flush()
            lines.append(bought(quote, offer, hold.id))
        order = placing.place(lines, placing.Terms(), by=till.customer.actor, payment_id=payment_id, pay_by=pay_by)
        payments.expect(order.id, Money(order.total_minor, "EUR"), payment_id=payment_id)
        write_noted()
        job_ids = [job.id for job in order.jobs]
        for job_id, shares in zip(job_ids, of_jobs, strict=True):
            till._share_out(job_id, payment_id, shares)
    till.pay(order.id)
    hear(till, "payment_intent.succeeded")
    return order.id, job_ids


def test_one_that_names_no_job_is_borne_by_all_in_proportion_to_what_each_has_left(till: Till) -> None:
    """One is released and sent, one is held, and of the third nothing is left."""
    one, two, three = till.seller(), till.seller(), till.seller()
    order_id, job_ids = basket(till, {None: 600, one: 5_400}, {None: 300, two: 2_700}, {None: 100, three: 900})
    with till.app.app_context(), transaction():
        first, _, last = (orders.job_of(orders.to_change(order_id), each) for each in job_ids)
        settlement.release(first)
        refunding.refund_all(last, reason="declined", by=till.customer.actor)
    till.work()

    refund_by_hand(till, order_id, 3_000)
    hear(till, "refund.created")

    left = "select sum(amount_minor)::int from job_shares where job_id = :id"
    assert [till.sql(left, id=each) for each in job_ids] == [[4_000], [2_000], [0]]
    assert at_stripe(till, one) == 5_400 - 1_800
    assert (till.balance("held"), till.balance("payable"), till.balance("platform_fee")) == (-2_000, 0, -400)
    assert [minor for minor, _ in kinds(till, OperationKind.REFUND)] == [1_000, 3_000]
    assert_books_agree(till)


def test_our_own_refund_whose_answer_was_lost_is_not_adopted_beside_itself(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.give_back(order_id, 1_000)
    operation = till.operations()[-1]
    stumbling = Stumbling(till.stripe.gateway, "refund", "after call")
    with pytest.raises(Crash):
        till.run(operation.id, stumbling)  # type: ignore[arg-type]

    hear(till, "refund.created")

    assert kinds(till, OperationKind.REFUND) == [(1_000, OperationState.DONE)]
    assert_books_agree(till)


@pytest.mark.parametrize("state", ["unsent", "failed"])
def test_what_we_owed_and_had_not_got_done_is_done_by_a_person(till: Till, state: str) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.give_back(order_id, 1_000)
    if state == "failed":
        till.sql("update provider_operations set state = 'failed', attempts = 1 where kind = 'refund'")

    refund_by_hand(till, order_id, 1_000)
    [event] = till.stripe.events("refund.created")
    till.deliver(event)
    till.handle(event["id"])
    till.work()

    assert kinds(till, OperationKind.REFUND) == [(1_000, OperationState.DONE)]
    assert till.stripe.count("refund") == 1
    assert till.payment(order_id).refunded_minor == 1_000
    assert_books_agree(till)


def test_more_than_is_left_is_kept_for_a_person(till: Till) -> None:
    """The rest is on its way to the customer already; the provider would refuse one of the two."""
    order_id = till.paid({None: 800, till.seller(): 9_200})
    till.give_back(order_id, 4_000)

    refund_by_hand(till, order_id, 7_000)
    hear(till, "refund.created")

    assert outcomes(till, "refund.created") == {(EventState.QUARANTINED, "different")}
    assert till.payment(order_id).refunded_minor == 0
    assert till.broken() == []


def test_a_refund_of_what_is_none_of_ours_is_kept_for_a_person(till: Till) -> None:
    intent = till.stripe.client.v1.payment_intents.create({"amount": 1_000, "currency": "eur"})
    till.stripe.pay(intent.id)
    till.stripe.client.v1.refunds.create({"payment_intent": intent.id})

    hear(till, "refund.created")

    assert outcomes(till, "refund.created") == {(EventState.QUARANTINED, "unknown")}
    assert till.rows(Operation) == []


def test_parents_first_a_refund_heard_of_before_its_payment_takes_the_payment_in(till: Till) -> None:
    order_id = till.order({None: 800, till.seller(): 9_200})
    intent_id = till.pay(order_id)
    till.stripe.client.v1.refunds.create({"payment_intent": intent_id, "amount": 1_000})

    hear(till, "refund.created")

    assert (till.payment(order_id).captured_minor, till.payment(order_id).refunded_minor) == (10_000, 1_000)
    assert till.balance("held") == -9_000
    hear(till, "payment_intent.succeeded")
    assert_books_agree(till)


def test_a_refund_by_hand_that_fails_is_owed_and_made_again_by_a_person(till: Till, staff: Person) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    refund_id = refund_by_hand(till, order_id, 1_000)
    hear(till, "refund.created")

    till.stripe.fail_refund(refund_id)
    hear(till, "refund.failed", "refund.updated", "refund.created")

    [failed] = [each for each in till.operations() if each.kind is OperationKind.REFUND]
    assert failed.state is OperationState.FAILED
    assert till.balance("refund_clearing") == -1_000
    assert_books_agree(till)
    with till.app.app_context(), transaction():
        retrying.retry(failed.id, reason="The customer has named another card.", by=staff.actor)
    till.work()
    assert kinds(till, OperationKind.REFUND) == [(1_000, OperationState.DONE)]
    assert till.balance("refund_clearing") == 0
    assert_books_agree(till)


@pytest.mark.parametrize("is_ours", [True, False])
def test_m3_a_refund_that_failed_before_we_knew_of_its_success_is_in_the_books_both_ways(
    till: Till, is_ours: bool
) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    if is_ours:
        till.give_back(order_id, 1_000)
        with pytest.raises(Crash):
            till.run(till.operations()[-1].id, Stumbling(till.stripe.gateway, "refund", "after call"))  # type: ignore[arg-type]
        [refund_id] = till.stripe.served.sandbox.api.world.kind("refund")
        till.stripe.fail_refund(refund_id.id)
    else:
        till.stripe.fail_refund(refund_by_hand(till, order_id, 1_000))

    hear(till, "refund.failed", "refund.created")

    assert till.sql("select kind from journals where kind like 'refund%' order by id") == (
        ["refund_allocation"] * is_ours + ["refund", "refund_failed"]
    )
    assert till.payment(order_id).refunded_minor == 0
    assert kinds(till, OperationKind.REFUND) == ([(1_000, OperationState.FAILED)] if is_ours else [])
    assert_books_agree(till)


@pytest.mark.parametrize("order", list(permutations(("created", "failed", "payment"))), ids="-".join)
def test_m3_in_whatever_order_it_is_told_the_balances_are_the_same(till: Till, order: tuple[str, ...]) -> None:
    kinds_of = {"created": "refund.created", "failed": "refund.failed", "payment": "payment_intent.succeeded"}
    order_id = till.order({None: 800, till.seller(): 9_200})
    intent_id = till.pay(order_id)
    till.stripe.client.v1.refunds.create({"payment_intent": intent_id, "amount": 2_000})
    second = till.stripe.client.v1.refunds.create({"payment_intent": intent_id, "amount": 1_000})
    till.stripe.fail_refund(second.id)

    for each in order:
        hear(till, kinds_of[each])

    assert till.payment(order_id).refunded_minor == 2_000
    assert (till.balance("held"), till.balance("refund_clearing")) == (-8_000, 0)
    assert_books_agree(till)


def transfer_of(till: Till) -> Operation:
    [transfer] = [each for each in till.operations() if each.kind is OperationKind.TRANSFER]
    return transfer


def test_a_reversal_at_the_dashboard_is_owed_to_the_seller_again_and_waits_for_a_person(
    till: Till, staff: Person
) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    at(till, order_id, "sent")

    till.stripe.client.v1.transfers.reversals.create(transfer_of(till).provider_id or "", {"amount": 1_200})
    hear(till, "transfer.reversed")

    assert kinds(till, OperationKind.REVERSAL) == [(1_200, OperationState.DONE)]
    assert kinds(till, OperationKind.TRANSFER) == [(9_200, OperationState.DONE), (1_200, OperationState.FAILED)]
    assert till.payment(order_id).reversed_minor == 1_200
    assert till.balance("payable") == -1_200
    till.resume()
    till.work()
    assert at_stripe(till, seller) == 8_000, "nobody sends it but a person"
    assert_books_agree(till)
    [waiting] = [each for each in till.operations() if each.state is OperationState.FAILED]
    with till.app.app_context(), transaction():
        retrying.retry(waiting.id, reason="It was the wrong transfer.", by=staff.actor)
    till.work()
    assert (at_stripe(till, seller), till.balance("payable")) == (9_200, 0)
    assert_books_agree(till)


def test_m5_a_debt_that_a_person_gets_back_at_the_dashboard_is_paid(till: Till) -> None:
    seller = till.seller()
    account_id = till.account(seller).provider_id or ""
    order_id = till.paid({None: 800, seller: 9_200})
    at(till, order_id, "sent")
    till.stripe.empty(account_id)
    till.give_back(order_id, 1_000)
    till.work()
    assert kinds(till, OperationKind.REVERSAL) == [(920, OperationState.DEBT)]
    till.paid({None: 100, seller: 9_000})
    till.stripe.control("clock", seconds=3 * 24 * 60 * 60)
    later = till.stripe.client.v1.transfers.create(
        {"amount": 2_000, "currency": "eur", "destination": account_id}  # they have money there again
    )

    till.stripe.client.v1.transfers.reversals.create(transfer_of(till).provider_id or "", {"amount": 920})
    hear(till, "transfer.reversed")

    assert kinds(till, OperationKind.REVERSAL) == [(920, OperationState.DONE)]
    assert till.balance("payable") == 0
    assert till.broken() == []
    assert later.amount == 2_000


def test_a_reversal_of_a_transfer_by_hand_is_kept_for_a_person(till: Till) -> None:
    seller = till.seller()
    till.paid({None: 800, seller: 9_200})
    till.stripe.control("clock", seconds=3 * 24 * 60 * 60)
    by_hand = till.stripe.client.v1.transfers.create(
        {"amount": 500, "currency": "eur", "destination": till.account(seller).provider_id or ""}
    )
    till.stripe.client.v1.transfers.reversals.create(by_hand.id, {"amount": 500})

    hear(till, "transfer.created", "transfer.reversed")

    assert outcomes(till, "transfer.created") == {(EventState.QUARANTINED, "unknown")}
    assert outcomes(till, "transfer.reversed") == {(EventState.QUARANTINED, "unknown")}
    assert till.operations() == []
