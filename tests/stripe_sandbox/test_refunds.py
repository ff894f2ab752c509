"""Customers get money back, never more than they paid."""

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from stripe_sandbox.money import DECIMALS, processing_fee


def test_partial_refunds_add_up_to_the_charge_and_not_beyond(platform, pay):
    paid = pay(10_000)
    first = platform.refunds.create({"payment_intent": paid.id, "amount": 3_000, "reason": "requested_by_customer"})
    platform.refunds.create({"charge": paid.latest_charge.id, "amount": 3_000})

    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.refunds.create({"payment_intent": paid.id, "amount": 4_001})
    assert refused.value.code == "amount_too_large"
    rest = platform.refunds.create({"payment_intent": paid.id})
    charge = platform.charges.retrieve(paid.latest_charge.id)

    assert (first.status, rest.amount, charge.amount_refunded, charge.refunded) == ("succeeded", 4_000, 10_000, True)
    assert len(platform.refunds.list({"payment_intent": paid.id}).data) == 3
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"


def test_the_fee_stays_with_stripe(platform, pay):
    paid = pay(10_000)
    refund = platform.refunds.create({"payment_intent": paid.id})

    entry = platform.refunds.retrieve(refund.id, {"expand": ["balance_transaction"]}).balance_transaction

    assert (entry.net, entry.fee, entry.type) == (-10_000, 0, "refund")
    assert sum(each.net for each in platform.balance_transactions.list().data) == -320


def test_what_was_not_paid_cannot_be_refunded(platform):
    intent = platform.payment_intents.create({"amount": 900, "currency": "eur"})
    with pytest.raises(stripe.InvalidRequestError):
        platform.refunds.create({"payment_intent": intent.id})

    with pytest.raises(stripe.CardError):
        platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_chargeDeclined"})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_not_refundable"


def test_a_refund_names_a_charge_or_an_intent_and_not_both(platform, pay):
    paid = pay()
    for names, code in (
        ({}, "parameter_missing"),
        ({"charge": paid.latest_charge.id, "payment_intent": paid.id}, "parameters_exclusive"),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.refunds.create(names)
        assert refused.value.code == code


@given(st.integers(min_value=1, max_value=99_999_999), st.sampled_from(sorted(DECIMALS)))
@settings(max_examples=200, deadline=None)
def test_the_fee_is_the_nearest_minor_unit(amount, currency):
    exact = 29 * amount + 300 * 10 ** DECIMALS[currency]  # thousandths of the minor unit

    assert abs(1000 * processing_fee(amount, currency) - exact) <= 500


def told(platform, *about):
    """The types of the events about an object, the newest first."""
    return [
        each.type
        for each in platform.events.list({"limit": 100}).data
        if getattr(each.data.object, "id", None) in about
    ]


def test_a_refund_can_fail_after_it_had_succeeded_and_is_owed_again(platform, pay, controls):
    paid = pay(10_000, card="pm_card_refundFail")
    refund = platform.refunds.create({"payment_intent": paid.id, "amount": 4_000})
    assert refund.status == "succeeded"

    controls("clock", seconds=24 * 3600)

    failed = platform.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    charge = platform.charges.retrieve(paid.latest_charge.id)
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert (failed.failure_balance_transaction.net, failed.failure_balance_transaction.type) == (
        4_000,
        "refund_failure",
    )
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert told(platform, refund.id)[:3] == ["charge.refund.updated", "refund.updated", "refund.failed"]
    assert sum(each.net for each in platform.balance_transactions.list().data) == 10_000 - 320
    assert platform.refunds.create({"payment_intent": paid.id}).amount == 10_000


def test_a_pending_refund_succeeds_a_day_later(platform, pay, controls):
    refund = platform.refunds.create({"payment_intent": pay(card="pm_card_pendingRefund").id})
    assert (refund.status, refund.pending_reason) == ("pending", "processing")

    controls("clock", seconds=24 * 3600)

    assert platform.refunds.retrieve(refund.id).status == "succeeded"
    assert told(platform, refund.id)[:2] == ["charge.refund.updated", "refund.updated"]


def test_any_refund_fails_on_request_and_only_once(platform, pay, controls, refused_control):
    refund = platform.refunds.create({"payment_intent": pay().id})

    assert controls(f"refunds/{refund.id}/fail", reason="expired_or_canceled_card")["status"] == "failed"

    assert platform.refunds.retrieve(refund.id).failure_reason == "expired_or_canceled_card"
    assert refused_control(f"refunds/{refund.id}/fail") == 400
    assert refused_control(f"refunds/{refund.id}/succeed") == 400


def test_a_refund_gets_other_metadata(platform, pay):
    refund = platform.refunds.create({"payment_intent": pay().id, "metadata": {"a": "1", "b": "2"}})

    changed = platform.refunds.update(refund.id, {"metadata": {"a": "", "c": "3"}})

    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}
    assert told(platform, refund.id)[:2] == ["charge.refund.updated", "refund.updated"]
