"""/v1/factory/payout-account."""

from collections.abc import Callable

import requests
from flask import Flask
from flask.testing import FlaskClient

from marketplace.audit.models import AuditEvent
from marketplace.kernel.actor import Role
from marketplace.payments.models import PayoutAccount
from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]
ADDRESS = "/v1/factory/payout-account"


def test_a_factory_opens_its_account_and_becomes_able(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    factory = till.world.make_organisation(hats=("factory",))
    client = as_user(factory)
    assert client.get(ADDRESS).json["code"] == "payout_account_missing"

    opened = client.post(ADDRESS)
    again = client.post(ADDRESS)

    assert opened.status_code == again.status_code == 201
    assert not opened.json["may_receive"]
    assert opened.json["provider_id"] == again.json["provider_id"]
    assert till.stripe.count("account") == 1
    assert requests.post(opened.json["onboarding_url"], allow_redirects=False, timeout=10).status_code == 303
    [event] = till.stripe.events("account.updated")
    till.deliver(event)
    till.work()
    assert client.get(ADDRESS).json["may_receive"]


def test_a_crash_between_row_and_account_opens_one(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    factory = till.world.make_organisation(hats=("factory",))
    client = as_user(factory)
    till.stripe.fail("drop_after", "POST", "/v1/accounts")

    assert client.post(ADDRESS).status_code == 503
    assert [each.provider_id for each in till.rows(PayoutAccount)] == [None]
    assert client.post(ADDRESS).status_code == 201
    assert till.stripe.count("account") == 1


def test_a_country_that_the_provider_does_not_serve_is_said(
    app_with_stripe: Flask, till: Till, as_user: AsUser
) -> None:
    factory = till.world.make_organisation(hats=("factory",), country="CN")

    reply = as_user(factory).post(ADDRESS)

    assert (reply.status_code, reply.json["code"]) == (422, "provider_refused")
    assert reply.json["provider_code"] == "country_unsupported"


def test_only_an_owner_says_where_money_goes(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    factory = till.world.make_organisation(hats=("factory",))

    for role in (Role.MANAGER, Role.OPERATOR, Role.VIEWER):
        reply = as_user(till.world.make_member(factory, role)).post(ADDRESS)
        assert (reply.status_code, reply.json["code"]) == (403, "role_too_small")
    assert as_user(till.customer).post(ADDRESS).json["code"] == "hat_missing"
    assert till.stripe.count("account") == 0


def test_opening_an_account_is_written_down_once(app_with_stripe: Flask, till: Till, as_user: AsUser) -> None:
    factory = till.world.make_organisation(hats=("factory",))
    for _ in range(2):
        as_user(factory).post(ADDRESS)

    [act] = till.rows(AuditEvent, verb="payout_account.opened")
    assert (act.organisation_id, act.user_id) == (factory.organisation_id, factory.user_id)
