"""A customer is asked by their bank or wallet, says yes or no, and comes back."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import stripe

BACK = "http://127.0.0.1:1/done?order=7"


@pytest.fixture
def asked(platform):
    """A payment that waits for the customer's word."""

    def create(method="pm_card_authenticationRequired", *, currency="eur", **more):
        named = {"payment_method": method} if method.startswith("pm_") else {"payment_method_data": {"type": method}}
        given = {"amount": 10_000, "currency": currency, "confirm": True, "return_url": BACK, **named}
        return platform.payment_intents.create({**given, **more})

    return create


def address(intent):
    """Where the customer is sent."""
    told = intent.next_action[intent.next_action.type]
    return getattr(told, "url", None) or told.data


def answer(intent, what):
    """The customer's word; what their browser is told when it comes back."""
    came = requests.post(address(intent), data={"do": what}, allow_redirects=False, timeout=5)
    assert came.status_code == 303
    assert came.headers["Location"].startswith(BACK)
    return {name: each[0] for name, each in parse_qs(urlsplit(came.headers["Location"]).query).items()}


def test_three_d_secure_redirects_and_pays_after_a_yes(platform, asked):
    intent = asked()
    assert (intent.status, intent.next_action.type) == ("requires_action", "redirect_to_url")
    assert intent.next_action.redirect_to_url.return_url == BACK
    assert platform.charges.list().data == []
    assert "100.00 EUR" in requests.get(address(intent), timeout=5).text

    told = answer(intent, "approve")

    assert (told["payment_intent"], told["redirect_status"], told["order"]) == (intent.id, "succeeded", "7")
    assert told["payment_intent_client_secret"] == intent.client_secret
    paid = platform.payment_intents.retrieve(intent.id)
    assert (paid.status, paid.next_action, paid.amount_received) == ("succeeded", None, 10_000)


def test_a_no_leaves_the_payment_open_for_another_card(platform, asked):
    intent = asked("pm_card_threeDSecure2Required")
    assert answer(intent, "refuse")["redirect_status"] == "failed"

    failed = platform.payment_intents.retrieve(intent.id)
    assert (failed.status, failed.payment_method) == ("requires_payment_method", None)
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert platform.events.list().data[0].type == "payment_intent.payment_failed"
    assert platform.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


def test_the_customer_answers_once(platform, asked):
    intent = asked()
    answer(intent, "refuse")

    requests.post(address(intent), data={"do": "approve"}, allow_redirects=False, timeout=5)

    assert platform.payment_intents.retrieve(intent.id).status == "requires_payment_method"
    assert platform.charges.list().data == []


def test_a_card_is_declined_after_a_yes(platform, asked):
    intent = asked("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")

    assert answer(intent, "approve")["redirect_status"] == "failed"

    error = platform.payment_intents.retrieve(intent.id).last_payment_error
    assert (error.code, error.decline_code) == ("card_declined", "insufficient_funds")


def test_without_a_way_back_stripes_own_script_asks(asked):
    intent = asked(return_url="http://x", confirm=False)
    assert intent.status == "requires_confirmation"


def test_a_payment_without_a_return_url_says_what_stripes_script_would_open(platform):
    given = {"amount": 900, "currency": "eur", "payment_method": "pm_card_authenticationRequired", "confirm": True}
    intent = platform.payment_intents.create(given)

    assert intent.next_action.type == "use_stripe_sdk"
    page = requests.post(intent.next_action.use_stripe_sdk["stripe_js"], data={"do": "approve"}, timeout=5)
    assert page.status_code == 200
    assert platform.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_held_card_is_asked_too(platform, asked):
    intent = asked(capture_method="manual")
    assert answer(intent, "approve")["redirect_status"] == "succeeded"

    assert platform.payment_intents.retrieve(intent.id).status == "requires_capture"


@pytest.mark.parametrize(
    ("method", "action"), [("alipay", "alipay_handle_redirect"), ("wechat_pay", "wechat_pay_display_qr_code")]
)
def test_a_wallet_pays_after_a_yes(platform, asked, method, action):
    intent = asked(method, currency="cny")
    assert (intent.status, intent.next_action.type) == ("requires_action", action)

    assert answer(intent, "approve")["redirect_status"] == "succeeded"

    paid = platform.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.balance_transaction"]})
    charge = paid.latest_charge
    assert (paid.status, charge.payment_method_details.type) == ("succeeded", method)
    assert charge.id.startswith("py_")
    assert (charge.balance_transaction.type, charge.balance_transaction.reporting_category) == ("payment", "charge")
    refund = platform.refunds.create({"charge": charge.id})
    assert (refund.status, refund.destination_details.type) == ("pending", method)


def test_a_wallet_can_say_no(platform, asked):
    intent = asked("alipay", currency="cny")
    assert answer(intent, "refuse")["redirect_status"] == "failed"

    error = platform.payment_intents.retrieve(intent.id).last_payment_error
    assert error.code == "payment_intent_payment_attempt_failed"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"currency": "bgn"}, "payment_intent_incompatible_payment_method"),
        (
            {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}},
            "payment_intent_incompatible_payment_method",
        ),
        ({"allowed_payment_method_types": ["card"]}, "payment_intent_incompatible_payment_method"),
        ({"return_url": None}, "parameter_missing"),
    ],
)
def test_a_wallet_where_it_cannot_be_used_is_refused(asked, change, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        asked("alipay", **{"currency": "eur", **change})

    assert refused.value.code == code


def test_a_payment_that_nobody_can_make_is_refused(platform):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.create(
            {"amount": 900, "currency": "bgn", "allowed_payment_method_types": ["alipay", "wechat_pay"]}
        )

    assert refused.value.param == "allowed_payment_method_types"


def test_nobody_is_asked_about_what_does_not_exist(served, pay):
    for id in ("pi_nobody", pay().latest_charge.id):
        assert requests.get(f"{served.url}/_sandbox/approve/{id}", timeout=5).status_code == 404
    assert requests.delete(f"{served.url}/_sandbox/approve/pi_1", timeout=5).status_code == 404


def test_a_card_is_saved_for_later_after_a_yes(platform):
    customer = platform.customers.create({"email": "a@example.org"})
    given = {"customer": customer.id, "payment_method": "pm_card_authenticationRequiredOnSetup", "return_url": BACK}
    intent = platform.setup_intents.create({**given, "confirm": True})
    assert intent.status == "requires_action"

    assert answer(intent, "approve")["setup_intent"] == intent.id

    assert platform.setup_intents.retrieve(intent.id).status == "succeeded"
    saved = platform.customers.payment_methods.list(customer.id).data
    assert [each.id for each in saved] == [platform.setup_intents.retrieve(intent.id).payment_method]


def test_a_card_that_is_declined_is_not_saved(platform):
    with pytest.raises(stripe.CardError):
        platform.setup_intents.create({"payment_method": "pm_card_chargeDeclined", "confirm": True})

    failed = platform.setup_intents.list().data[0]
    assert (failed.status, failed.last_setup_error.code) == ("requires_payment_method", "card_declined")
    assert platform.setup_intents.cancel(failed.id).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.setup_intents.confirm(failed.id, {"payment_method": "pm_card_visa"})
    assert refused.value.code == "setup_intent_unexpected_state"


def test_a_no_saves_nothing(platform):
    given = {"payment_method": "pm_card_authenticationRequired", "return_url": BACK, "confirm": True}
    intent = platform.setup_intents.create(given)
    answer(intent, "refuse")

    error = platform.setup_intents.retrieve(intent.id).last_setup_error
    assert error.code == "setup_intent_authentication_failure"
