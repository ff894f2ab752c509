"""Sellers whom the provider does not reach: paid from our bank, once, with the yes of two persons (M7, M11)."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM, Actor, Credential
from marketplace.kernel.lifecycle import IllegalMove
from marketplace.kernel.transaction import transaction
from marketplace.notifications.models import Notice
from marketplace.payments import freezes
from marketplace.payments import queries as payment_rows
from marketplace.payments.errors import CarriedOutAlready, OperationNotFailed, ProviderRefused
from marketplace.payments.models import FreezeWhy, Operation, OperationKind, OperationState, PayoutAccount, Rail
from marketplace.payouts import batches, destinations, queries
from marketplace.payouts.bank_details import BankDetails
from marketplace.payouts.batch_files import FileForm, OwnAccount
from marketplace.payouts.errors import ApprovedAlready, BankReferenceTaken, NothingToPay
from marketplace.payouts.models import BankPayment, BankPaymentState, Batch, BatchState, Destination, PayoutAlert
from marketplace.payouts.sealing import Seal
from marketplace.workflows.money import paying_out, retrying
from tests.minutes import from_today
from tests.money import Till
from tests.worlds import Person

SEAL = Seal("a key of tests")
BANK = BankDetails(holder="Feinwerk GmbH", country="DE", iban="DE89370400440532013000")
OTHER = BankDetails(holder="Feinwerk GmbH", country="FR", iban="FR1420041010050500013M02606")
REASON = "The account was closed."


def logged_in(till: Till, person: Person) -> Actor:
    """Somebody who has just shown their password."""
    till.world.log_in(person)
    [session_id] = till.sql("select id from log_ins where user_id = :id order by id desc limit 1", id=person.user_id)
    return replace(person.actor, credential=Credential.SESSION, credential_id=session_id)


def set_bank(till: Till, seller: Person, details: BankDetails | None = BANK) -> Destination:
    by = logged_in(till, seller)
    with till.app.app_context(), transaction():
        return destinations.change(details, by=by, seal=SEAL)


@pytest.fixture
def seller(till: Till) -> Person:
    """A factory that is paid by bank, and was never anything else."""
    person = till.world.make_organisation(hats=("factory",))
    set_bank(till, person)
    return person


@pytest.fixture
def two(till: Till) -> tuple[Person, Person]:
    return till.world.make_staff(), till.world.make_staff()


def owed(till: Till, seller: Person, minor: int = 9_200) -> UUID:
    order_id = till.paid({None: 800, seller: minor})
    till.release(order_id)
    till.work()
    return order_id


def act(till: Till, verb: Callable[[], Any]) -> Any:
    with till.app.app_context(), transaction():
        return verb()


def draw_up(till: Till, by: Person, currency: str = "EUR") -> UUID:
    return act(till, lambda: batches.draw_up(currency, by=by.actor).id)


def approve(till: Till, batch_id: UUID, *people: Person) -> None:
    for each in people:
        act(till, lambda by=each: batches.approve(queries.batch_to_change(batch_id), by=by.actor))


def payments(till: Till, batch_id: UUID) -> list[BankPayment]:
    return sorted(till.rows(BankPayment, batch_id=batch_id), key=lambda each: each.id)


def confirm(till: Till, payment: BankPayment, by: Person, reference: str = "R-1") -> None:
    act(till, lambda: batches.confirm(queries.payment_to_change(payment.id), bank_reference=reference, by=by.actor))


def send_back(till: Till, payment: BankPayment, by: Person) -> None:
    act(till, lambda: batches.take_return(queries.payment_to_change(payment.id), reason=REASON, by=by.actor))


def ordered(till: Till, two: tuple[Person, Person]) -> BankPayment:
    batch_id = draw_up(till, two[0])
    approve(till, batch_id, *two)
    [payment] = payments(till, batch_id)
    assert payment.state is BankPaymentState.ORDERED
    return payment


def rests(till: Till) -> dict[str, int]:
    kinds = ("held", "payable", "manual_clearing", "bank")
    return {kind: till.balance(kind) for kind in kinds if till.balance(kind)}


def test_a_seller_is_paid_from_our_bank_with_two_yeses_and_a_reference(till: Till, seller: Person, two: Any) -> None:
    order_id = owed(till, seller)
    assert rests(till) == {"payable": -9_200}
    [operation] = till.operations()
    assert operation.problem == "It is paid by bank transfer, in batches that two people approve."

    batch_id = draw_up(till, two[0])
    approve(till, batch_id, two[0])
    assert rests(till) == {"payable": -9_200}
    approve(till, batch_id, two[1])
    assert rests(till) == {"manual_clearing": -9_200}
    assert till.broken() == []

    confirm(till, payments(till, batch_id)[0], two[0])

    assert rests(till) == {"bank": -9_200}
    assert till.payment(order_id).transferred_minor == 9_200
    assert [(each.state, each.rail, each.provider_id) for each in till.operations()] == [
        (OperationState.DONE, Rail.MANUAL_BANK, "bank:R-1")
    ]
    assert till.rows(Batch)[0].state is BatchState.CLOSED
    assert till.stripe.count("transfer") == 0
    assert till.broken() == []


def test_one_person_is_not_two(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    batch_id = draw_up(till, two[0])
    approve(till, batch_id, two[0])

    with pytest.raises(ApprovedAlready):
        approve(till, batch_id, two[0])
    assert till.rows(Batch)[0].state is BatchState.DRAFT
    approve(till, batch_id, two[1])
    with pytest.raises(IllegalMove):
        approve(till, batch_id, till.world.make_staff())


def test_a_reference_of_the_bank_is_of_one_payment(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    confirm(till, ordered(till, two), two[0], "R-7")
    owed(till, seller, 4_000)
    payment = ordered(till, two)

    with pytest.raises(BankReferenceTaken):
        confirm(till, payment, two[1], "R-7")
    assert rests(till) == {"bank": -9_200, "manual_clearing": -4_000}
    confirm(till, payment, two[1], "R-8")
    with pytest.raises(IllegalMove):
        confirm(till, payment, two[1], "R-9")
    assert till.broken() == []


def test_nothing_is_told_to_the_bank_before_two_yeses(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    batch_id = draw_up(till, two[0])
    own = OwnAccount("Commonforge", "FR1420041010050500013M02606")

    def file(form: FileForm) -> bytes:
        taken = partial(paying_out.file_for_bank, batch_id, form, own, pay_on=from_today(1), seal=SEAL)
        content: bytes = act(till, lambda: taken(by=two[0].actor))
        return content

    approve(till, batch_id, two[0])
    with pytest.raises(IllegalMove):
        file(FileForm.CSV)
    approve(till, batch_id, two[1])
    for form in FileForm:
        assert b"DE89370400440532013000" in file(form)
        assert b"92.00" in file(form)


def test_what_is_in_one_batch_is_in_no_other(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    draw_up(till, two[0])

    with pytest.raises(NothingToPay):
        draw_up(till, two[1])
    with pytest.raises(NothingToPay):
        draw_up(till, two[1], "CNY")
    assert len(till.rows(BankPayment)) == 1


def test_a_batch_that_is_called_off_pays_nobody(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    batch_id = draw_up(till, two[0])
    act(till, lambda: batches.call_off(queries.batch_to_change(batch_id), by=two[1].actor, reason=REASON))

    assert [each.state for each in payments(till, batch_id)] == [BankPaymentState.DROPPED]
    assert payments(till, draw_up(till, two[0]))[0].state is BankPaymentState.PLANNED
    assert till.broken() == []


def freeze(till: Till, seller: Person, order_id: UUID) -> None:
    act(till, lambda: freezes.freeze(FreezeWhy.DISPUTE, "dp_1", by=SYSTEM, order_id=order_id))


def refund(till: Till, seller: Person, order_id: UUID) -> None:
    till.give_back_the_rest(order_id, "claim")


def move_away(till: Till, seller: Person, order_id: UUID) -> None:
    """And three days pass."""
    set_bank(till, seller, OTHER)
    till.sql("update payout_destinations set held_until = now() - interval '1 second' where held_until is not null")
    till.sql("update freezes set ends_at = now() - interval '1 second' where ends_at is not null")
    act(till, freezes.lift_ended)


@pytest.mark.parametrize("happens", [freeze, refund, move_away])
def test_what_happens_before_the_second_yes_is_heeded(
    till: Till, seller: Person, two: Any, happens: Callable[[Till, Person, UUID], None]
) -> None:
    order_id = owed(till, seller)
    batch_id = draw_up(till, two[0])
    approve(till, batch_id, two[0])
    happens(till, seller, order_id)

    approve(till, batch_id, two[1])

    [payment] = payments(till, batch_id)
    assert payment.state is BankPaymentState.DROPPED
    assert payment.problem
    assert till.rows(Batch)[0].state is BatchState.CLOSED
    assert till.balance("manual_clearing") == 0
    assert till.broken() == []


def test_m7_a_payment_that_comes_back_after_its_confirmation_is_owed_again(
    till: Till, seller: Person, two: Any
) -> None:
    order_id = owed(till, seller)
    payment = ordered(till, two)
    confirm(till, payment, two[0])

    send_back(till, payment, two[1])

    assert rests(till) == {"payable": -9_200}
    assert till.payment(order_id).transferred_minor == 0
    assert till.rows(Destination)[0].refused_at is not None
    assert [each.text for each in till.rows(Notice, kind="payout_returned")] == [f"92.00 EUR came back: {REASON}"]
    with pytest.raises(NothingToPay):  # until the seller says where it is to go
        draw_up(till, two[0])
    assert till.broken() == []

    move_away(till, seller, order_id)
    confirm(till, ordered(till, two), two[0], "R-2")
    assert rests(till) == {"bank": -9_200}
    assert till.broken() == []


def test_m7_a_payment_that_the_bank_never_made_is_owed_again(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    payment = ordered(till, two)

    send_back(till, payment, two[0])

    assert rests(till) == {"payable": -9_200}
    assert till.rows(Batch)[0].state is BatchState.CLOSED
    with pytest.raises(IllegalMove):
        confirm(till, payment, two[0])
    assert till.broken() == []


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_m5_a_refund_of_what_went_by_bank_is_a_debt_that_the_next_payment_carries(
    till: Till, seller: Person, two: Any, is_confirmed: bool
) -> None:
    order_id = owed(till, seller)
    payment = ordered(till, two)
    if is_confirmed:
        confirm(till, payment, two[0])

    till.give_back(order_id, 5_000)
    till.work()
    [debt] = till.rows(Operation, kind=OperationKind.REVERSAL)
    assert (debt.state, debt.amount_minor) == (OperationState.DEBT, 4_600)
    assert till.payment(order_id).refunded_minor == 5_000
    assert till.broken() == []

    if not is_confirmed:
        confirm(till, payment, two[0])
    owed(till, seller, 6_000)
    assert ordered(till, two).amount_minor == 1_400
    assert till.rows(Operation, id=debt.id)[0].state is OperationState.SET_OFF
    assert till.broken() == []


def test_m5_what_came_back_is_owed_less_what_the_seller_was_made_to_owe_of_it(
    till: Till, seller: Person, two: Any
) -> None:
    order_id = owed(till, seller)
    payment = ordered(till, two)
    confirm(till, payment, two[0])
    till.give_back(order_id, 5_000)
    send_back(till, payment, two[0])

    assert rests(till) == {"payable": -4_600}
    assert [(each.state, each.amount_minor) for each in till.operations() if each.kind is not OperationKind.REFUND] == [
        (OperationState.CANCELLED, 9_200),
        (OperationState.CANCELLED, 0),
        (OperationState.READY, 4_600),
    ]
    assert till.broken() == []

    till.give_back_the_rest(order_id, "another")
    assert rests(till) == {}
    move_away(till, seller, order_id)
    with pytest.raises(NothingToPay):
        draw_up(till, two[0])
    assert till.broken() == []


def test_m5_what_a_later_payout_has_carried_of_it_is_owed_with_what_came_back(
    till: Till, seller: Person, two: Any
) -> None:
    order_id = owed(till, seller)
    payment = ordered(till, two)
    confirm(till, payment, two[0])
    till.give_back_the_rest(order_id, "claim")
    owed(till, seller, 1_000)  # all of it is kept for the debt of 9,200
    assert till.broken() == []

    send_back(till, payment, two[0])

    assert rests(till) == {"payable": -1_000}
    assert till.broken() == []
    move_away(till, seller, order_id)
    assert ordered(till, two).amount_minor == 1_000


@pytest.mark.parametrize("steps", list(permutations(("confirm", "refund", "debt", "return"))), ids="-".join)
def test_m3_in_whatever_order_a_payment_is_confirmed_refunded_and_sent_back_the_seller_ends_with_their_share(
    till: Till, seller: Person, two: Any, steps: tuple[str, ...]
) -> None:
    """What cannot happen in this order does not; then all that is owed is paid."""
    order_id = owed(till, seller)
    payment = ordered(till, two)
    acts: dict[str, Callable[[], Any]] = {
        "confirm": lambda: confirm(till, payment, two[0]),
        "refund": lambda: till.give_back(order_id, 2_500),
        "debt": lambda: owed(till, seller, 1_000),
        "return": lambda: send_back(till, payment, two[1]),
    }
    for step in steps:
        with suppress(IllegalMove):
            acts[step]()
        assert till.broken() == [], step
    if till.rows(BankPayment, id=payment.id)[0].state is BankPaymentState.ORDERED:
        confirm(till, payment, two[0], "R-2")
    move_away(till, seller, order_id)
    batch_id = draw_up(till, two[0]) if till.balance("payable") else None
    if batch_id is not None:
        approve(till, batch_id, *two)
        for number, each in enumerate(payments(till, batch_id)):
            confirm(till, each, two[0], f"R-1{number}")

    owes = sum(each.amount_minor - each.set_off_minor for each in till.rows(Operation, state=OperationState.DEBT))
    assert till.balance("payable") == owes
    assert -till.balance("bank") - owes == 9_200 - 2_300 + 1_000
    assert till.balance("manual_clearing") == 0
    assert till.broken() == []


def test_a_transfer_never_takes_two_ways(till: Till, two: Any) -> None:
    """Asked of the provider with its answer lost, it stays there, whatever the seller chooses; and the other way."""
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    [operation] = till.operations()
    till.stripe.fail("500", "POST", "/v1/transfers")
    with pytest.raises(Exception, match="provider"):
        till.run(operation.id)
    move_away(till, seller, order_id)

    with pytest.raises(NothingToPay):
        draw_up(till, two[0])
    till.run(operation.id)

    assert till.stripe.count("transfer") == 1
    owed(till, seller, 4_000)
    payment = ordered(till, two)
    act(till, lambda: _choose_provider(seller))
    till.run(payment.operation_id)
    till.resume()
    till.work()
    assert till.stripe.count("transfer") == 1
    assert till.broken() == []


class Refusing:
    """A provider that refuses every transfer for good, before or after it made it."""

    def __init__(self, till: Till, *, after: bool) -> None:
        self._till, self._after = till, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._till.stripe.gateway, name)

    def transfer(self, asked: Any) -> Any:
        if self._after:
            self._till.stripe.gateway.transfer(asked)
        raise ProviderRefused("no, and no again")


@pytest.mark.parametrize("is_made", [False, True])
def test_m7_what_the_provider_refuses_for_good_may_take_another_way_unless_it_was_made(
    till: Till, two: Any, is_made: bool
) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work(Refusing(till, after=is_made))  # type: ignore[arg-type]
    move_away(till, seller, order_id)
    with pytest.raises(NothingToPay):
        draw_up(till, two[0])

    def take() -> None:
        operation_id = till.operations()[0].id
        with till.app.app_context():
            retrying.take_another_way(operation_id, till.stripe.gateway, reason=REASON, by=two[0].actor)

    if is_made:
        with pytest.raises(CarriedOutAlready):
            take()
        assert till.operations()[0].state is OperationState.DONE
        with pytest.raises(OperationNotFailed):
            take()
    else:
        take()
        assert ordered(till, two).amount_minor == 9_200
    assert till.payment(order_id).transferred_minor == 9_200 * is_made
    assert till.stripe.count("transfer") == is_made
    assert till.broken() == []


@pytest.mark.parametrize(("back", "left"), [(3_000, 6_440), (10_000, 0)])
def test_m12_what_takes_another_way_is_less_what_the_seller_had_to_give_back_of_it(
    till: Till, two: Any, back: int, left: int
) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work(Refusing(till, after=False))  # type: ignore[arg-type]
    move_away(till, seller, order_id)
    till.give_back(order_id, back)
    till.work()
    [refused] = [each.id for each in till.operations() if each.kind is OperationKind.TRANSFER]

    with till.app.app_context():
        retrying.take_another_way(refused, till.stripe.gateway, reason=REASON, by=two[0].actor)
    till.work()

    if left:
        payment = ordered(till, two)
        assert payment.amount_minor == left
        confirm(till, payment, two[0])
        till.give_back(order_id, 10_000 - back, reason="the rest")  # what went by bank is a debt
    else:
        with pytest.raises(NothingToPay):
            draw_up(till, two[0])
    till.work()
    assert till.broken() == []
    assert till.payment(order_id).transferred_minor == left
    assert not [each for each in till.operations() if each.state is OperationState.FAILED]


def _choose_provider(seller: Person) -> None:
    account = payment_rows.payout_account_to_change(seller.actor)
    account.rail = Rail.STRIPE_TRANSFER


def test_what_waits_for_a_batch_is_asked_of_nobody(till: Till, seller: Person) -> None:
    owed(till, seller)
    till.resume()

    assert till.jobs() == ["send_mails"] or till.jobs() == []


def test_two_persons_at_once_order_each_payment_once(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    owed(till, seller, 4_000)
    batch_id = draw_up(till, two[0])
    gate = threading.Barrier(2)
    failures: list[BaseException] = []

    def run(person: Person) -> None:
        gate.wait()
        try:
            approve(till, batch_id, person)
        except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[each]) for each in two]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert failures == []
    assert [each.state for each in payments(till, batch_id)] == [BankPaymentState.ORDERED] * 2
    assert rests(till) == {"manual_clearing": -13_200}
    assert till.broken() == []


def watch(till: Till, *, days: int) -> None:
    with clock.moved_by(timedelta(days=days)), till.app.app_context():
        paying_out.watch()


def test_m7_a_payout_that_waits_for_a_week_alerts_once_until_it_is_over(till: Till, seller: Person, two: Any) -> None:
    owed(till, seller)
    watch(till, days=6)
    assert till.rows(PayoutAlert) == []

    for _ in range(2):
        watch(till, days=8)
    [alert] = till.rows(PayoutAlert)
    assert (alert.ended_at, alert.problem) == (None, till.operations()[0].problem)
    assert len(till.rows(Notice, kind="payout_delayed")) == 1

    confirm(till, ordered(till, two), two[0])
    watch(till, days=8)
    assert till.rows(PayoutAlert)[0].ended_at is not None


def test_m7_a_payout_that_the_provider_refused_alerts_at_once(till: Till) -> None:
    till.paid({None: 800, till.seller(): 9_200})
    till.release(till.sql("select id from orders")[0])
    till.sql("update provider_operations set state = 'failed', problem = 'No.'")

    watch(till, days=0)

    assert [each.problem for each in till.rows(PayoutAlert)] == ["No."]


def test_m7_a_release_that_a_freeze_holds_for_a_week_alerts(till: Till) -> None:
    order_id = till.paid({None: 800, till.seller(): 9_200})
    act(till, lambda: freezes.freeze(FreezeWhy.STAFF, "case 4", by=SYSTEM))
    till.release(order_id)

    watch(till, days=8)

    [alert] = till.rows(PayoutAlert)
    assert alert.operation_id is None
    assert alert.job_id is not None


def test_m7_the_stored_proof_notices_a_payout_that_nobody_was_told_of(till: Till, seller: Person) -> None:
    owed(till, seller)
    till.sql("update provider_operations set created_at = now() - interval '9 days'")
    assert {each for each, *_ in till.broken()} == {"M7"}

    watch(till, days=0)

    assert till.broken() == []


@pytest.mark.parametrize(
    ("plant", "found"),
    [
        ("update bank_payments set state = 'planned'", {"M7", "M11"}),
        ("update provider_operations set rail = null", {"M11"}),
        ("alter table batch_approvals disable trigger append_only; delete from batch_approvals", {"M11"}),
    ],
)
def test_negative_control_the_stored_proofs_notice_what_two_persons_did_not_do(
    till: Till, seller: Person, two: Any, plant: str, found: set[str]
) -> None:
    owed(till, seller)
    ordered(till, two)
    assert till.broken() == []

    with till.app.app_context():
        for statement in plant.split("; "):
            till.sql(statement)
    assert {each for each, *_ in till.broken()} == found
    till.sql("alter table batch_approvals enable trigger append_only")


def fail_at_the_bank(till: Till, seller: Person) -> str:
    """The provider pays a seller out, shows it as paid, and the bank sends it back; the payout's id."""
    account = till.account(seller).provider_id
    till.stripe.empty(account or "")
    payout = till.stripe.events("payout.created")[-1]["data"]["object"]["id"]
    till.stripe.control(f"payouts/{payout}/pay")
    till.stripe.control(f"payouts/{payout}/fail", code="account_closed")
    return str(payout)


def tell(till: Till, *kinds: str) -> None:
    for kind in kinds:
        for copy in ("", "_copy"):
            for event in till.stripe.events(kind):
                till.deliver(event | {"id": event["id"] + copy})
    till.work()


@pytest.mark.parametrize("kinds", [("payout.paid", "payout.failed"), ("payout.failed", "payout.paid")])
def test_m7_a_payout_that_fails_after_it_was_paid_is_remembered_told_and_holds_what_follows(
    till: Till, kinds: tuple[str, ...]
) -> None:
    seller = till.seller()
    owed(till, seller)
    before = till.balance("payable"), till.balance("stripe")
    payout_id = fail_at_the_bank(till, seller)

    tell(till, *kinds)

    [shown] = till.sql("select state || ' ' || failure from bank_payouts where id = :id", id=payout_id)
    assert shown == "failed The bank account has been closed."
    assert len(till.rows(Notice, kind="bank_payout_failed")) == 1
    assert till.account(seller).trouble == "The bank account has been closed."
    assert (till.balance("payable"), till.balance("stripe")) == before  # it is theirs, in their account there

    owed(till, seller, 4_000)
    assert till.stripe.count("transfer") == 1
    till.resume()
    assert till.account(seller).trouble is not None  # a look changes nothing while the bank account is the same

    bank = {"object": "bank_account", "country": "DE", "currency": "eur", "account_number": "DE89370400440532013000"}
    account = till.account(seller).provider_id or ""
    given = {"external_account": bank, "default_for_currency": True}
    till.stripe.client.v1.accounts.external_accounts.create(account, given)  # type: ignore[arg-type]
    tell(till, "account.external_account.created", *kinds)

    assert till.account(seller).trouble is None
    assert till.stripe.count("transfer") == 2
    assert till.broken() == []


def test_a_payout_of_our_own_account_is_a_persons_matter(till: Till) -> None:
    till.deliver({"id": "evt_1", "type": "payout.failed", "api_version": "v", "data": {"object": {"id": "po_1"}}})
    till.work()

    assert till.sql("select outcome from provider_events") == ["for_a_person"]


def test_the_first_destination_counts_at_once_and_a_change_is_held(till: Till, seller: Person) -> None:
    owed(till, seller)
    assert till.rows(Destination)[0].held_until is None
    with till.app.app_context():
        assert len(queries.payable_by_bank("EUR")) == 1

    set_bank(till, seller, OTHER)
    with till.app.app_context():
        assert queries.payable_by_bank("EUR") == []
    assert till.broken() == []
    with clock.moved_by(timedelta(hours=73)), till.app.app_context(), transaction():
        freezes.lift_ended()
    with till.app.app_context():
        [payable] = queries.payable_by_bank("EUR")
        assert payable.destination_id == till.rows(Destination, shown="FR F… …2606")[0].id
    assert till.rows(PayoutAccount)[0].rail is Rail.MANUAL_BANK
