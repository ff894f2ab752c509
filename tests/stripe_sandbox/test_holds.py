"""Money that is held on a card and taken later, in part, or not at all."""

import pytest
import stripe

WEEK = 7 * 24 * 3600


@pytest.fixture
def held(platform):
    """A payment of 10,000 cents that waits to be captured."""
    given = {"amount": 10_000, "currency": "eur", "payment_method": "pm_card_visa", "capture_method": "manual"}
    return platform.payment_intents.create({**given, "confirm": True, "expand": ["latest_charge"]})


def test_a_hold_moves_no_money(platform, held):
    charge = held.latest_charge

    assert (held.status, held.amount_capturable, held.amount_received) == ("requires_capture", 10_000, 0)
    assert (charge.paid, charge.captured, charge.amount_captured, charge.balance_transaction) == (True, False, 0, None)
    assert charge.payment_method_details.card.capture_before == charge.created + WEEK
    assert platform.balance_transactions.list().data == []
    assert platform.events.list().data[0].type == "payment_intent.amount_capturable_updated"
    with pytest.raises(stripe.InvalidRequestError):
        platform.refunds.create({"charge": charge.id})


def test_a_part_is_taken_and_is_all_that_can_be_refunded_or_sent_on(platform, held, maker):
    taken = platform.payment_intents.capture(held.id, {"amount_to_capture": 6_000, "expand": ["latest_charge"]})
    charge = taken.latest_charge

    assert (taken.status, taken.amount_received, taken.amount_capturable) == ("succeeded", 6_000, 0)
    assert (charge.captured, charge.amount_captured) == (True, 6_000)
    assert [each.type for each in platform.events.list().data][:2] == ["payment_intent.succeeded", "charge.captured"]
    assert platform.balance_transactions.list().data[0].amount == 6_000
    send = {"currency": "eur", "destination": maker.id, "source_transaction": charge.id}
    with pytest.raises(stripe.InvalidRequestError):
        platform.transfers.create({**send, "amount": 6_001})
    assert platform.transfers.create(send).amount == 6_000
    assert platform.refunds.create({"charge": charge.id}).amount == 6_000
    assert platform.charges.retrieve(charge.id).refunded is True


@pytest.mark.parametrize("amount", [0, 10_001])
def test_no_more_is_taken_than_is_held(platform, held, amount):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.capture(held.id, {"amount_to_capture": amount})

    assert refused.value.code == "amount_too_large"


def test_what_was_paid_or_never_held_cannot_be_captured(platform, pay, held):
    platform.payment_intents.capture(held.id)

    for intent in (held, pay()):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            platform.payment_intents.capture(intent.id)
        assert refused.value.code == "payment_intent_unexpected_state"


def test_a_hold_is_given_up(platform, held):
    assert platform.payment_intents.cancel(held.id).status == "canceled"

    charge = platform.charges.retrieve(held.latest_charge.id)
    assert (charge.refunded, charge.captured) == (True, False)
    assert platform.balance_transactions.list().data == []


def test_a_hold_ends_after_a_week(platform, held, controls):
    controls("clock", seconds=WEEK)

    ended = platform.payment_intents.retrieve(held.id)
    assert (ended.status, ended.cancellation_reason) == ("canceled", "automatic")
    assert [each.type for each in platform.events.list().data][:2] == ["payment_intent.canceled", "charge.expired"]


def test_what_cannot_be_held_is_refused(platform):
    given = {"amount": 10_000, "currency": "eur", "capture_method": "manual", "confirm": True}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.create(
            {**given, "payment_method_data": {"type": "alipay"}, "return_url": "http://127.0.0.1:1/"}
        )

    assert refused.value.code == "payment_intent_incompatible_payment_method"
