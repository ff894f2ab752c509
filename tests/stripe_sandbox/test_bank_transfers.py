"""A customer transfers money: all of it, a part, too much, or before anybody asked."""

import pytest
import requests
import stripe

EUROS = {"funding_type": "bank_transfer", "currency": "eur", "bank_transfer": {"type": "eu_bank_transfer"}}


@pytest.fixture
def customer(platform):
    return platform.customers.create({"email": "a@example.org"})


@pytest.fixture
def ask(platform, customer):
    """Payments that wait for a bank transfer."""

    def create(amount=10_000, currency="eur"):
        method = {"payment_method_data": {"type": "customer_balance"}, "confirm": True}
        options = {"customer_balance": {"funding_type": "bank_transfer"}}
        given = {"amount": amount, "currency": currency, "customer": customer.id, **method}
        return platform.payment_intents.create({**given, "payment_method_options": options})

    return create


@pytest.fixture
def transfer(platform, customer):
    """Transfers that arrive."""

    def arrive(amount, currency="eur"):
        return platform.test_helpers.customers.fund_cash_balance(customer.id, {"amount": amount, "currency": currency})

    return arrive


def left(intent):
    return intent.next_action.display_bank_transfer_instructions.amount_remaining


def types(platform):
    return [each.type for each in platform.events.list({"limit": 100}).data][::-1]


@pytest.mark.parametrize(
    ("currency", "type"), [("eur", "iban"), ("gbp", "sort_code"), ("jpy", "zengin"), ("mxn", "spei"), ("usd", "aba")]
)
def test_the_customer_learns_where_to_pay(platform, customer, ask, currency, type):
    intent = ask(currency=currency)
    told = intent.next_action.display_bank_transfer_instructions

    assert (intent.status, told.currency, told.amount_remaining) == ("requires_action", currency, 10_000)
    assert told.financial_addresses[0].type == type
    kind = {**EUROS, "currency": currency, "bank_transfer": {"type": told.type}}
    if currency == "eur":
        kind["bank_transfer"]["eu_bank_transfer"] = {"country": "DE"}
    same = platform.customers.funding_instructions.create(customer.id, kind)
    assert same.bank_transfer.financial_addresses[0].to_dict() == told.financial_addresses[0].to_dict()


def test_a_transfer_pays_at_once(platform, ask, transfer):
    intent = ask()
    transfer(10_000)

    paid = platform.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.amount_received, paid.next_action) == ("succeeded", 10_000, None)
    assert paid.latest_charge.payment_method_details.type == "customer_balance"
    assert platform.balance.retrieve().available[0].amount == 10_000 - 320


def test_a_part_is_counted_and_the_rest_still_asked_for(platform, customer, ask, transfer):
    intent = ask()
    transfer(4_000)
    partly = platform.payment_intents.retrieve(intent.id)
    assert (partly.status, left(partly)) == ("requires_action", 6_000)
    assert types(platform)[-1] == "payment_intent.partially_funded"
    assert platform.customers.cash_balance.retrieve(customer.id).available is None

    transfer(7_000)

    assert platform.payment_intents.retrieve(intent.id).status == "succeeded"
    assert platform.customers.cash_balance.retrieve(customer.id).available.to_dict() == {"eur": 1_000}
    moves = platform.customers.cash_balance_transactions.list(customer.id).data
    assert [(each.type, each.net_amount, each.ending_balance) for each in moves] == [
        ("applied_to_payment", -6_000, 1_000),
        ("funded", 7_000, 7_000),
        ("applied_to_payment", -4_000, 0),
        ("funded", 4_000, 4_000),
    ]


def test_the_oldest_payment_is_paid_first(platform, ask, transfer):
    first, second = ask(3_000), ask(3_000)
    transfer(4_000)

    assert platform.payment_intents.retrieve(first.id).status == "succeeded"
    assert left(platform.payment_intents.retrieve(second.id)) == 2_000


def test_money_that_came_before_it_was_asked_for_counts(platform, ask, transfer):
    transfer(10_000)
    assert "cash_balance.funds_available" in types(platform)

    assert ask().status == "succeeded"


def test_a_payment_that_is_called_off_gives_its_part_back(platform, customer, ask, transfer):
    intent = ask()
    transfer(4_000)
    platform.payment_intents.cancel(intent.id)

    assert platform.customers.cash_balance.retrieve(customer.id).available.to_dict() == {"eur": 4_000}
    assert ask(4_000).status == "succeeded"


def test_money_of_another_currency_pays_nothing(platform, ask, transfer):
    intent = ask()
    transfer(10_000, "usd")

    assert left(platform.payment_intents.retrieve(intent.id)) == 10_000


def test_a_customer_transfers_on_the_hosted_page(platform, ask):
    intent = ask()
    url = intent.next_action.display_bank_transfer_instructions.hosted_instructions_url

    assert "100.00 EUR" in requests.get(url, timeout=5).text
    assert "60.00 EUR" in requests.post(url, data={"amount": "4000"}, timeout=5).text
    assert requests.post(url, data={"amount": "-1"}, timeout=5).status_code == 400
    assert "succeeded" in requests.post(url, data={"amount": "6000"}, timeout=5).text
    assert platform.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_transfer_that_cannot_be_is_refused(platform, customer, transfer):
    for amount, currency in ((0, "eur"), (100, "chf")):
        with pytest.raises(stripe.InvalidRequestError):
            transfer(amount, currency)
    with pytest.raises(stripe.InvalidRequestError):
        platform.customers.funding_instructions.create(customer.id, {**EUROS, "currency": "usd"})
    method = {"payment_method_data": {"type": "customer_balance"}, "confirm": True}
    with pytest.raises(stripe.InvalidRequestError):  # nobody to write it down for
        platform.payment_intents.create({"amount": 900, "currency": "eur", **method})


def test_a_customer_with_money_is_not_deleted(platform, customer, transfer):
    transfer(1)

    with pytest.raises(stripe.InvalidRequestError):
        platform.customers.delete(customer.id)


def test_cash_that_is_not_used_goes_back_to_the_customers_bank(platform, customer, transfer, served):
    transfer(4_000)
    asked = {"origin": "customer_balance", "customer": customer.id, "currency": "eur", "amount": 3_000}

    refund = platform.refunds.create({**asked, "metadata": {"for": "too much"}})

    assert (refund.status, refund.charge, refund.balance_transaction) == ("pending", None, None)
    assert platform.customers.cash_balance.retrieve(customer.id).available.to_dict() == {"eur": 1_000}
    [entry, _] = platform.customers.cash_balance_transactions.list(customer.id).data
    assert (entry.type, entry.net_amount, entry.ending_balance) == ("return_initiated", -3_000, 1_000)
    assert platform.balance_transactions.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as beyond:
        platform.refunds.create(asked)
    assert beyond.value.code == "amount_too_large"


def test_cash_that_the_customers_bank_does_not_take_is_in_their_balance_again(platform, customer, transfer, served):
    transfer(4_000)
    asked = {"origin": "customer_balance", "customer": customer.id, "currency": "eur", "amount": 4_000}
    refund = platform.refunds.create(asked)

    requests.post(f"{served.url}/_sandbox/refunds/{refund.id}/fail", json={}, timeout=5)

    assert platform.refunds.retrieve(refund.id).status == "failed"
    assert platform.customers.cash_balance.retrieve(customer.id).available.to_dict() == {"eur": 4_000}


@pytest.mark.parametrize("missing", ["origin", "customer", "currency", "amount"])
def test_a_refund_of_cash_says_whose_and_how_much(platform, customer, missing):
    asked = {"origin": "customer_balance", "customer": customer.id, "currency": "eur", "amount": 4_000}

    with pytest.raises(stripe.InvalidRequestError):
        platform.refunds.create({name: each for name, each in asked.items() if name != missing})
