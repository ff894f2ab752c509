"""/v1/admin/payouts, /v1/admin/freezes, /v1/admin/payout-schedules: what the staff does about sellers' money."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http.ports import KEY
from marketplace.audit.models import AuditEvent
from marketplace.kernel import clock
from marketplace.notifications.models import Notice
from marketplace.payments.models import Release
from marketplace.workflows.money import paying_out, releasing
from tests.minutes import from_today
from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]
Statements = Callable[[], AbstractContextManager[list[str]]]
ADDRESS = "/v1/admin/payouts"
BANK = {"holder": "Feinwerk GmbH", "country": "DE", "iban": "DE89370400440532013000"}
REASON = "The seller's account was closed."


@pytest.fixture(autouse=True)
def _at_the_local_stripe(app_with_stripe: Flask) -> None:
    """Ports of the application."""


@pytest.fixture
def one(till: Till, as_user: AsUser) -> FlaskClient:
    return as_user(till.world.make_staff())


@pytest.fixture
def two(till: Till, as_user: AsUser) -> FlaskClient:
    return as_user(till.world.make_staff())


@pytest.fixture
def seller(till: Till, as_user: AsUser) -> Person:
    """A factory that is paid by bank, and waits for money."""
    person = till.world.make_organisation(hats=("factory",))
    reply = as_user(person).post("/v1/factory/payouts/destinations", json={"bank": BANK})
    assert reply.status_code == 201, reply.json
    till.release(till.paid({None: 800, person: 9_200}))
    till.work()
    return person


@pytest.fixture
def own_account(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings say from which account sellers are paid."""
    config, ports = app.extensions[KEY]
    known = replace(config, bank_holder="Commonforge", bank_iban="FR1420041010050500013M02606")
    monkeypatch.setitem(app.extensions, KEY, (known, ports))


def reason_of(client: FlaskClient) -> str:
    return str(client.get("/v1/factory/payouts").json["items"][0]["reason"])


def test_a_seller_is_paid_by_bank_from_the_batch_to_the_reference(
    till: Till, seller: Person, one: FlaskClient, two: FlaskClient, as_user: AsUser, own_account: None
) -> None:
    factory = as_user(seller)
    assert reason_of(factory) == "awaiting_batch"
    drawn = one.post(f"{ADDRESS}/batches", json={"currency": "EUR"})
    assert drawn.status_code == 201
    batch, [payment] = f"{ADDRESS}/batches/{drawn.json['id']}", drawn.json["payments"]
    assert reason_of(factory) == "in_batch"
    wanted = {"form": "csv", "pay_on": str(from_today(1))}

    assert one.post(f"{batch}/approve").json["state"] == "draft"
    assert one.post(f"{batch}/approve").json["code"] == "approved_already"
    early = one.post(f"{batch}/file", json=wanted).json
    assert (early["code"], early["state"]) == ("illegal_move", "draft")
    assert early["detail"] == "Two persons have to approve this batch before our bank is told of it."
    payment_of = f"{ADDRESS}/bank-payments/{payment['id']}"
    early = one.post(f"{payment_of}/confirm", json={"bank_reference": "R 0"}).json
    assert "two persons have to approve its batch first" in early["detail"]
    approved = two.post(f"{batch}/approve").json
    assert (approved["state"], len(approved["approvals"])) == ("approved", 2)
    assert reason_of(factory) == "with_our_bank"

    [line] = csv.DictReader(io.StringIO(one.post(f"{batch}/file", json=wanted).text))
    assert (line["iban"], line["amount"], line["payment_id"]) == (BANK["iban"], "92.00", payment["id"])
    message = ElementTree.fromstring(one.post(f"{batch}/file", json=wanted | {"form": "pain_001"}).data)
    assert [each.text for each in message.iter() if each.tag.endswith("}InstdAmt")] == ["92.00"]

    shown = one.post(f"{payment_of}/confirm", json={"bank_reference": "2027030100042"}).json
    assert (shown["state"], shown["bank_reference"]) == ("confirmed", "2027030100042")
    assert one.get(batch).json["state"] == "closed"
    assert "Nothing of this batch is left" in one.post(f"{batch}/file", json=wanted).json["detail"]
    assert reason_of(factory) == "sent"
    assert BANK["iban"] not in one.get(batch).text
    verbs = {each.verb for each in till.rows(AuditEvent)}
    assert {
        "payout_batch.drawn_up",
        "payout_batch.approved",
        "payout_batch.exported",
        "bank_payment.confirmed",
    } <= verbs
    assert till.broken() == []


def approved(one: FlaskClient, two: FlaskClient) -> str:
    """The address of a batch that the bank is to be told of."""
    batch = f"{ADDRESS}/batches/{one.post(f'{ADDRESS}/batches', json={'currency': 'EUR'}).json['id']}"
    assert [each.post(f"{batch}/approve").status_code for each in (one, two)] == [200, 200]
    return batch


def to_noon_of(day: date) -> timedelta:
    """How far away it is: in the middle of a day no test stands between two."""
    return datetime.combine(day, time(12), UTC) - clock.now()


def exports(till: Till) -> int:
    return len(till.rows(AuditEvent, verb="payout_batch.exported"))


@pytest.mark.parametrize("form", ["csv", "pain_001"])
def test_no_bank_is_told_to_pay_on_a_day_that_is_over(
    till: Till, seller: Person, one: FlaskClient, two: FlaskClient, own_account: None, form: str
) -> None:
    batch = approved(one, two)

    with clock.moved_by(to_noon_of(from_today(10))):
        late = one.post(f"{batch}/file", json={"form": form, "pay_on": str(from_today(-1))})
        assert (late.status_code, late.json["code"]) == (422, "pay_day_over")
        assert late.json["today"] == str(from_today(0))
        assert exports(till) == 0
        assert one.post(f"{batch}/file", json={"form": form, "pay_on": str(from_today(0))}).status_code == 200
    assert exports(till) == 1


def test_without_the_account_that_is_paid_from_there_is_a_table_and_no_message(
    till: Till, seller: Person, one: FlaskClient, two: FlaskClient
) -> None:
    batch, wanted = approved(one, two), {"pay_on": str(from_today(1))}

    refused = one.post(f"{batch}/file", json=wanted | {"form": "pain_001"})

    assert (refused.status_code, refused.json["code"]) == (409, "own_account_unknown")
    assert refused.json["missing"] == ["BANK_HOLDER", "BANK_IBAN"]
    assert exports(till) == 0
    assert one.post(f"{batch}/file", json=wanted | {"form": "csv"}).mimetype == "text/csv"


def test_who_approves_reads_of_each_payment_who_gets_it_where_and_for_which_order(
    till: Till, seller: Person, one: FlaskClient, two: FlaskClient
) -> None:
    [name] = till.sql("select name from organisations where id = :id", id=seller.organisation_id)
    [number] = till.sql("select number from orders")
    checked = {"organisation_name": name, "account": "DE F… …3000", "order_number": number}

    def is_checked(payment: dict[str, Any]) -> bool:
        return checked.items() <= payment.items()

    drawn = one.post(f"{ADDRESS}/batches", json={"currency": "EUR"}).json
    batch, [payment] = f"{ADDRESS}/batches/{drawn['id']}", drawn["payments"]
    paid = f"{ADDRESS}/bank-payments/{payment['id']}"
    assert is_checked(payment)
    assert is_checked(one.get(batch).json["payments"][0])
    assert all(is_checked(each.post(f"{batch}/approve").json["payments"][0]) for each in (one, two))
    assert is_checked(one.post(f"{paid}/confirm", json={"bank_reference": "R 2"}).json)
    assert is_checked(one.post(f"{paid}/return", json={"reason": REASON}).json)


def test_p1_a_batch_asks_as_much_however_many_payments_are_in_it(
    till: Till, seller: Person, one: FlaskClient, statements: Statements
) -> None:
    def looked_at() -> tuple[int, int]:
        batch_id = one.post(f"{ADDRESS}/batches", json={"currency": "EUR"}).json["id"]
        with statements() as asked:
            shown = one.get(f"{ADDRESS}/batches/{batch_id}").json
        return len(shown["payments"]), len(asked)

    (alone, asked) = looked_at()
    for _ in range(3):
        till.release(till.paid({None: 800, seller: 9_200}))
    till.work()

    assert alone == 1
    assert looked_at() == (3, asked)


def test_a_payment_that_came_back_is_owed_again_and_told(
    till: Till, seller: Person, one: FlaskClient, two: FlaskClient, as_user: AsUser
) -> None:
    drawn = one.post(f"{ADDRESS}/batches", json={"currency": "EUR"}).json
    for each in (one, two):
        each.post(f"{ADDRESS}/batches/{drawn['id']}/approve")
    paid = f"{ADDRESS}/bank-payments/{drawn['payments'][0]['id']}"
    one.post(f"{paid}/confirm", json={"bank_reference": "R 1"})

    reply = two.post(f"{paid}/return", json={"reason": REASON})

    assert (reply.json["state"], reply.json["problem"]) == ("returned", REASON)
    assert two.post(f"{paid}/return", json={"reason": REASON}).json["code"] == "illegal_move"
    assert reason_of(as_user(seller)) == "bank_refuses"
    assert till.broken() == []


def test_a_batch_is_called_off_with_a_reason(seller: Person, one: FlaskClient) -> None:
    drawn = one.post(f"{ADDRESS}/batches", json={"currency": "EUR"}).json
    batch = f"{ADDRESS}/batches/{drawn['id']}"

    assert one.post(f"{batch}/call-off", json={"reason": "short"}).status_code == 422
    assert one.post(f"{batch}/call-off", json={"reason": REASON}).json["state"] == "called_off"
    late = one.post(f"{batch}/approve").json
    assert (late["code"], late["detail"]) == (
        "illegal_move",
        "Only a draft is approved: what was in it waits for another batch.",
    )
    assert one.post(f"{ADDRESS}/batches", json={"currency": "CNY"}).json["code"] == "nothing_to_pay"
    assert len(one.get(f"{ADDRESS}/batches").json["items"]) == 1


def test_a_payout_that_waits_too_long_is_listed(till: Till, seller: Person, one: FlaskClient) -> None:
    with clock.moved_by(timedelta(days=8)), till.app.app_context():
        paying_out.watch()

    [alert] = one.get(f"{ADDRESS}/alerts").json["items"]
    assert alert["operation_id"] == str(till.operations()[0].id)


def frozen(client: FlaskClient, scope: str, subject: Any = None) -> Any:
    body = {"scope": scope, "subject_id": subject and str(subject), "reason": "Goods are looked into."}
    return client.post("/v1/admin/freezes", json=body)


def test_d1_the_staff_holds_money_back_with_a_reason_that_the_seller_reads(
    till: Till, one: FlaskClient, as_user: AsUser
) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})

    held = frozen(one, "order", order_id)
    till.release(order_id)
    assert held.status_code == 201
    assert reason_of(as_user(seller)) == "staff"
    assert [each.text for each in till.rows(Notice, kind="money_frozen")] == ["Goods are looked into."]
    assert [each["id"] for each in one.get("/v1/admin/freezes").json["items"]] == [held.json["id"]]

    lifted = one.post(f"/v1/admin/freezes/{held.json['id']}/lift", json={"reason": "They are as ordered."})
    till.work()
    assert lifted.json["lifted_at"] is not None
    assert reason_of(as_user(seller)) == "sent"
    assert one.post(f"/v1/admin/freezes/{held.json['id']}/lift", json={"reason": "Once more."}).status_code == 404
    assert {each.organisation_id for each in till.rows(Notice, kind="money_thawed")} == {seller.organisation_id}


def test_a_freeze_names_what_there_is(till: Till, one: FlaskClient) -> None:
    seller = till.seller()
    for scope, subject in (
        ("order", None),
        ("order", seller.organisation_id),
        ("organisation", seller.user_id),
        ("everything", seller.organisation_id),
    ):
        assert frozen(one, scope, subject).json["code"] == "nobody_to_freeze"
    assert frozen(one, "organisation", seller.organisation_id).status_code == 201
    assert frozen(one, "everything").status_code == 201


def test_the_staff_says_when_sellers_are_paid(till: Till, one: FlaskClient, as_user: AsUser) -> None:
    seller = till.seller()
    said = {"organisation_id": str(seller.organisation_id), "days": 7, "reason": "A factory that is new here."}
    assert one.post("/v1/admin/payout-schedules", json=said).status_code == 201
    assert one.post("/v1/admin/payout-schedules", json=said | {"days": 91}).status_code == 422
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)

    client = as_user(seller)
    assert reason_of(client) == "days_after_acceptance"
    assert client.get("/v1/factory/payouts").json["items"][0]["expected_at"] is not None
    assert [each["days"] for each in one.get("/v1/admin/payout-schedules").json["items"]] == [7]
    assert len(till.rows(Notice, kind="payout_schedule_set")) == 1

    one.post("/v1/admin/payout-schedules", json=said | {"days": 0})
    assert till.rows(Release)[0].state == "waiting"  # what is accepted keeps its day
    with clock.moved_by(timedelta(days=8)), till.app.app_context():
        releasing.release_due()
    till.work()
    assert reason_of(client) == "sent"
