"""/v1/admin/reconciliations, /differences, /books and the statements of the parties; `flask reconcile`."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from beancount import loader
from flask import Flask
from flask.testing import FlaskClient

from blueprints.http import statements
from marketplace import bootstrap
from marketplace.kernel import clock
from marketplace.orders.models import Order
from tests.marketplace.workflows.test_reconciling import HOOK, books, compare, post_what_never_was
from tests.money import Till
from tests.worlds import Person

AsUser = Callable[[Person], FlaskClient]
__all__ = ["books"]


def test_a_difference_is_seen_explained_and_let_go(books: Till, as_user: AsUser, staff: Person) -> None:
    order_id = books.paid({None: 5_000})
    post_what_never_was(books, order_id)
    run = compare(books)
    client = as_user(staff)

    [listed] = client.get("/v1/admin/reconciliations").json["items"]
    assert listed == client.get(f"/v1/admin/reconciliations/{run.id}").json
    assert (listed["scope"], listed["differences"], listed["opened"]) == ("whole", 1, 1)
    assert listed["totals"][0]["ours"]["minor"] == listed["totals"][0]["theirs"]["minor"] + 777
    [found] = client.get("/v1/admin/differences").json["items"]
    assert (found["kind"], found["about"], found["order_id"]) == ("unknown_there", "txn_nowhere", str(order_id))
    assert (found["ours"]["text"], found["theirs"], found["moves"]) == ("7.77 EUR", None, [])
    assert client.post(f"/v1/admin/differences/{found['id']}/explain", json={"reason": "short"}).status_code == 422

    said = {"reason": "A trial entry of ours, put right tomorrow."}
    explained = client.post(f"/v1/admin/differences/{found['id']}/explain", json=said).json

    [move] = explained["moves"]
    assert (explained["state"], move["by"], move["reason"]) == ("explained", str(staff.user_id), said["reason"])
    assert client.get("/v1/admin/differences").json["items"] == []
    assert client.get("/v1/admin/differences?state=explained").json["items"] == [explained]
    assert client.get(f"/v1/admin/differences?found_in={run.id}").json["items"] == [explained]
    assert client.get(f"/v1/admin/differences/{found['id']}").json == explained
    again = client.post(f"/v1/admin/differences/{found['id']}/explain", json=said)
    assert (again.status_code, again.json["code"]) == (409, "illegal_move")
    assert client.get(f"/v1/admin/differences/{uuid4()}").json["code"] == "difference_not_found"
    assert client.get(f"/v1/admin/reconciliations/{uuid4()}").json["code"] == "reconciliation_not_found"


def test_the_book_is_saved_and_read_elsewhere(books: Till, as_user: AsUser, staff: Person) -> None:
    seller = books.seller()
    books.release(books.paid({None: 800, seller: 9_200}))
    books.work()
    client = as_user(staff)

    text = client.get("/v1/admin/books/beancount")
    table = client.get("/v1/admin/books/journals?first_day=2026-01-01&last_day=2026-12-31")
    statement = client.get(f"/v1/admin/books/parties/{seller.organisation_id}/statement").json
    saved = client.get(f"/v1/admin/books/parties/{seller.organisation_id}/statement/csv")

    assert text.mimetype == "text/plain"
    assert loader.load_string(text.text)[1] == []
    assert (table.status_code, table.mimetype) == (200, "text/csv")
    assert table.text.startswith("at,journal,kind,reference,")
    assert [each["currency"] for each in statement["currencies"]] == ["EUR"]
    assert statement["currencies"][0]["closing"]["minor"] == 0
    assert saved.headers["Content-Disposition"].startswith("attachment; filename=statement-")
    assert client.get("/v1/admin/books/debts").json == {"items": []}
    assert client.get(f"/v1/admin/books/parties/{uuid4()}/statement").status_code == 404
    assert (
        client.get("/v1/admin/books/journals?first_day=2027-02-01&last_day=2027-01-01").json["code"] == "period_unfit"
    )


@pytest.mark.parametrize(
    "room", ["journals", "beancount", "debts", "parties/{party}/statement", "parties/{party}/statement/csv"]
)
def test_what_is_no_parameter_of_a_book_is_refused(room: str, books: Till, as_user: AsUser, staff: Person) -> None:
    path = "/v1/admin/books/" + room.format(party=books.customer.organisation_id)
    client = as_user(staff)

    refused = client.get(f"{path}?since=2026-01-01")

    assert (refused.status_code, refused.json["code"]) == (422, "validation_failed")
    assert client.get(path).status_code == 200


def test_each_side_has_a_statement_of_its_own(books: Till, as_user: AsUser) -> None:
    seller = books.seller()
    order_id = books.paid({None: 800, seller: 9_200})
    books.release(order_id)
    books.work()
    sold, bought = as_user(seller), as_user(books.customer)

    of_factory, of_customer = sold.get("/v1/factory/statement").json, bought.get("/v1/customer/statement").json

    [euro] = of_factory["currencies"]
    assert [(each["kind"], each["amount"]["minor"]) for each in euro["movements"]] == [
        ("release", 9_200),
        ("transfer", -9_200),
    ]
    [paid] = of_customer["currencies"]
    number = books.rows(Order, id=order_id)[0].number
    assert [(each["kind"], each["order_id"], each["order_number"]) for each in paid["movements"]] == [
        ("charge", str(order_id), number)
    ]
    assert {each["order_number"] for each in euro["movements"]} == {number}
    assert paid["closing"]["text"] == "100.00 EUR"
    for client, address in ((sold, "/v1/factory/statement/csv"), (bought, "/v1/customer/statement/csv")):
        saved = client.get(address)
        assert (saved.status_code, saved.mimetype) == (200, "text/csv")
        assert (
            saved.text.splitlines()[0] == "at,kind,reference,order,order_id,currency,amount_minor,amount,balance_minor"
        )
        assert saved.headers["Cache-Control"] == "private, no-store"


@pytest.fixture
def app_at_the_provider(app_with_stripe: Flask, books: Till, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application as the command line finds it; the provider's endpoint is where it should be."""
    monkeypatch.setattr(bootstrap, "HOOK", HOOK.removeprefix("http://127.0.0.1:9"))
    [endpoint] = books.stripe.client.v1.webhook_endpoints.list().data
    address = f"http://127.0.0.1:8000{bootstrap.HOOK}"
    books.stripe.client.v1.webhook_endpoints.update(endpoint.id, {"url": address})
    return app_with_stripe


def test_the_command_ends_with_nothing_to_say(app_at_the_provider: Flask, books: Till) -> None:
    books.paid({None: 5_000})

    with clock.moved_by(timedelta(hours=1)):
        told = app_at_the_provider.test_cli_runner().invoke(args=["reconcile"])

    assert told.exit_code == 0, told.output
    assert "1 movements at the provider, 1 journals of them here" in told.output
    assert "0 differences" in told.output
    assert "need not be here yet" not in told.output


def test_the_command_says_what_is_awaited_of_what_is_not_in_our_books_yet(
    app_at_the_provider: Flask, books: Till
) -> None:
    books.pay(books.order({None: 5_000}))

    told = app_at_the_provider.test_cli_runner().invoke(args=["reconcile"])

    assert told.exit_code == 0, told.output
    assert "  1 at the provider need not be here yet, no difference: younger than 15 minutes, so" in told.output


def test_the_command_fails_on_a_difference_and_says_which(app_at_the_provider: Flask, books: Till) -> None:
    post_what_never_was(books, books.paid({None: 5_000}))

    with clock.moved_by(timedelta(hours=1)):
        told = app_at_the_provider.test_cli_runner().invoke(args=["reconcile"])
        recent = app_at_the_provider.test_cli_runner().invoke(args=["reconcile", "--recent"])

    assert (told.exit_code, recent.exit_code) == (1, 1)
    assert "open      unknown_there txn_nowhere" in told.output
    assert "1 differences, 0 of them found for the first time." in recent.output


def test_the_command_says_that_the_provider_is_away(app_at_the_provider: Flask, books: Till) -> None:
    books.stripe.fail("500", "GET", "/v1/balance_transactions", times=3)

    told = app_at_the_provider.test_cli_runner().invoke(args=["reconcile"])

    assert told.exit_code == 2


def test_the_address_that_is_checked_is_the_one_that_is_served(application: Flask) -> None:
    assert bootstrap.HOOK in {rule.rule for rule in application.url_map.iter_rules() if "POST" in (rule.methods or ())}


def test_a_long_file_waits_on_the_disk(
    books: Till, as_user: AsUser, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.paid({None: 5_000})
    short = as_user(staff).get("/v1/admin/books/journals")
    monkeypatch.setattr(statements, "IN_MEMORY_BYTES", 100)

    with as_user(staff).get("/v1/admin/books/journals") as long:
        assert (long.text, long.content_length) == (short.text, short.content_length)
        assert long.headers["Content-Disposition"] == short.headers["Content-Disposition"]
