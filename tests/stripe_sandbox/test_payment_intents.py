"""A customer pays: by the platform's hand or from the browser, with good cards and bad ones."""

import pytest
import stripe

WHOLE = {
    "amount": 12_345,
    "currency": "EUR",
    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    "transfer_group": "order_7",
    "metadata": {"order": "7", "payment": "8"},
}


def test_an_intent_waits_for_a_payment_method(platform):
    intent = platform.payment_intents.create(WHOLE)

    assert (intent.status, intent.amount, intent.currency, intent.latest_charge) == (
        "requires_payment_method",
        12_345,
        "eur",
        None,
    )
    assert intent.automatic_payment_methods.to_dict() == {"enabled": True, "allow_redirects": "never"}
    assert platform.payment_intents.retrieve(intent.id).to_dict() == intent.to_dict()


def test_a_browser_confirms_with_the_secret_and_sees_only_its_part(platform, browser):
    intent = platform.payment_intents.create(WHOLE)

    seen = browser.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "client_secret": intent.client_secret}
    )

    assert seen.status == "succeeded"
    assert "metadata" not in seen
    assert "latest_charge" not in seen
    assert platform.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize("secret", [{}, {"client_secret": "pi_1_secret_2"}])
def test_a_browser_without_the_secret_may_not_pay(platform, browser, secret):
    intent = platform.payment_intents.create(WHOLE)

    with pytest.raises(stripe.PermissionError):
        browser.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", **secret})

    assert platform.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_a_browser_may_do_nothing_else(browser):
    with pytest.raises(stripe.PermissionError) as refused:
        browser.payment_intents.create(WHOLE)

    assert refused.value.error.code == "secret_key_required"


def test_a_payment_leaves_a_charge_and_a_balance_transaction(platform):
    intent = platform.payment_intents.create(WHOLE)
    platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    paid = platform.payment_intents.retrieve(
        intent.id, {"expand": ["latest_charge.balance_transaction", "payment_method"]}
    )
    charge = paid.latest_charge
    entry = charge.balance_transaction

    assert (paid.status, paid.amount_received) == ("succeeded", 12_345)
    assert (charge.paid, charge.amount_captured, charge.transfer_group) == (True, 12_345, "order_7")
    assert charge.metadata.to_dict() == {"order": "7", "payment": "8"}
    assert (entry.amount, entry.fee, entry.net, entry.source) == (12_345, 388, 11_957, charge.id)
    assert (entry.type, entry.status, entry.fee_details[0].amount) == ("charge", "pending", 388)
    assert paid.payment_method.card.last4 == charge.payment_method_details.card.last4 == "4242"


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_a_declined_card_moves_no_money_and_another_card_may_pay(platform, card, code, decline_code):
    intent = platform.payment_intents.create(WHOLE)

    with pytest.raises(stripe.CardError) as declined:
        platform.payment_intents.confirm(intent.id, {"payment_method": card})

    failed = platform.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (declined.value.http_status, declined.value.code) == (402, code)
    assert getattr(declined.value.error, "decline_code", None) == decline_code
    assert (failed.status, failed.payment_method, failed.last_payment_error.code) == (
        "requires_payment_method",
        None,
        code,
    )
    assert (failed.latest_charge.paid, failed.latest_charge.amount_captured) == (False, 0)
    assert failed.latest_charge.balance_transaction is None
    assert platform.balance_transactions.list().data == []

    paid = platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_mastercard"})
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    assert len(platform.charges.list({"payment_intent": intent.id}).data) == 2


def test_a_paid_intent_is_neither_paid_again_nor_cancelled(platform, pay):
    paid = pay()

    for verb in (platform.payment_intents.confirm, platform.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            verb(paid.id)
        assert refused.value.code == "payment_intent_unexpected_state"
    assert len(platform.charges.list({"payment_intent": paid.id}).data) == 1


def test_a_cancelled_intent_cannot_be_paid(platform):
    intent = platform.payment_intents.create(WHOLE)
    cancelled = platform.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})

    with pytest.raises(stripe.InvalidRequestError):
        platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    assert (cancelled.status, cancelled.cancellation_reason) == ("canceled", "abandoned")
    assert platform.charges.list().data == []


def test_an_intent_with_a_method_is_confirmed_without_naming_it_again(platform):
    intent = platform.payment_intents.create({**WHOLE, "payment_method": "pm_card_amex"})
    assert intent.status == "requires_confirmation"

    paid = platform.payment_intents.confirm(intent.id)

    assert paid.payment_method == intent.payment_method
    assert platform.payment_methods.retrieve(paid.payment_method).card.brand == "amex"


def test_nothing_is_confirmed_without_a_payment_method(platform):
    intent = platform.payment_intents.create(WHOLE)

    for attempt in (
        lambda: platform.payment_intents.confirm(intent.id),
        lambda: platform.payment_intents.create({**WHOLE, "confirm": True}),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            attempt()
        assert refused.value.param == "payment_method"


def test_an_unknown_card_and_an_unknown_intent_do_not_exist(platform):
    intent = platform.payment_intents.create(WHOLE)

    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_gold"})
    assert (refused.value.http_status, refused.value.code) == (400, "resource_missing")

    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.retrieve("pi_nobody")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [
        (0, "eur", "parameter_invalid_integer"),
        (-5, "eur", "parameter_invalid_integer"),
        (49, "eur", "amount_too_small"),
        (49, "jpy", "amount_too_small"),
        (100_000_000, "eur", "amount_too_large"),
        (5_005, "kwd", "parameter_invalid_integer"),
        (5_000, "xxx", None),
    ],
)
def test_amounts_that_no_card_can_be_charged_with_are_refused(platform, amount, currency, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.create({"amount": amount, "currency": currency})

    assert refused.value.code == code


@pytest.mark.parametrize(("currency", "fee"), [("eur", 320), ("jpy", 290), ("kwd", 590)])
def test_the_fee_counts_in_the_minor_unit_of_the_currency(pay, currency, fee):
    entry = pay(10_000, currency).latest_charge.balance_transaction

    assert (entry.fee, entry.net) == (fee, 10_000 - fee)


def test_what_is_confirmed_manually_is_confirmed_by_the_platform(platform, browser):
    intent = platform.payment_intents.create({**WHOLE, "confirmation_method": "manual"})

    with pytest.raises(stripe.InvalidRequestError):
        browser.payment_intents.confirm(
            intent.id, {"payment_method": "pm_card_visa", "client_secret": intent.client_secret}
        )
    assert platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"
