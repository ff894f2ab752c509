"""What the customer's bank takes back: posted once, borne once when it is lost, given back when it is won."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from marketplace.disputes.models import Dispute
from marketplace.disputes.states import DisputeState
from marketplace.kernel.transaction import transaction
from marketplace.ledger.models import AccountKind
from marketplace.payments.inbox import Outcome
from marketplace.payments.models import EventState, OperationKind, OperationState, ProviderEvent
from marketplace.workflows.money import disputing
from marketplace.workflows.money.showing_refunds import RefundStanding, RefundWhy
from tests.money import Till
from tests.worlds import Person

FEE = 1_500
"""What the local Stripe takes for a dispute in EUR."""


def charge_of(till: Till, order_id: UUID) -> str:
    return till.payment(order_id).charge_id or ""


def open_dispute(till: Till, order_id: UUID, amount: int | None = None, reason: str = "product_not_received") -> str:
    """The customer goes to the bank; nobody has told us yet. The provider's name for it."""
    known = {each.id for each in till.stripe.client.v1.disputes.list({"limit": 100}).data}
    more = {} if amount is None else {"amount": amount}
    till.stripe.control(f"charges/{charge_of(till, order_id)}/dispute", reason=reason, **more)
    [found] = [each.id for each in till.stripe.client.v1.disputes.list({"limit": 100}).data if each.id not in known]
    return found


def tell(till: Till, dispute_id: str, *, copies: int = 1, newest_first: bool = False) -> None:
    """All that the provider has said of a dispute so far arrives, and is handled."""
    found = [
        event
        for event in (dict(each.shown) for each in till.stripe.served.sandbox.api.world.kind("event"))
        if event["type"].startswith("charge.dispute.") and event["data"]["object"]["id"] == dispute_id
    ]
    for event in reversed(found) if newest_first else found:
        for number in range(copies):
            copy = event | {"id": f"{event['id']}_{number}_{len(till.rows(ProviderEvent))}"}
            till.deliver(copy)
            till.handle(copy["id"])


def the(till: Till, dispute_id: str) -> Dispute:
    [found] = till.rows(Dispute, provider_id=dispute_id)
    return found


def kinds(till: Till, kind: OperationKind) -> list[tuple[int, OperationState]]:
    return [(each.amount_minor, each.state) for each in till.operations() if each.kind is kind]


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


MOMENTS: tuple[Callable[[Till, UUID], None], ...] = (held, released, sent)


def at_stripe(till: Till, seller: Person) -> int:
    """What the seller has at the provider."""
    account_id = till.account(seller).provider_id
    balance = till.stripe.client.v1.balance.retrieve(options={"stripe_account": account_id or ""})
    return sum(each.amount for each in (*balance.available, *balance.pending))


def test_an_inquiry_moves_no_money(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})

    inquiry = open_dispute(till, order_id, reason="inquiry")
    tell(till, inquiry, copies=2)

    assert the(till, inquiry).state is DisputeState.INQUIRY
    assert till.balance("dispute") == till.payment(order_id).disputed_minor == 0
    till.give_back(order_id, 1_000)
    till.work()
    assert till.payment(order_id).refunded_minor == 1_000, "an inquiry keeps no refund waiting"
    assert_books_agree(till)

    till.stripe.control(f"disputes/{inquiry}/win")
    tell(till, inquiry)
    assert the(till, inquiry).state is DisputeState.CLOSED
    assert_books_agree(till)


def test_an_inquiry_that_becomes_a_dispute_takes_the_money(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    inquiry = open_dispute(till, order_id, reason="inquiry")
    tell(till, inquiry)

    till.stripe.control(f"disputes/{inquiry}/escalate")
    tell(till, inquiry)

    assert the(till, inquiry).state is DisputeState.NEEDS_ANSWER
    assert till.balance("dispute") == the(till, inquiry).taken_minor == till.payment(order_id).disputed_minor == 10_000
    assert_books_agree(till)


def test_what_the_bank_takes_rests_in_the_dispute_until_it_is_decided(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    before = till.balance("stripe_fees")

    dispute = open_dispute(till, order_id)
    tell(till, dispute, copies=2)

    assert till.balance("dispute") == 10_000
    assert till.balance("stripe_fees") == before + FEE
    assert till.balance("held") == -10_000, "it is still the parties', should it be won"
    assert_books_agree(till)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: each.__name__)
def test_a_dispute_that_is_won_leaves_everything_as_it_was(till: Till, moment: Callable[[Till, UUID], None]) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    moment(till, order_id)
    before = {kind: till.balance(kind) for kind in AccountKind}

    dispute = open_dispute(till, order_id)
    tell(till, dispute)
    till.stripe.control(f"disputes/{dispute}/win")
    tell(till, dispute, copies=2)

    assert {kind: till.balance(kind) for kind in AccountKind} == before
    assert the(till, dispute).state is DisputeState.WON
    assert till.payment(order_id).disputed_minor == till.payment(order_id).charged_back_minor == 0
    assert_books_agree(till)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize(("minor", "one_bears", "two_bears"), [(3_001, 1_801, 960), (10_000, 6_000, 3_199)])
def test_m2_a_lost_dispute_is_borne_once_by_shares(
    till: Till, moment: Callable[[Till, UUID], None], minor: int, one_bears: int, two_bears: int
) -> None:
    one, two = till.seller(), till.seller()
    order_id = till.paid({None: 801, one: 6_000, two: 3_199})
    moment(till, order_id)

    dispute = open_dispute(till, order_id, minor)
    tell(till, dispute)
    till.stripe.control(f"disputes/{dispute}/lose")
    tell(till, dispute, copies=2)
    till.work()
    if moment is held:
        till.release(order_id)
        till.work()

    payment = till.payment(order_id)
    assert (payment.charged_back_minor, payment.disputed_minor, payment.refunded_minor) == (minor, 0, 0)
    for seller, share, bears in ((one, 6_000, one_bears), (two, 3_199, two_bears)):
        assert at_stripe(till, seller) == share - bears
    assert till.balance("platform_fee") == -(801 - (minor - one_bears - two_bears))
    assert till.balance("dispute") == till.balance("held") == till.balance("payable") == 0
    assert_books_agree(till)


def test_m5_a_seller_whose_account_is_empty_owes_their_share_of_a_lost_dispute(till: Till) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    sent(till, order_id)
    till.stripe.empty(till.account(seller).provider_id or "")

    dispute = open_dispute(till, order_id)
    till.stripe.control(f"disputes/{dispute}/lose")
    tell(till, dispute)
    till.work()

    assert kinds(till, OperationKind.REVERSAL) == [(9_200, OperationState.DEBT)]
    assert till.balance("payable") == 9_200
    assert_books_agree(till)
    later = till.paid({None: 500, seller: 9_500})
    till.release(later)
    till.work()
    assert till.payment(later).transferred_minor == 300, "the next payout carries it"
    assert_books_agree(till)


def test_after_a_partial_refund_the_rest_can_be_lost_and_no_more(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    sent(till, order_id)
    till.give_back(order_id, 3_000)
    till.work()

    dispute = open_dispute(till, order_id)
    tell(till, dispute)
    till.stripe.control(f"disputes/{dispute}/lose")
    tell(till, dispute)
    till.work()

    payment = till.payment(order_id)
    assert (payment.refunded_minor, payment.charged_back_minor) == (3_000, 7_000)
    assert payment.transferred_minor == payment.reversed_minor
    assert till.balance("payable") == till.balance("platform_fee") == 0
    assert_books_agree(till)


@pytest.mark.parametrize(("first", "second"), [("lose", "lose"), ("win", "lose"), ("lose", "win")])
def test_two_disputes_of_one_charge_are_each_their_own(till: Till, first: str, second: str) -> None:
    order_id = till.paid({None: 1_000, till.seller(): 9_000})
    sent(till, order_id)
    one, two = open_dispute(till, order_id, 4_000), open_dispute(till, order_id, 2_000)
    tell(till, one)
    tell(till, two)
    assert till.payment(order_id).disputed_minor == till.balance("dispute") == 6_000

    till.stripe.control(f"disputes/{one}/{first}")
    till.stripe.control(f"disputes/{two}/{second}")
    tell(till, two, newest_first=True)
    tell(till, one, newest_first=True)
    till.work()

    lost = 4_000 * (first == "lose") + 2_000 * (second == "lose")
    payment = till.payment(order_id)
    assert (payment.charged_back_minor, payment.disputed_minor, till.balance("dispute")) == (lost, 0, 0)
    assert payment.transferred_minor - payment.reversed_minor == 9_000 - lost * 9 // 10
    assert_books_agree(till)


def test_a_refund_ordered_while_the_bank_has_the_money_waits_and_says_why(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    dispute = open_dispute(till, order_id, 4_000)
    tell(till, dispute)

    till.give_back(order_id, 2_000)
    till.work()
    till.resume()
    till.work()

    [refund] = [each for each in till.operations() if each.kind is OperationKind.REFUND]
    assert (refund.state, refund.attempts) == (OperationState.READY, 0), "the provider would refuse it"
    assert "disputes this payment" in (refund.problem or "")
    assert till.jobs() == [], "and it is not tried again and again"
    till.stripe.control(f"disputes/{dispute}/win")
    tell(till, dispute)
    till.work()
    assert till.payment(order_id).refunded_minor == 2_000
    assert_books_agree(till)


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda each: each.__name__)
@pytest.mark.parametrize(("disputed", "refunded_later"), [(10_000, 0), (9_000, 1_000)])
def test_m12_what_the_bank_has_taken_is_not_refunded_too(
    till: Till, moment: Callable[[Till, UUID], None], disputed: int, refunded_later: int
) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    moment(till, order_id)
    dispute = open_dispute(till, order_id, disputed)
    tell(till, dispute)
    till.give_back(order_id, 3_000)

    till.stripe.control(f"disputes/{dispute}/lose")
    tell(till, dispute, copies=2)

    payment = till.payment(order_id)
    assert payment.charged_back_minor == disputed
    assert kinds(till, OperationKind.REFUND)[0] == (3_000, OperationState.SET_OFF)
    first, *later = till.told(order_id).refunds
    assert (first.amount.minor, first.state) == (3_000, RefundStanding.BY_THE_BANK)
    assert [(each.amount.minor, each.why) for each in later] == [(refunded_later, RefundWhy.DISPUTED)] * bool(later)
    assert bool(later) is bool(refunded_later)
    assert kinds(till, OperationKind.REFUND)[1:] == ([(refunded_later, OperationState.READY)] if refunded_later else [])
    assert till.balance("refund_clearing") == -refunded_later
    assert till.balance("held") == 0
    assert_books_agree(till)


def test_a_dispute_of_more_than_is_left_is_the_platforms_loss(till: Till) -> None:
    """Banks have taken back what was refunded before; the books hold it, and no seller bears it twice."""
    order_id = till.paid({None: 800, till.seller(): 9_200})
    dispute = open_dispute(till, order_id)
    tell(till, dispute)
    till.give_back(order_id, 3_000)
    till.sql("update provider_operations set state = 'done', provider_id = 're_lost', first_sent_at = now()")
    till.sql("update payments set refunded_minor = 3000")

    till.stripe.control(f"disputes/{dispute}/lose")
    tell_taken_in(till, dispute)

    assert till.payment(order_id).charged_back_minor == 7_000
    assert till.balance("platform_fee") == 3_000
    assert till.balance("dispute") == till.balance("held") == 0


def tell_taken_in(till: Till, dispute_id: str) -> None:
    """Take a dispute in as it is now, without a look at its refunds."""
    with till.app.app_context():
        seen = till.stripe.desk.dispute(dispute_id)
        with transaction():
            disputing.take_in(seen)


def test_a_dispute_of_no_payment_of_ours_is_kept_for_a_person(till: Till) -> None:
    intent = till.stripe.client.v1.payment_intents.create(
        {
            "amount": 5_000,
            "currency": "eur",
            "payment_method": "pm_card_createDispute",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    [dispute] = till.stripe.client.v1.disputes.list({"payment_intent": intent.id}).data

    tell(till, dispute.id)

    assert {(each.state, each.outcome) for each in till.rows(ProviderEvent)} == {(EventState.QUARANTINED, "unknown")}
    assert till.rows(Dispute) == []


def test_a_dispute_of_a_charge_without_an_intent_is_of_no_payment_that_has_none_yet(till: Till) -> None:
    shares = {None: 800, till.seller(): 9_200}
    dispute = open_dispute(till, till.paid(shares))
    waiting = till.order(shares)
    assert till.payment(waiting).intent_id is None

    with till.app.app_context():
        seen = replace(till.stripe.desk.dispute(dispute), charge_id="ch_of_another_shop", intent_id=None)
        with transaction():
            assert disputing.take_in(seen) is Outcome.UNKNOWN

    assert till.rows(Dispute) == []


def test_a_lost_event_is_made_good_by_a_look_every_hour(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    dispute = open_dispute(till, order_id)
    tell(till, dispute)
    till.stripe.control(f"disputes/{dispute}/lose")

    look(till)
    assert the(till, dispute).state is DisputeState.NEEDS_ANSWER, "it was seen a moment ago"
    till.sql("update disputes set looked_at = looked_at - interval '2 hours'")
    look(till)

    assert the(till, dispute).state is DisputeState.LOST
    assert_books_agree(till)


def look(till: Till) -> None:
    with till.app.app_context():
        disputing.look(till.stripe.desk, till.stripe.gateway)


def test_the_parties_are_told_once_of_each_turn(till: Till) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    dispute = open_dispute(till, order_id)
    tell(till, dispute, copies=2)
    till.stripe.control(f"disputes/{dispute}/lose")
    tell(till, dispute, copies=2)

    told: list[Any] = till.sql("select kind || ' ' || subject_kind from notices where kind like 'dispute%'")
    assert sorted(told) == [
        "dispute_lost jobs",
        "dispute_lost orders",
        "dispute_opened jobs",
        "dispute_opened orders",
    ]
    words = "select distinct text like '%100.00 EUR%' from notices where kind like 'dispute%' and subject_kind = "
    assert till.sql(f"{words} 'orders'") == [True]
    assert till.sql(f"{words} 'jobs'") == [False], "what the customer pays is not a factory's to read"
