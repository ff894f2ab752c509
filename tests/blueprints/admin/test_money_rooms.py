"""/v1/admin/ledger: staff see every movement, and what needs a person."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]


def test_the_money_of_an_order_is_told_in_full(till: Till, as_user: AsUser, staff: Person) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work()

    told = as_user(staff).get(f"/v1/admin/ledger/orders/{order_id}").json

    assert [each["kind"] for each in told["journals"]] == ["charge", "release", "transfer"]
    for journal in told["journals"]:
        assert sum(line["amount"]["minor"] for line in journal["lines"]) == 0
    [operation] = told["operations"]
    assert (operation["state"], operation["party_id"]) == ("done", str(seller.organisation_id))
    assert operation["amount"]["text"] == "92.00 EUR"


def test_the_trial_balance_sums_to_zero(till: Till, as_user: AsUser, staff: Person) -> None:
    till.paid({None: 5_000})
    till.paid({None: 7_000}, currency="JPY")

    items = as_user(staff).get("/v1/admin/ledger/trial-balance").json["items"]

    for currency in ("EUR", "JPY"):
        assert sum(each["balance"]["minor"] for each in items if each["balance"]["currency"] == currency) == 0
    assert {each["kind"] for each in items} == {"held", "stripe", "stripe_fees"}


def test_what_waits_and_what_failed_is_listed(till: Till, as_user: AsUser, staff: Person) -> None:
    order_id = till.paid({None: 5_000})
    till.refund(order_id)
    client = as_user(staff)

    assert client.get("/v1/admin/ledger/operations").json["items"] == []
    [ready] = client.get("/v1/admin/ledger/operations?state=ready").json["items"]
    [(job_id, payment_id)] = till.sql("select (job_id, payment_id) from job_shares where number = 1")
    assert (ready["kind"], ready["reason"]) == ("refund", f"refund:{job_id}:declined:{payment_id}")
    assert client.get("/v1/admin/ledger/operations?state=lost").status_code == 422


def test_m5_debts_are_listed_with_what_later_payouts_carried(till: Till, as_user: AsUser, staff: Person) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work()
    till.stripe.empty(till.account(seller).provider_id or "")
    till.give_back(order_id, 10_000)
    till.work()
    till.release(till.paid({None: 500, seller: 5_000}))

    [debt] = as_user(staff).get("/v1/admin/ledger/operations?state=debt").json["items"]

    assert (debt["kind"], debt["party_id"]) == ("reversal", str(seller.organisation_id))
    assert (debt["amount"]["minor"], debt["set_off"]["minor"]) == (9_200, 5_000)
    assert "Insufficient funds" in debt["problem"]


def test_what_failed_is_asked_again_for_a_reason(till: Till, as_user: AsUser, staff: Person) -> None:
    order_id = till.paid({None: 5_000})
    till.stripe.client.v1.refunds.create({"payment_intent": till.payment(order_id).intent_id or ""})
    till.refund(order_id)
    till.work()
    client = as_user(staff)
    [failed] = client.get("/v1/admin/ledger/operations").json["items"]
    address = f"/v1/admin/ledger/operations/{failed['id']}/retry"

    assert client.post(address, json={"reason": "too short"}).status_code == 422
    reply = client.post(address, json={"reason": "It was put right at the provider."})

    assert (reply.status_code, reply.json["state"], reply.json["first_sent_at"]) == (200, "ready", None)
    again = client.post(address, json={"reason": "It was put right at the provider."})
    assert (again.status_code, again.json["code"], again.json["state"]) == (409, "operation_not_failed", "ready")
    missing = client.post(f"/v1/admin/ledger/operations/{uuid4()}/retry", json={"reason": "There is no such thing."})
    assert (missing.status_code, missing.json["code"]) == (404, "operation_not_found")
    assert as_user(till.customer).post(address, json={"reason": "I am only a customer."}).status_code == 403


def test_events_set_aside_are_listed_a_page_at_a_time(till: Till, as_user: AsUser, staff: Person) -> None:
    given = {"amount": 700, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    for _ in range(3):
        till.stripe.client.v1.payment_intents.create(given)  # type: ignore[arg-type]
    for event in till.stripe.events("payment_intent.succeeded"):
        till.deliver(event)
    till.work()
    client = as_user(staff)

    seen, cursor = [], None
    while True:
        more = f"&cursor={cursor}" if cursor else ""
        page = client.get(f"/v1/admin/ledger/events?limit=2{more}").json
        seen += [each["id"] for each in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break

    assert len(seen) == len(set(seen)) == 3
    whole = client.get(f"/v1/admin/ledger/events/{seen[0]}").json
    assert (whole["outcome"], whole["payload"]["id"]) == ("unknown", seen[0])
    assert client.get("/v1/admin/ledger/events?cursor=evt_x").json["code"] == "cursor_unknown"
    assert client.get("/v1/admin/ledger/events?state=handled").json["items"] == []


@pytest.mark.parametrize("address", ["orders/{}", "events/{}"])
def test_what_is_not_there_is_not_found(till: Till, as_user: AsUser, staff: Person, address: str) -> None:
    assert as_user(staff).get("/v1/admin/ledger/" + address.format(uuid4())).status_code == 404


@pytest.mark.parametrize(
    "address", ["trial-balance", "operations", "events", "orders/00000000-0000-7000-8000-000000000007", "events/evt_1"]
)
def test_only_staff_look_at_money(till: Till, as_user: AsUser, address: str, client: FlaskClient) -> None:
    assert as_user(till.customer).get(f"/v1/admin/ledger/{address}").status_code == 403
    assert client.get(f"/v1/admin/ledger/{address}").status_code == 401


def test_the_timeline_tells_what_became_of_an_orders_money_in_its_order(
    till: Till, as_user: AsUser, staff: Person
) -> None:
    seller = till.seller()
    order_id = till.paid({None: 800, seller: 9_200})
    till.release(order_id)
    till.work()
    till.give_back(order_id, 1_000)
    till.work()
    client = as_user(staff)

    told = client.get(f"/v1/admin/ledger/orders/{order_id}/timeline").json["items"]

    facts = [each["what"] for each in told if not each["what"].startswith("asked.")]
    assert facts[:3] == ["order.placed", "payment.expected", "moved.captured"]
    assert {fact: facts.count(fact) for fact in facts[2:]} == {
        "moved.captured": 1,
        "moved.paid": 1,
        "moved.offered": 1,
        "posted.charge": 1,
        "posted.release": 1,
        "owed.transfer": 1,
        "posted.transfer": 1,
        "owed.refund": 1,
        "owed.reversal": 1,
        "posted.refund_allocation": 1,
        "posted.refund": 1,
        "posted.reversal": 1,
    }
    assert [each["at"] for each in told] == sorted(each["at"] for each in told)
    assert {each["what"] for each in told} > {"asked.transfer", "asked.refund", "asked.reversal"}
    [charge] = [each for each in told if each["what"] == "posted.charge"]
    assert (charge["amount"]["text"], charge["text"][:4]) == ("100.00 EUR", "txn_")
    assert client.get(f"/v1/admin/ledger/orders/{uuid4()}/timeline").status_code == 404
