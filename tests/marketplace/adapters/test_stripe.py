"""The gateway against the local Stripe: what it asks, what it sees, and how errors become facts of ours."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import stripe
from flask import Flask

from marketplace.adapters.stripe import StripeGateway
from marketplace.adapters.stripe_client import Connection
from marketplace.kernel.money import Money
from marketplace.kernel.transaction import transaction
from marketplace.payments.errors import BalanceInsufficient, ProviderRefused, ProviderUnavailable
from marketplace.payments.ports import AccountAsked, IntentAsked, RefundAsked, RefundState, ReversalAsked, TransferAsked
from tests.money import Stripe


@pytest.fixture
def gateway(in_app: Flask, local_stripe: Stripe) -> StripeGateway:
    return local_stripe.gateway


def intent_asked(minor: int = 10_000, currency: str = "EUR") -> IntentAsked:
    return IntentAsked(key=uuid4(), payment_id=uuid4(), order_id=uuid4(), amount=Money(minor, currency))


def able_account(gateway: StripeGateway, local: Stripe) -> str:
    account = gateway.open_account(AccountAsked(uuid4(), uuid4(), country="DE", email="maker@example.test"))
    assert not account.may_receive
    local.onboard(account.id)
    return account.id


def paid(gateway: StripeGateway, local: Stripe, asked: IntentAsked) -> Any:
    intent = gateway.open_intent(asked)
    local.pay(intent.id)
    return gateway.intent(intent.id)


@pytest.mark.parametrize(("minor", "currency"), [(10_000, "EUR"), (1_234, "JPY"), (12_340, "KWD")])
def test_an_intent_from_opened_to_paid(gateway: StripeGateway, local_stripe: Stripe, minor: int, currency: str) -> None:
    asked = intent_asked(minor, currency)

    opened = gateway.open_intent(asked)
    assert (opened.amount, opened.payment_id, opened.charge) == (asked.amount, asked.payment_id, None)
    assert opened.client_secret
    assert gateway.open_intent(asked) == opened
    local_stripe.pay(opened.id)
    seen = gateway.intent(opened.id)

    assert seen.charge is not None
    assert seen.charge.movement is not None
    assert seen.charge.movement.gross == asked.amount
    assert seen.charge.movement.fee.minor > 0
    assert local_stripe.balance_transactions() == minor - seen.charge.movement.fee.minor


def test_cancelling_an_intent(gateway: StripeGateway, local_stripe: Stripe) -> None:
    opened = gateway.open_intent(intent_asked())
    assert gateway.cancel_intent(opened.id, key=uuid4()).is_cancelled

    seen = paid(gateway, local_stripe, intent_asked())
    assert gateway.cancel_intent(seen.id, key=uuid4()) == seen


def test_a_transfer_once_per_key_and_found_by_what_we_wrote(gateway: StripeGateway, local_stripe: Stripe) -> None:
    asked = intent_asked()
    charge = paid(gateway, local_stripe, asked).charge
    transfer = TransferAsked(
        uuid4(), uuid4(), asked.order_id, Money(9_200, "EUR"), charge.id, able_account(gateway, local_stripe)
    )
    assert gateway.find_transfer(transfer) is None

    seen = gateway.transfer(transfer)

    assert gateway.transfer(transfer) == seen == gateway.find_transfer(transfer) == gateway.seen_transfer(seen.id)
    assert (seen.amount, seen.operation_id) == (transfer.amount, transfer.operation_id)
    assert seen.movement_id.startswith("txn_")


def sent(gateway: StripeGateway, local: Stripe) -> tuple[TransferAsked, str]:
    """A transfer that was made, and its name at Stripe."""
    asked = intent_asked()
    charge, account_id = paid(gateway, local, asked).charge, able_account(gateway, local)
    transfer = TransferAsked(uuid4(), uuid4(), asked.order_id, Money(9_200, "EUR"), charge.id, account_id)
    return transfer, gateway.transfer(transfer).id


def test_a_reversal_once_per_key_and_found_by_what_we_wrote(gateway: StripeGateway, local_stripe: Stripe) -> None:
    transfer, transfer_id = sent(gateway, local_stripe)
    reversal = ReversalAsked(uuid4(), uuid4(), transfer.order_id, Money(920, "EUR"), transfer_id)
    assert gateway.find_reversal(reversal) is None

    seen = gateway.reverse(reversal)

    assert gateway.reverse(reversal) == seen == gateway.find_reversal(reversal)
    assert gateway.seen_reversals(transfer_id) == [seen]
    assert (seen.amount, seen.operation_id) == (reversal.amount, reversal.operation_id)
    assert seen.movement_id.startswith("txn_")


def test_a_reversal_beyond_the_sellers_balance_or_the_transfer_is_refused_by_name(
    gateway: StripeGateway, local_stripe: Stripe
) -> None:
    transfer, transfer_id = sent(gateway, local_stripe)
    whole = ReversalAsked(uuid4(), uuid4(), transfer.order_id, transfer.amount, transfer_id)
    with pytest.raises(ProviderRefused) as refused:
        gateway.reverse(replace(whole, key=uuid4(), amount=Money(9_201, "EUR")))
    assert type(refused.value) is ProviderRefused

    local_stripe.empty(transfer.account_id)
    with pytest.raises(BalanceInsufficient):
        gateway.reverse(whole)


def test_a_refund_that_came_back_shows_both_movements(gateway: StripeGateway, local_stripe: Stripe) -> None:
    asked = intent_asked()
    refund = RefundAsked(uuid4(), uuid4(), asked.order_id, asked.amount, paid(gateway, local_stripe, asked).id)
    made = gateway.refund(refund)
    assert made.return_movement is None

    local_stripe.fail_refund(made.id)
    seen = gateway.seen_refund(made.id)

    assert (seen.state, seen.movement) == (RefundState.FAILED, made.movement)
    assert seen.return_movement is not None
    assert seen.return_movement.gross == asked.amount
    assert gateway.find_refund(refund) is None


def test_a_refund_once_per_key_and_found_by_what_we_wrote(gateway: StripeGateway, local_stripe: Stripe) -> None:
    asked = intent_asked()
    refund = RefundAsked(uuid4(), uuid4(), asked.order_id, asked.amount, paid(gateway, local_stripe, asked).id)
    assert gateway.find_refund(refund) is None

    seen = gateway.refund(refund)

    assert gateway.refund(refund) == seen == gateway.find_refund(refund) == gateway.seen_refund(seen.id)
    assert (seen.amount, seen.operation_id, seen.state) == (asked.amount, refund.operation_id, RefundState.SUCCEEDED)
    assert seen.movement is not None
    assert (seen.movement.gross, seen.movement.fee.minor) == (-asked.amount, 0)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", RefundState.PENDING),
        ("requires_action", RefundState.PENDING),
        ("failed", RefundState.FAILED),
        ("canceled", RefundState.FAILED),
    ],
)
def test_a_refund_is_seen_as_far_as_it_has_come(
    gateway: StripeGateway, local_stripe: Stripe, status: str, state: RefundState
) -> None:
    asked = intent_asked()
    refund = RefundAsked(uuid4(), uuid4(), asked.order_id, asked.amount, paid(gateway, local_stripe, asked).id)
    made = gateway.refund(refund)
    record = local_stripe.served.sandbox.api.world.records[made.id]
    record.shown.update(status=status, balance_transaction=None)

    seen = gateway.seen_refund(made.id)

    assert (seen.state, seen.movement) == (state, None)
    assert gateway.find_refund(refund) == (None if state is RefundState.FAILED else seen)


def test_an_account_can_receive_once_its_owner_has_told_everything(
    gateway: StripeGateway,
    local_stripe: Stripe,
) -> None:
    asked = AccountAsked(uuid4(), uuid4(), country="DE", email="maker@example.test")
    account = gateway.open_account(asked)
    assert gateway.open_account(asked) == account

    link = gateway.onboarding_link(account.id, return_url="http://127.0.0.1/a", refresh_url="http://127.0.0.1/b")
    assert link.url.startswith("http")
    local_stripe.onboard(account.id)

    assert gateway.account(account.id).may_receive


def test_a_no_for_good_is_refused(gateway: StripeGateway) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        gateway.open_account(AccountAsked(uuid4(), uuid4(), country="AQ", email="penguin@example.test"))
    assert refusal.value.details["provider_code"] == "country_unsupported"
    with pytest.raises(ProviderRefused):
        gateway.intent("pi_that_is_not")
    with pytest.raises(ProviderRefused):
        gateway.open_intent(intent_asked(1))


def test_a_key_used_for_something_else_is_refused(gateway: StripeGateway) -> None:
    key = uuid4()
    gateway.open_intent(IntentAsked(key, uuid4(), uuid4(), Money(1_000, "EUR")))

    with pytest.raises(ProviderRefused):
        gateway.open_intent(IntentAsked(key, uuid4(), uuid4(), Money(2_000, "EUR")))


def test_a_balance_that_does_not_cover_it_has_its_own_name(
    gateway: StripeGateway,
    local_stripe: Stripe,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def poor(*_: Any) -> None:
        raise stripe.InvalidRequestError("not enough", None, code="balance_insufficient")

    monkeypatch.setattr(gateway._v1.transfers, "create", poor)
    with pytest.raises(BalanceInsufficient):
        gateway.transfer(TransferAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "ch_1", "acct_1"))


@pytest.mark.parametrize("fault", ["500", "429", "409", "drop_before", "drop_after"])
def test_an_open_answer_is_unavailable(gateway: StripeGateway, local_stripe: Stripe, fault: str) -> None:
    asked = intent_asked()
    local_stripe.fail(fault, "POST", "/v1/payment_intents")

    with pytest.raises(ProviderUnavailable):
        gateway.open_intent(asked)
    gateway.open_intent(asked)

    assert local_stripe.count("payment_intent") == 1


def test_a_wrong_key_of_the_platform_is_a_matter_of_configuration_not_a_no(local_stripe: Stripe, in_app: Flask) -> None:
    connection = Connection("pk_nonsense", base=local_stripe.served.url, retries=0)

    with pytest.raises(ProviderUnavailable):
        StripeGateway(connection, secrets=()).intent("pi_1")
    connection.close()


CALLS: list[Callable[[StripeGateway], Any]] = [
    lambda gateway: gateway.open_intent(intent_asked()),
    lambda gateway: gateway.intent("pi_1"),
    lambda gateway: gateway.cancel_intent("pi_1", key=uuid4()),
    lambda gateway: gateway.transfer(TransferAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "ch_1", "acct_1")),
    lambda gateway: gateway.find_transfer(TransferAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "ch_1", "acct_1")),
    lambda gateway: gateway.seen_transfer("tr_1"),
    lambda gateway: gateway.refund(RefundAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "pi_1")),
    lambda gateway: gateway.find_refund(RefundAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "pi_1")),
    lambda gateway: gateway.seen_refund("re_1"),
    lambda gateway: gateway.open_account(AccountAsked(uuid4(), uuid4(), country="DE", email="a@example.test")),
    lambda gateway: gateway.reverse(ReversalAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "tr_1")),
    lambda gateway: gateway.find_reversal(ReversalAsked(uuid4(), uuid4(), uuid4(), Money(1, "EUR"), "tr_1")),
    lambda gateway: gateway.seen_reversals("tr_1"),
    lambda gateway: gateway.account("acct_1"),
    lambda gateway: gateway.onboarding_link("acct_1", return_url="http://a.test", refresh_url="http://a.test"),
]


@pytest.mark.parametrize("call", CALLS)
def test_no_call_leaves_the_house_inside_a_transaction(
    gateway: StripeGateway,
    local_stripe: Stripe,
    call: Callable[[StripeGateway], Any],
) -> None:
    with transaction(), pytest.raises(RuntimeError, match="no call leaves the house"):
        call(gateway)

    assert not local_stripe.served.sandbox.api.requests


def test_a_local_stripe_is_asked_past_the_proxy_of_the_environment(
    in_app: Flask, local_stripe: Stripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    connection = Connection("sk_test_platform", base=local_stripe.served.url, retries=0)

    assert StripeGateway(connection, secrets=()).open_intent(intent_asked()).client_secret
    connection.close()


def test_the_real_stripe_is_asked_where_no_other_address_is_given() -> None:
    real = Connection("sk_test_x", base=None)
    local = Connection("sk_test_x", base="http://127.0.0.1:9")

    assert real.v1._requestor._options.base_addresses["api"] == "https://api.stripe.com"
    assert set(local.v1._requestor._options.base_addresses.values()) == {"http://127.0.0.1:9"}
    assert local.v1._requestor._options.max_network_retries == 2
    assert stripe.enable_telemetry is False
