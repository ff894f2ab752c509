"""Our books beside the provider's: what is planted is found and nothing else; what was lost is taken in."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import stripe as sdk

from marketplace.kernel import clock
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.ledger import rules
from marketplace.ledger import service as ledger
from marketplace.notifications.errors import MailRefused, MailUnavailable
from marketplace.notifications.ports import Mail
from marketplace.orders import queries as orders
from marketplace.orders.states import OrderState
from marketplace.payments import inbox
from marketplace.payments.errors import ProviderUnavailable
from marketplace.payments.models import Operation, OperationKind, OperationState
from marketplace.reconciliation.errors import DifferenceNotFound, ExplainedByStaffOnly
from marketplace.reconciliation.models import Difference, Reconciliation, Scope
from marketplace.reconciliation.states import DifferenceKind, DifferenceState
from marketplace.workflows.money import reconciling, releasing, settlement
from stripe_sandbox.ledger import enter
from stripe_sandbox.world import PLATFORM
from tests.money import Crash, Stumbling, Till
from tests.worlds import Person

HOOK = "http://127.0.0.1:9/hooks/stripe"
LATER = timedelta(hours=1)
"""By then nothing is young any more."""


@pytest.fixture
def books(till: Till) -> Till:
    """A till whose provider tells its events to the right address; none of them arrives by itself."""
    till.stripe.control("deliveries/pause")
    told: Any = {"url": HOOK, "enabled_events": sorted(inbox.HANDLED), "api_version": sdk.api_version}
    till.stripe.client.v1.webhook_endpoints.create(told)
    return till


def compare(till: Till, scope: Scope = Scope.WHOLE, *, after: timedelta = LATER) -> Reconciliation:
    with till.app.app_context(), clock.moved_by(after):
        return reconciling.reconcile(
            scope=scope, gateway=till.stripe.gateway, books=till.stripe.books, others=till.others(), hook=HOOK
        )


def open_differences(till: Till) -> list[Difference]:
    return sorted(till.rows(Difference, state=DifferenceState.OPEN), key=lambda each: each.kind)


def is_stopped(till: Till) -> bool:
    return till.sql("select count(*) from freezes where lifted_at is null and why = 'reconciliation'") == [1]


def a_busy_week(till: Till) -> tuple[Person, list[UUID]]:
    """Payments, refunds before and after transfer, reversals, failures, in currencies of 0, 2 and 3 decimals."""
    seller = till.seller()
    paid = [till.paid({None: 800, seller: 9_200}, currency=each) for each in ("EUR", "EUR", "JPY", "KWD", "EUR", "EUR")]
    for order_id in paid[:4]:
        till.release(order_id)
    till.work()
    till.give_back(paid[1], 1_000)
    till.give_back(paid[2], 2_000)
    till.give_back(paid[4], 3_000)
    till.refund(paid[5])
    till.work()
    return seller, paid


def entries(till: Till, kind: str) -> list[dict[str, Any]]:
    """The platform's balance transactions of a kind at the provider, to be tampered with."""
    found = till.stripe.served.sandbox.api.world.shelf("balance_transaction", PLATFORM)
    return [each.shown for each in found if each.shown["type"] == kind]


def post_what_never_was(till: Till, order_id: UUID, reference: str = "txn_nowhere") -> None:
    lines = rules.charge(order_id, gross=Money(777, "EUR"), fee=Money(0, "EUR"))
    with till.app.app_context(), transaction():
        ledger.post("charge", reference=reference, lines=lines, order_id=order_id)


def test_m6_books_that_agree_differ_in_nothing(books: Till) -> None:
    a_busy_week(books)

    run = compare(books)

    assert (run.scope, run.since, run.differences, run.opened) == (Scope.WHOLE, None, 0, 0)
    assert (
        run.movements == run.journals == books.stripe.client.v1.balance_transactions.list({"limit": 100}).data.__len__()
    )
    assert [each["currency"] for each in run.totals] == ["EUR", "JPY", "KWD"]
    assert all(each["ours_minor"] == each["theirs_minor"] != 0 for each in run.totals)
    assert not is_stopped(books)


def test_m6_four_planted_differences_are_found_and_no_other(books: Till) -> None:
    seller, paid = a_busy_week(books)
    books.stripe.control("clock", seconds=3 * 24 * 60 * 60)
    account = books.account(seller).provider_id or ""
    by_hand = books.stripe.client.v1.transfers.create({"amount": 500, "currency": "eur", "destination": account})
    post_what_never_was(books, paid[0])
    amount, fee = entries(books, "charge")[1], entries(books, "charge")[2]
    amount.update(amount=amount["amount"] + 1, net=amount["net"] + 1)
    fee.update(amount=fee["amount"] + 5, fee=fee["fee"] + 5)

    run = compare(books, after=timedelta(days=4))

    found = {(each.kind, each.about, each.ours_minor, each.theirs_minor) for each in books.rows(Difference)}
    assert found == {
        (DifferenceKind.MISSING_HERE, by_hand.balance_transaction, None, -500),
        (DifferenceKind.UNKNOWN_THERE, "txn_nowhere", 777, None),
        (DifferenceKind.DIFFERENT, amount["id"], amount["net"] - 1, amount["net"]),
        (DifferenceKind.DIFFERENT, fee["id"], fee["net"], fee["net"]),
    }
    assert (run.differences, run.opened) == (4, 4)
    assert is_stopped(books)
    again = compare(books, after=timedelta(days=4))
    assert (again.differences, again.opened, len(books.rows(Difference))) == (4, 0, 4), "found once, however often"


def test_m6_more_than_is_looked_into_one_by_one_shows_in_the_sums(books: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    order_id = books.paid({None: 5_000})
    post_what_never_was(books, order_id, "txn_nowhere_1")
    post_what_never_was(books, order_id, "txn_nowhere_2")
    monkeypatch.setattr(reconciling, "MOST_AT_ONCE", 1)

    compare(books)

    found = {(each.kind, each.about) for each in books.rows(Difference)}
    assert found == {(DifferenceKind.UNKNOWN_THERE, "txn_nowhere_1"), (DifferenceKind.TOTAL, "EUR")}


def test_what_was_lost_is_taken_in_as_if_its_events_had_come(books: Till) -> None:
    """Every event and every answer is lost for an hour; then one comparison, and no difference."""
    seller = books.seller()
    sent, held = books.paid({None: 800, seller: 9_200}), books.order({None: 500, seller: 1_500})
    books.release(sent)
    [transfer] = books.operations()
    with pytest.raises(Crash):
        books.run(transfer.id, Stumbling(books.stripe.gateway, "transfer", "after call"))  # type: ignore[arg-type]
    books.pay(held)
    books.stripe.client.v1.refunds.create({"payment_intent": books.payment(sent).intent_id or "", "amount": 1_000})
    books.sql("delete from procrastinate_jobs")

    run = compare(books)

    assert (run.adopted, run.differences, run.under_way) == (3, 0, 0)
    assert books.order_state(held) is OrderState.PAID
    assert books.payment(sent).refunded_minor == 1_000
    assert books.balance("stripe") == books.stripe.balance_transactions()
    assert books.broken() == []
    books.work()
    assert compare(books).differences == 0
    assert books.broken() == []


def test_c2_events_that_never_arrived_are_taken_in_once(books: Till) -> None:
    order_id = books.order({None: 800, books.seller(): 9_200})
    books.pay(order_id)
    told = [each for kind in inbox.HANDLED for each in books.stripe.events(kind)]
    assert any(each.get("account") for each in told), "of a seller's account too"

    first, second = compare(books, after=timedelta()), compare(books, after=timedelta())
    books.work()

    assert (first.events_filled, second.events_filled) == (len(told), 0)
    assert first.under_way == 1, "it is young: its event may still come"
    assert books.order_state(order_id) is OrderState.PAID
    assert compare(books).differences == 0


def test_a_refund_that_the_customer_does_not_have_yet_is_under_way(books: Till) -> None:
    order_id = books.order({None: 800, books.seller(): 9_200})
    books.stripe.pay(books.open(order_id).intent_id, "pm_card_pendingRefund")
    compare(books)
    books.work()
    books.give_back(order_id, 1_000)
    books.work()

    run = compare(books, after=timedelta(hours=20))
    assert (run.under_way, run.differences, run.opened) == (1, 0, 0)

    [refund] = books.stripe.served.sandbox.api.world.kind("refund")
    books.stripe.control(f"refunds/{refund.id}/succeed")
    run = compare(books)
    assert (run.under_way, run.adopted, run.differences) == (0, 1, 0)
    assert books.broken() == []


def test_money_between_the_provider_and_our_own_bank_is_posted(books: Till) -> None:
    books.paid({None: 50_000})
    books.stripe.control("clock", seconds=3 * 24 * 60 * 60)
    payout = books.stripe.client.v1.payouts.create({"amount": 30_000, "currency": "eur"})
    books.stripe.client.v1.payouts.create({"amount": 2_000, "currency": "eur"})

    assert compare(books).adopted == 2
    assert books.balance("bank") == 32_000
    books.stripe.control(f"payouts/{payout.id}/fail")
    run = compare(books)

    assert (run.adopted, run.differences) == (1, 0)
    assert books.balance("bank") == 2_000
    assert books.balance("stripe") == books.stripe.balance_transactions()
    assert books.broken() == []


def test_what_the_provider_keeps_for_itself_is_a_fee(books: Till) -> None:
    books.paid({None: 50_000})
    enter(
        books.stripe.served.sandbox.api.world,
        PLATFORM,
        type="stripe_fee",
        source="fee_1",
        amount=-150,
        currency="eur",
    )
    before = books.balance("stripe_fees")

    run = compare(books)

    assert (run.adopted, run.differences) == (1, 0)
    assert books.balance("stripe_fees") == before + 150
    assert compare(books).differences == 0


def test_a_recent_comparison_goes_on_where_the_last_one_began_with_an_overlap(books: Till) -> None:
    books.paid({None: 5_000})
    first = compare(books, Scope.RECENT)
    assert (first.scope, first.movements) == (Scope.WHOLE, 1), "none came before it"

    recent = compare(books, Scope.RECENT)
    late = compare(books, Scope.RECENT, after=timedelta(hours=4))
    later = compare(books, Scope.RECENT, after=timedelta(hours=5))

    assert recent.since == first.until - reconciling.OVERLAP
    assert (recent.movements, late.movements, later.movements) == (1, 1, 0)
    assert later.totals == []


def test_a_difference_that_is_gone_is_resolved_and_lets_money_go_on(books: Till) -> None:
    order_id = books.paid({None: 800, books.seller(): 9_200})
    [charge] = entries(books, "charge")
    charge.update(amount=charge["amount"] + 1, net=charge["net"] + 1)
    compare(books, after=timedelta(hours=4))
    assert is_stopped(books)
    with books.app.app_context(), transaction():
        [job] = orders.to_change(order_id).jobs
        settlement.release(job)
    books.work()
    assert books.balance("held") == -10_000, "accepted, and it waits"

    charge.update(amount=charge["amount"] - 1, net=charge["net"] - 1)
    run = compare(books, Scope.RECENT, after=timedelta(hours=5))

    assert (run.scope, run.movements, run.differences) == (Scope.RECENT, 0, 0), "though it is looked at no more"
    assert [each.state for each in books.rows(Difference)] == [DifferenceState.RESOLVED]
    assert not is_stopped(books)
    with books.app.app_context():
        releasing.release_due()
    books.work()
    assert (books.balance("held"), books.payment(order_id).transferred_minor) == (0, 9_200)


@contextmanager
def explaining(till: Till) -> Iterator[None]:
    with till.app.app_context(), transaction():
        yield


def test_d1_a_person_explains_a_difference_with_a_reason_and_money_goes_on(books: Till, staff: Person) -> None:
    order_id = books.paid({None: 5_000})
    post_what_never_was(books, order_id)
    run = compare(books)
    [difference] = open_differences(books)
    with pytest.raises(ExplainedByStaffOnly), explaining(books):
        reconciling.explain(difference.id, reason="I am not of the staff.", by=books.customer.actor)
    with pytest.raises(DifferenceNotFound), explaining(books):
        reconciling.explain(run.id, reason="There is none.", by=staff.actor)
    assert is_stopped(books)

    with explaining(books):
        reconciling.explain(difference.id, reason="A trial entry of ours.", by=staff.actor)
    with pytest.raises(IllegalMove), explaining(books):
        reconciling.explain(difference.id, reason="Once more.", by=staff.actor)

    assert not is_stopped(books)
    moved = "select reason from state_moves where subject_id = :id and user_id = :by"
    assert books.sql(moved, id=difference.id, by=staff.user_id) == ["A trial entry of ours."]
    assert books.sql("select details->>'about' from audit_events where verb = 'difference.explained'") == [
        "txn_nowhere"
    ]
    again = compare(books)
    assert (again.differences, again.opened) == (1, 0), "it is there, and explained"
    assert not is_stopped(books)


def test_m7_what_was_asked_a_day_ago_and_is_not_over_is_told_and_stops_nothing(books: Till) -> None:
    order_id = books.paid({None: 800, books.seller(): 9_200})
    books.release(order_id)
    [transfer] = books.operations()
    with pytest.raises(Crash):
        books.run(transfer.id, Stumbling(books.stripe.gateway, "transfer", "before call"))  # type: ignore[arg-type]

    assert compare(books, after=timedelta(hours=23)).differences == 0
    assert compare(books, after=timedelta(hours=25)).differences == 1

    [told] = open_differences(books)
    assert (told.kind, told.about, told.ours_minor) == (DifferenceKind.OVERDUE, str(transfer.id), 9_200)
    assert not is_stopped(books)
    books.run(transfer.id)
    assert compare(books, after=timedelta(hours=26)).differences == 0
    assert open_differences(books) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"disabled": True}, "no events to this address"),
        ({"url": "http://127.0.0.1:9/elsewhere"}, "no events to this address"),
        ({"enabled_events": ["payment_intent.succeeded"]}, "does not tell "),
        ({"enabled_events": ["*"]}, None),
    ],
)
def test_an_endpoint_that_does_not_tell_what_it_should_is_told(
    books: Till, change: dict[str, Any], says: str | None
) -> None:
    [endpoint] = books.stripe.client.v1.webhook_endpoints.list().data
    books.stripe.client.v1.webhook_endpoints.update(endpoint.id, change)  # type: ignore[arg-type]

    compare(books)

    told = [each.says for each in open_differences(books)]
    assert len(told) == (says is not None)
    assert all(says is not None and says in each for each in told)
    assert not is_stopped(books)


def test_a_provider_that_is_away_leaves_nothing_behind(books: Till) -> None:
    books.paid({None: 5_000})
    books.stripe.fail("500", "GET", "/v1/balance_transactions", times=3)

    with pytest.raises(ProviderUnavailable):
        compare(books)

    assert books.rows(Reconciliation) == []


class Postbox:
    """Keeps what is sent; may be shut, or refuse somebody."""

    def __init__(self) -> None:
        self.sent: dict[str, Mail] = {}
        self.is_shut = False
        self.refuses = ""

    def send(self, mail: Mail) -> None:
        if self.is_shut:
            raise MailUnavailable("shut")
        if mail.to == self.refuses:
            raise MailRefused("unknown here")
        self.sent[mail.id] = mail


def test_everybody_of_the_staff_is_written_to_once(books: Till, staff: Person) -> None:
    other = books.world.make_staff()
    post_what_never_was(books, books.paid({None: 5_000}))
    run = compare(books)
    postbox = Postbox()
    postbox.is_shut = True
    assert "alert_staff" in books.jobs()

    with books.app.app_context():
        with pytest.raises(MailUnavailable):
            reconciling.alert_staff(run.id, post=postbox, public_url="https://forge.example")
        postbox.is_shut, postbox.refuses = False, other.email
        for _ in range(2):
            reconciling.alert_staff(run.id, post=postbox, public_url="https://forge.example")

    [mail] = postbox.sent.values()
    assert mail.to == staff.email
    assert f"https://forge.example/v1/admin/reconciliations/{run.id}" in mail.text
    assert "1 differences, 1 of them" in mail.text
    books.sql("delete from procrastinate_jobs")
    compare(books)
    assert "alert_staff" not in books.jobs(), "nothing is new"


def test_a_transfer_that_failed_here_and_is_there_is_no_second_one(books: Till) -> None:
    """An operation whose receipt is taken in by a comparison is done, and nobody asks for it again."""
    order_id = books.paid({None: 800, books.seller(): 9_200})
    books.release(order_id)
    [transfer] = books.operations()
    with pytest.raises(Crash):
        books.run(transfer.id, Stumbling(books.stripe.gateway, "transfer", "after call"))  # type: ignore[arg-type]

    compare(books)
    books.work()

    [done] = [each for each in books.rows(Operation) if each.kind is OperationKind.TRANSFER]
    assert done.state is OperationState.DONE
    assert books.stripe.count("transfer") == 1
