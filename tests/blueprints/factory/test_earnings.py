"""/v1/factory/payouts: what a seller reads of their money, and how they change where it goes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.kernel import clock
from marketplace.kernel.actor import Role
from marketplace.kernel.transaction import transaction
from marketplace.notifications.models import Notice
from marketplace.notifications.ports import Mail
from marketplace.payments import freezes
from marketplace.payments.models import Freeze, PayoutAccount, Rail
from marketplace.payouts.models import Destination
from marketplace.workflows import notifying
from marketplace.workflows.money import releasing
from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]
ADDRESS = "/v1/factory/payouts"
GERMAN = {"holder": "Feinwerk GmbH", "country": "DE", "iban": "DE89 3704 0044 0532 0130 00"}
CHINESE = {
    "holder": "精工有限公司",
    "country": "CN",
    "account_number": "6222021234567890123",
    "bank_code": "102100099996",
}


@pytest.fixture(autouse=True)
def _at_the_local_stripe(app_with_stripe: Flask) -> None:
    """Ports of the application."""


@pytest.fixture
def factory(till: Till) -> Person:
    return till.world.make_organisation(hats=("factory",))


def set_bank(client: FlaskClient, bank: dict[str, str] | None = GERMAN, **headers: str) -> Any:
    return client.post(f"{ADDRESS}/destinations", json={"bank": bank}, headers=headers)


def first(client: FlaskClient) -> tuple[str, str, int, int]:
    shown = client.get(ADDRESS).json["items"][0]
    return shown["standing"], shown["reason"], shown["owed"]["minor"], shown["sent"]["minor"]


def offered(till: Till, order_id: Any) -> None:
    till.sql("update jobs set state = 'offered' where order_id = :id", id=order_id)


def test_m7_a_seller_reads_of_each_job_why_its_money_is_not_there_yet(till: Till, as_user: AsUser) -> None:
    seller = till.seller(able=False)
    client = as_user(seller)
    order_id = till.paid({None: 800, seller: 9_200})
    offered(till, order_id)
    assert first(client) == ("expected", "not_accepted", 9_200, 0)

    till.release(order_id)
    till.work()
    assert first(client) == ("owed", "account_not_ready", 9_200, 0)

    till.stripe.onboard(till.account(seller).provider_id or "")
    till.deliver(till.stripe.events("account.updated")[-1])
    till.work()
    assert first(client) == ("sent", "sent", 9_200, 9_200)
    assert client.get(ADDRESS).json["items"][0]["reason_text"] == "It was sent."


def test_a_seller_sees_their_own_jobs_only(till: Till, as_user: AsUser) -> None:
    seller, other = till.seller(), till.seller()
    till.release(till.paid({None: 800, seller: 9_200}))

    assert as_user(other).get(ADDRESS).json["items"] == []
    assert as_user(till.customer).get(ADDRESS).json["code"] == "hat_missing"


def test_m5_what_a_seller_owes_is_shown_and_what_carried_it(till: Till, as_user: AsUser) -> None:
    seller = till.seller()
    client = as_user(seller)
    one = till.paid({None: 800, seller: 9_200})
    till.release(one)
    till.work()
    till.stripe.empty(till.account(seller).provider_id or "")
    till.give_back(one, 5_000)
    till.work()

    [debt] = client.get(f"{ADDRESS}/debts").json["items"]
    assert (debt["amount"]["minor"], debt["set_off"]["minor"], debt["left"]["minor"]) == (4_600, 0, 4_600)
    [shown] = client.get(ADDRESS).json["items"]
    assert (debt["job_id"], shown["owed"]["minor"], shown["debt"]["minor"]) == (shown["job_id"], 4_600, 4_600)

    till.release(till.paid({None: 800, seller: 3_000}))
    [later, _] = client.get(ADDRESS).json["items"]
    assert (later["standing"], later["reason"], later["set_off"]["minor"]) == ("sent", "debts_set_off", 3_000)
    [debt] = client.get(f"{ADDRESS}/debts").json["items"]
    assert (debt["set_off"]["minor"], debt["left"]["minor"]) == (3_000, 1_600)


def test_a_bank_account_is_kept_sealed_and_never_shown_again(
    till: Till, factory: Person, as_user: AsUser, caplog: pytest.LogCaptureFixture
) -> None:
    client = as_user(factory)

    reply = set_bank(client, CHINESE)

    assert (reply.status_code, reply.json["shown"], reply.json["rail"]) == (201, "CN 精… …0123", "manual_bank")
    everywhere = "".join(
        [reply.text, client.get(f"{ADDRESS}/destinations").text, client.get("/v1/account/notices").text, caplog.text]
    )
    assert CHINESE["account_number"] not in everywhere
    assert CHINESE["account_number"] not in str(till.sql("select sealed || shown from payout_destinations"))
    assert CHINESE["account_number"] not in str(till.sql("select details::text from audit_events"))
    assert till.rows(PayoutAccount)[0].rail is Rail.MANUAL_BANK


@pytest.mark.parametrize(
    "bank",
    [
        GERMAN | {"iban": "DE88370400440532013000"},
        GERMAN | {"country": "FR"},
        CHINESE | {"bank_code": "1"},
        {"holder": "Nobody", "country": "DE"},
    ],
)
def test_what_can_be_no_bank_account_is_refused(factory: Person, as_user: AsUser, bank: dict[str, str]) -> None:
    reply = set_bank(as_user(factory), bank)

    assert (reply.status_code, reply.json["code"]) == (422, "bank_details_unfit")
    assert "370400440532013000" not in reply.text


def test_only_an_owner_who_has_just_logged_in_says_where_money_goes(
    till: Till, factory: Person, as_user: AsUser
) -> None:
    for role in (Role.MANAGER, Role.OPERATOR):
        assert set_bank(as_user(till.world.make_member(factory, role))).json["code"] == "role_too_small"
    client = as_user(factory)
    token = {"name": "Books", "scopes": ["factory"], "expires_in_days": 1}
    secret = client.post("/v1/developer/tokens", json=token).json["secret"]
    by_token = set_bank(client, Authorization=f"Bearer {secret}")
    with clock.moved_by(timedelta(minutes=16)):
        late = set_bank(client)

    for reply in (by_token, late):
        assert (reply.status_code, reply.json["code"]) == (403, "sign_in_not_fresh")
    assert till.rows(Destination) == []


def test_a_change_is_held_for_three_days_and_told_to_every_owner(till: Till, factory: Person, as_user: AsUser) -> None:
    client, second = as_user(factory), till.world.make_member(factory, Role.OWNER)
    assert set_bank(client).json["held_until"] is None
    as_user(second).patch("/v1/account/notice-settings", json={"wants_mail": False})

    changed = set_bank(client, CHINESE).json

    [freeze] = till.rows(Freeze)
    assert (freeze.organisation_id, freeze.cause) == (factory.organisation_id, changed["id"])
    assert freeze.ends_at is not None
    assert freeze.ends_at - freeze.created_at >= timedelta(hours=71, minutes=59)
    assert len(till.rows(Notice, kind="payout_destination_changed")) == 2
    sent: list[Mail] = []

    class Post:
        def send(self, mail: Mail) -> None:
            sent.append(mail)

    with till.app.app_context():
        notifying.send_mails(post=Post(), public_url="http://127.0.0.1")
    assert sum("was changed" in each.subject for each in sent) == 4  # two changes, two owners


def test_any_owner_calls_a_change_off_and_what_counted_before_counts_again(
    till: Till, factory: Person, as_user: AsUser
) -> None:
    client, second = as_user(factory), as_user(till.world.make_member(factory, Role.OWNER))
    one = set_bank(client).json
    two = set_bank(client, CHINESE).json

    reply = second.post(f"{ADDRESS}/destinations/{two['id']}/call-off")

    assert reply.status_code == 200
    assert reply.json["called_off_at"] is not None
    assert till.rows(Freeze)[0].lifted_at is not None
    assert second.post(f"{ADDRESS}/destinations/{two['id']}/call-off").json["code"] == "destination_settled"
    assert second.post(f"{ADDRESS}/destinations/{one['id']}/call-off").json["code"] == "destination_settled"
    assert till.broken() == []


def test_a_token_does_not_call_a_change_off(till: Till, factory: Person, as_user: AsUser) -> None:
    client = as_user(factory)
    set_bank(client)
    changed = set_bank(client, CHINESE).json
    token = {"name": "Books", "scopes": ["factory"], "expires_in_days": 1}
    secret = client.post("/v1/developer/tokens", json=token).json["secret"]

    reply = client.post(
        f"{ADDRESS}/destinations/{changed['id']}/call-off", headers={"Authorization": f"Bearer {secret}"}
    )

    assert (reply.status_code, reply.json["code"]) == (403, "sign_in_not_fresh")
    assert till.rows(Freeze)[0].lifted_at is None


def test_after_three_days_a_change_counts_and_can_be_called_off_no_more(
    till: Till, factory: Person, as_user: AsUser
) -> None:
    client = as_user(factory)
    set_bank(client)
    changed = set_bank(client, CHINESE).json

    with clock.moved_by(timedelta(hours=73)):
        with till.app.app_context():
            releasing.release_due()
        reply = client.post(f"{ADDRESS}/destinations/{changed['id']}/call-off")

    assert (reply.status_code, reply.json["code"]) == (409, "destination_settled")
    assert till.rows(Freeze)[0].lifted_at is not None


def test_a_change_from_the_provider_to_a_bank_and_back_holds_what_is_sent(till: Till, as_user: AsUser) -> None:
    seller = till.seller()
    client = as_user(seller)
    order_id = till.paid({None: 800, seller: 9_200})
    assert set_bank(client).json["held_until"] is not None

    till.release(order_id)
    till.work()
    assert first(client) == ("owed", "destination_changed", 9_200, 0)
    assert client.get(ADDRESS).json["items"][0]["expected_at"] is not None
    back = set_bank(client, None).json
    assert (back["rail"], back["shown"]) == ("stripe_transfer", till.account(seller).provider_id)

    with till.app.app_context(), transaction(), clock.moved_by(timedelta(hours=73)):
        freezes.lift_ended()
    till.work()
    assert first(client) == ("sent", "sent", 9_200, 9_200)


def test_without_an_account_at_the_provider_money_cannot_be_sent_there(factory: Person, as_user: AsUser) -> None:
    reply = set_bank(as_user(factory), None)

    assert (reply.status_code, reply.json["code"]) == (404, "payout_account_missing")


def test_the_same_change_under_a_key_is_made_once(till: Till, factory: Person, as_user: AsUser) -> None:
    client = as_user(factory)

    replies = [set_bank(client, **{"Idempotency-Key": "move-1"}) for _ in range(3)]

    assert {each.json["id"] for each in replies} == {str(till.rows(Destination)[0].id)}


def test_a_payout_that_came_back_is_shown_and_its_reason(till: Till, as_user: AsUser) -> None:
    seller = till.seller()
    client = as_user(seller)
    till.release(till.paid({None: 800, seller: 9_200}))
    till.work()
    till.stripe.empty(till.account(seller).provider_id or "")
    payout = till.stripe.events("payout.created")[-1]["data"]["object"]["id"]
    till.stripe.control(f"payouts/{payout}/pay")
    till.stripe.control(f"payouts/{payout}/fail", code="account_closed")
    for kind in ("payout.paid", "payout.failed"):
        till.deliver(till.stripe.events(kind)[-1])
    till.work()

    [shown] = client.get(f"{ADDRESS}/bank").json["items"]
    assert (shown["id"], shown["state"], shown["failure"]) == (payout, "failed", "The bank account has been closed.")
    assert client.get("/v1/factory/payout-account").json["trouble"] == "The bank account has been closed."
    till.release(till.paid({None: 800, seller: 3_000}))
    till.work()
    assert first(client) == ("owed", "bank_refuses", 3_000, 0)
