"""POST /v1/customer/orders/{id}/payment."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.actor import Role
from marketplace.payments.models import Method
from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]
PAYS_LATER = "AT611904300234573201"
BUYER = {"name": "Ada Buyer", "email": "ada@buyer.example"}
OPENING, HANDLING = 3, 5
"""Statements that a card costs: to open its payment over HTTP, and to handle the event that it is paid."""


def test_a_customer_opens_a_payment_and_gets_the_same_again(
    app_with_stripe: Flask, till: Till, as_user: AsUser
) -> None:
    order_id = till.order({None: 123_456})
    client = as_user(till.customer)

    first, second = (client.post(f"/v1/customer/orders/{order_id}/payment") for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json == second.json
    assert first.json["amount"] == {"minor": 123_456, "currency": "EUR", "text": "1,234.56 EUR"}
    assert first.json["client_secret"].startswith(first.json["payment_intent"] + "_secret_")
    assert first.json["publishable_key"] == "pk_test_sandbox"
    assert till.stripe.count("payment_intent") == 1


def test_a_stranger_a_viewer_and_a_typo_open_nothing(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    order_id = till.order({None: 5_000})
    address = f"/v1/customer/orders/{order_id}/payment"
    viewer = till.world.make_member(till.customer, Role.VIEWER)

    assert as_user(till.world.make_organisation()).post(address).status_code == 404
    assert as_user(viewer).post(address).json["code"] == "role_too_small"
    assert as_user(till.customer).post(f"/v1/customer/orders/{uuid4()}/payment").status_code == 404
    assert app_with_stripe.test_client().post(address).status_code == 401
    assert till.stripe.count("payment_intent") == 0


def test_a_paid_order_is_not_paid_again(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    order_id = till.paid({None: 5_000})

    for method in ("card", "checkout"):
        reply = as_user(till.customer).post(f"/v1/customer/orders/{order_id}/payment", json={"method": method})
        assert (reply.status_code, reply.json["code"]) == (409, "order_not_awaiting_payment")
        assert (reply.json["payment"], reply.json["detail"]) == (
            "captured",
            "This order is paid; nothing of it is left to pay.",
        )


@pytest.mark.parametrize("method", ["card", "checkout"])
def test_an_order_that_is_not_to_be_paid_any_more_says_why(
    app_with_stripe: Flask, till: Till, as_user: AsUser, method: str
) -> None:
    client = as_user(till.customer)
    cancelled, late = till.order({None: 5_000}), till.order({None: 5_000}, minutes=-1)
    till.cancel(cancelled)

    told = [
        client.post(f"/v1/customer/orders/{each}/payment", json={"method": method}).json for each in (cancelled, late)
    ]

    assert {each["code"] for each in told} == {"order_not_awaiting_payment"}
    assert [each["payment"] for each in told] == ["cancelled", "pending"]
    assert "was called off" in told[0]["detail"]
    assert told[1]["detail"] == "The time to pay this order is over; order again."


def test_a_provider_that_is_away_is_said_to_be(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    order_id = till.order({None: 5_000})
    till.stripe.fail("500", "POST", "/v1/payment_intents")
    client = as_user(till.customer)

    assert client.post(f"/v1/customer/orders/{order_id}/payment").json["code"] == "provider_unavailable"
    assert client.post(f"/v1/customer/orders/{order_id}/payment").status_code == 200
    assert till.stripe.count("payment_intent") == 1


def test_a_customer_chooses_a_page_and_comes_back_paid(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    """The return page alone completes it: no event has come."""
    order_id = till.order({None: 5_000})
    client = as_user(till.customer)
    opened = client.post(f"/v1/customer/orders/{order_id}/payment", json={"method": "checkout"})
    assert opened.status_code == 200, opened.json
    assert (opened.json["method"], opened.json["state"]) == ("checkout", "requires_action")
    assert (opened.json["client_secret"], opened.json["payment_intent"], opened.json["bank_transfer"]) == (None,) * 3
    before = till.stripe.page(opened.json["url"], do="cancel")
    page = urlsplit(before).path
    nobody = app_with_stripe.test_client()
    assert "Not paid yet" in nobody.get(page).text

    back = till.stripe.page(opened.json["url"], do="pay", method="card", card="4242424242424242")

    assert urlsplit(back).path == page
    assert "Your payment has arrived" in nobody.get(page).text
    assert "Your payment has arrived" in nobody.get(page).text
    assert client.get(f"/v1/customer/orders/{order_id}").json["state"] == "paid"
    assert till.broken() == []


def test_what_a_wallet_adds_to_the_address_is_not_left_there(
    app_with_stripe: Flask, till: Till, as_user: AsUser
) -> None:
    order_id = till.order({None: 5_000}, currency="CNY")
    opened = as_user(till.customer).post(f"/v1/customer/orders/{order_id}/payment", json={"method": "alipay"}).json
    back = urlsplit(till.stripe.page(opened["url"], do="approve"))
    assert "client_secret" in back.query
    nobody = app_with_stripe.test_client()

    moved = nobody.get(f"{back.path}?{back.query}")

    assert (moved.status_code, moved.headers["Location"]) == (303, back.path)
    assert "Your payment has arrived" in nobody.get(back.path).text


def test_a_return_page_of_nothing_is_not_found_and_one_without_a_provider_says_to_wait(
    app_with_stripe: Flask, till: Till, as_user: AsUser
) -> None:
    nobody = app_with_stripe.test_client()
    assert nobody.get(f"/pay/{uuid4()}").status_code == 404
    order_id = till.order({None: 5_000})
    as_user(till.customer).post(f"/v1/customer/orders/{order_id}/payment", json={"method": "checkout"})
    [way] = till.ways()
    till.stripe.fail("500", "GET", "/v1/checkout/sessions/*")

    assert "Not paid yet" in nobody.get(f"/pay/{way.id}").text


def test_a_customer_sees_where_to_transfer_and_what_is_left(
    app_with_stripe: Flask, till: Till, as_user: AsUser
) -> None:
    order_id = till.order({None: 5_000})
    client, address = as_user(till.customer), f"/v1/customer/orders/{order_id}/payment"
    opened = client.post(address, json={"method": "invoice"}).json
    assert opened["bank_transfer"]["accounts"][0]["type"] == "iban"
    buyer = till.stripe.served.sandbox.api.world.kind("customer")[-1].id
    till.stripe.client.v1.test_helpers.customers.fund_cash_balance(buyer, {"amount": 2_000, "currency": "eur"})
    till.hear()

    told = client.get(address).json

    assert (told["state"], told["is_awaited"], told["may_try_again"]) == ("partially_funded", True, False)
    [way] = told["ways"]
    assert (way["bank_transfer"]["paid"]["minor"], way["bank_transfer"]["left"]["minor"]) == (2_000, 3_000)
    assert client.post(address).json["bank_transfer"] == way["bank_transfer"]
    refused = client.post(address, json={"method": "card"})
    assert (refused.status_code, refused.json["code"]) == (409, "payment_under_way")


def test_a_customer_sees_which_methods_take_the_currency(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    order_id = till.order({None: 12_340}, currency="KWD")
    client, address = as_user(till.customer), f"/v1/customer/orders/{order_id}/payment"

    told = client.get(address).json

    assert {each["method"] for each in told["methods"] if each["is_possible"]} == {"card", "checkout"}
    assert (told["state"], told["ways"], told["net_terms"]) == ("requires_action", [], None)
    refused = client.post(address, json={"method": "alipay"})
    assert (refused.status_code, refused.json["code"]) == (422, "method_not_for_currency")
    assert client.post(address, json={"method": "cash"}).status_code == 422
    assert client.post(address, json={"way": "card"}).status_code == 422


def nothing_begun(till: Till, order_id: UUID) -> None:
    """The customer has only looked."""


def card_opened(till: Till, order_id: UUID) -> None:
    till.open(order_id)


def card_debited(till: Till, order_id: UUID) -> None:
    """The script offers a debit too, on which a bank is at work now."""
    debit = {"type": "sepa_debit", "sepa_debit": {"iban": PAYS_LATER}, "billing_details": BUYER}
    till.stripe.client.v1.payment_intents.confirm(till.open(order_id).intent_id, {"payment_method_data": debit})
    till.hear()


def page_open(till: Till, order_id: UUID) -> None:
    till.choose(order_id, Method.CHECKOUT)


def page_debited(till: Till, order_id: UUID) -> None:
    url = till.choose(order_id, Method.CHECKOUT).url
    till.stripe.page(url, do="pay", method="sepa_debit", iban=PAYS_LATER)
    till.hear()


def invoiced(till: Till, order_id: UUID) -> None:
    till.choose(order_id, Method.INVOICE)


def partly_transferred(till: Till, order_id: UUID) -> None:
    invoiced(till, order_id)
    buyer = till.stripe.served.sandbox.api.world.kind("customer")[-1].id
    till.stripe.client.v1.test_helpers.customers.fund_cash_balance(buyer, {"amount": 2_000, "currency": "eur"})
    till.hear()


UNDER_WAY = {card_debited: "card", page_debited: "checkout", partly_transferred: "invoice"}
BEGINNINGS = (nothing_begun, card_opened, page_open, invoiced, *UNDER_WAY)


@pytest.mark.parametrize("begun", BEGINNINGS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("method", list(Method))
def test_a_method_is_told_to_be_possible_exactly_where_it_can_be_chosen(
    app_with_stripe: Flask, till: Till, as_user: AsUser, begun: Callable[[Till, UUID], None], method: Method
) -> None:
    order_id = till.order({None: 5_000})
    client, address = as_user(till.customer), f"/v1/customer/orders/{order_id}/payment"
    begun(till, order_id)
    told = client.get(address).json
    [listed] = [each for each in told["methods"] if each["method"] == method]

    chosen = client.post(address, json={"method": method})

    assert listed["is_possible"] is (chosen.status_code == 200), chosen.json
    assert listed["why_not"] == chosen.json.get("detail")
    if begun in UNDER_WAY:
        assert told["state"] in ("processing", "partially_funded")
        assert listed["is_possible"] is (method == UNDER_WAY[begun])
        assert client.get(address).json == told
    else:
        assert listed["is_possible"]


def test_a_method_is_told_with_the_time_that_it_would_have_once_an_invoice_is_left(
    app_with_stripe: Flask, till: Till, as_user: AsUser
) -> None:
    order_id = till.order({None: 5_000}, minutes=24 * 60)
    client, address = as_user(till.customer), f"/v1/customer/orders/{order_id}/payment"
    before = {each["method"]: each["pay_by"] for each in client.get(address).json["methods"]}
    invoice = client.post(address, json={"method": "invoice"}).json["pay_by"]

    told = client.get(address).json
    after = {each["method"]: each["pay_by"] for each in told["methods"]}

    assert told["pay_by"] == invoice == after["invoice"] > before["card"]
    assert after["card"] == before["card"]
    client.post(address, json={"method": "card"})
    assert client.get(address).json["pay_by"] == before["card"]


def test_a_stranger_sees_no_payment(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    order_id = till.order({None: 5_000})
    address = f"/v1/customer/orders/{order_id}/payment"

    assert as_user(till.world.make_organisation()).get(address).status_code == 404
    assert as_user(till.world.make_member(till.customer, Role.VIEWER)).get(address).status_code == 200


def test_a_card_is_paid_with_as_many_statements_as_before(
    app_with_stripe: Flask, till: Till, as_user: AsUser, statements: Callable[[], Any]
) -> None:
    """Other ways to pay cost the card nothing: the same statements to open it, to open it again, and to take it in."""
    order_id = till.order({None: 5_000})
    client, address = as_user(till.customer), f"/v1/customer/orders/{order_id}/payment"
    with statements() as opening:
        opened = client.post(address)
    till.stripe.pay(opened.json["payment_intent"])
    [event] = till.stripe.events("payment_intent.succeeded")
    till.deliver(event)
    with statements() as handling:
        till.handle(event["id"])

    assert (len(opening), len(handling)) == (OPENING, HANDLING)
    assert not any("payment_ways" in each for each in handling)
