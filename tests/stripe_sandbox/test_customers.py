"""Customers and what they pay with."""

import pytest
import stripe

from stripe_sandbox import remembering
from stripe_sandbox.app import create_app
from stripe_sandbox.world import PLATFORM

CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}


@pytest.fixture
def customer(platform):
    return platform.customers.create({"email": "a@example.org", "name": "Ada", "metadata": {"org": "7"}})


def test_a_customer_is_kept_changed_found_and_deleted(platform, customer):
    changed = platform.customers.update(customer.id, {"name": "Ada L.", "metadata": {"org": "", "vat": "DE1"}})

    assert (changed.name, changed.email, changed.metadata.to_dict()) == ("Ada L.", "a@example.org", {"vat": "DE1"})
    told = platform.events.list({"type": "customer.updated"}).data[0].data
    assert told.previous_attributes["name"] == "Ada"
    assert [each.id for each in platform.customers.list({"email": "a@example.org"}).data] == [customer.id]
    assert platform.customers.list({"email": "b@example.org"}).data == []
    assert platform.customers.delete(customer.id).deleted is True
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.customers.retrieve(customer.id)
    assert refused.value.http_status == 404


def test_a_card_is_told_by_its_number_or_token(platform):
    by_number = platform.payment_methods.create({"type": "card", "card": CARD})
    by_token = platform.payment_methods.create({"type": "card", "card": {"token": "tok_mastercard"}})

    assert (by_number.card.last4, by_number.card.exp_year) == ("4242", 2034)
    assert by_token.card.brand == "mastercard"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"exp_year": 1999}, "invalid_expiry_year"),
    ],
)
def test_a_card_that_cannot_be_is_refused(platform, change, code):
    with pytest.raises(stripe.CardError) as refused:
        platform.payment_methods.create({"type": "card", "card": {**CARD, **change}})

    assert (refused.value.http_status, refused.value.code) == (402, code)


def test_a_payment_method_that_is_not_known_is_refused(platform):
    with pytest.raises(stripe.APIError, match="paypal") as refused:
        platform.payment_methods.create({"type": "paypal"})
    assert refused.value.http_status == 501
    for given in ({"type": "card"}, {"type": "card", "card": {"token": "tok_nobody"}}, {"type": "sepa_debit"}):
        with pytest.raises(stripe.InvalidRequestError):
            platform.payment_methods.create(given)


def test_a_card_belongs_to_one_customer(platform, customer):
    other = platform.customers.create({"payment_method": "pm_card_visa"})
    mine = platform.payment_methods.attach("pm_card_amex", {"customer": customer.id})

    assert [each.id for each in platform.payment_methods.list({"customer": customer.id}).data] == [mine.id]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_methods.attach(mine.id, {"customer": other.id})
    assert refused.value.code == "payment_method_unexpected_state"
    assert platform.payment_methods.detach(mine.id).customer is None
    with pytest.raises(stripe.InvalidRequestError):
        platform.payment_methods.detach(mine.id)
    named = platform.payment_methods.update(mine.id, {"billing_details": {"name": "Ada"}})
    assert named.billing_details.name == "Ada"


def test_a_payment_is_a_customers(platform, customer, pay):
    paid = pay(customer=customer.id)
    pay()

    assert [each.id for each in platform.payment_intents.list({"customer": customer.id}).data] == [paid.id]
    assert platform.charges.list({"customer": customer.id}).data[0].payment_intent == paid.id
    with pytest.raises(stripe.InvalidRequestError):
        pay(customer="cus_nobody")


def test_an_intent_is_changed_until_it_is_paid(platform, pay):
    intent = platform.payment_intents.create({"amount": 900, "currency": "eur"})
    changed = platform.payment_intents.update(intent.id, {"amount": 1_000, "payment_method": "pm_card_visa"})
    assert (changed.amount, changed.status) == (1_000, "requires_confirmation")
    assert platform.payment_intents.confirm(intent.id).amount_received == 1_000

    assert platform.payment_intents.update(intent.id, {"metadata": {"a": "b"}}).metadata["a"] == "b"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        platform.payment_intents.update(intent.id, {"amount": 1})
    assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("iban", "status"), [("AT611904300234573201", "succeeded"), ("AT861904300235473202", "requires_payment_method")]
)
def test_a_debit_takes_its_time_and_may_fail(platform, controls, iban, status):
    method = {"type": "sepa_debit", "sepa_debit": {"iban": iban}, "billing_details": {"name": "Ada"}}
    given = {"amount": 900, "currency": "eur", "confirm": True, "payment_method_data": method}
    intent = platform.payment_intents.create({**given, "expand": ["latest_charge"]})
    assert (intent.status, intent.latest_charge.status, intent.latest_charge.paid) == ("processing", "pending", False)
    with pytest.raises(stripe.InvalidRequestError):
        platform.refunds.create({"payment_intent": intent.id})

    controls("clock", seconds=60)

    decided = platform.payment_intents.retrieve(intent.id)
    assert decided.status == status
    last = "payment_intent.succeeded" if status == "succeeded" else "payment_intent.payment_failed"
    assert platform.events.list().data[0].type == last


def test_what_points_at_a_deleted_customer_says_so(platform, customer, pay):
    paid = pay(customer=customer.id)
    draft = platform.invoices.create({"customer": customer.id})
    platform.customers.delete(customer.id)

    shown = platform.payment_intents.retrieve(paid.id, {"expand": ["customer"]}).customer
    assert (shown.id, shown.deleted) == (customer.id, True)
    for refused in (lambda: pay(customer=customer.id), lambda: platform.invoices.finalize_invoice(draft.id)):
        with pytest.raises(stripe.InvalidRequestError):
            refused()
    assert platform.customers.list().data == []


def test_a_deleted_customer_stays_deleted_after_a_restart(served, platform, customer, pay, tmp_path):
    pay(customer=customer.id)
    platform.customers.delete(customer.id)
    remembering.remember(served.sandbox.api, tmp_path / "stripe.json")

    again = create_app().api
    remembering.recall(again, tmp_path / "stripe.json")

    assert again.world.known(customer.id, "customer") is None
    assert again.world.shelf("customer", PLATFORM) == []
