"""POST /v1/customer/orders/{id}/payment."""

from collections.abc import Callable
from uuid import uuid4

from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel.actor import Role
from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]


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

    reply = as_user(till.customer).post(f"/v1/customer/orders/{order_id}/payment")

    assert (reply.status_code, reply.json["code"]) == (409, "order_not_awaiting_payment")


def test_a_provider_that_is_away_is_said_to_be(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    order_id = till.order({None: 5_000})
    till.stripe.fail("500", "POST", "/v1/payment_intents")
    client = as_user(till.customer)

    assert client.post(f"/v1/customer/orders/{order_id}/payment").json["code"] == "provider_unavailable"
    assert client.post(f"/v1/customer/orders/{order_id}/payment").status_code == 200
    assert till.stripe.count("payment_intent") == 1
