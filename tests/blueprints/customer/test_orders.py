"""Orders over HTTP: the minutes are held once, the price is the quote's, and nobody else sees any of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from blueprints.http.ports import KEY
from marketplace.capacity.models import Hold, HoldState
from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.kernel.money import EXPONENTS
from marketplace.kernel.transaction import transaction
from marketplace.payments.models import Payment, PaymentState
from marketplace.workflows.ordering import checkout
from tools import recompute

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def browser(customer, as_user):
    return as_user(customer)


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Shop", hats=("factory",)))


@pytest.fixture
def quote(browser, shop, scene, customer):
    return quoted(browser, scene.part(customer))


def quoted(browser, revision, **changes):
    wanted = {
        "revision_id": str(revision.id),
        "process": "cnc_milling",
        "material": "aluminium_6061",
        "quantity": 25,
        "currency": "EUR",
    }
    reply = browser.post("/v1/customer/quotes", json={**wanted, **changes})
    assert reply.status_code == 201, reply.json
    return reply.json


def choose(quote, position=0, **more):
    return {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][position]["id"]}], **more}


def held_minutes(app) -> int:
    with app.app_context():
        return (
            session().connection().exec_driver_sql("select coalesce(sum(held_min), 0) from capacity_days").scalar_one()
        )


def test_an_order_holds_exactly_the_minutes_of_its_offer_at_the_price_of_its_quote(app, browser, quote):
    reply = browser.post("/v1/customer/orders", json=choose(quote, purchase_order_number="PO-1"))

    assert reply.status_code == 201, reply.json
    offer = quote["offers"][0]
    assert reply.json["total"] == offer["total"]
    assert reply.json["state"] == "awaiting_payment"
    assert reply.json["purchase_order_number"] == "PO-1"
    assert [line["total_minor"] for line in reply.json["lines"]] == [offer["total"]["minor"]]
    assert [job["state"] for job in reply.json["jobs"]] == ["waiting"]
    assert held_minutes(app) == offer["machine_min"]
    with app.app_context():
        payment = session().query(Payment).one()
        assert (payment.amount_minor, payment.state) == (offer["total"]["minor"], PaymentState.PENDING)
        shares = session().connection().exec_driver_sql("select sum(amount_minor) from job_shares").scalar_one()
        assert shares == offer["total"]["minor"]


def test_q1_ordering_the_same_offer_again_gives_the_same_order(app, browser, quote):
    first = browser.post("/v1/customer/orders", json=choose(quote))
    again = browser.post("/v1/customer/orders", json=choose(quote))

    assert first.json["id"] == again.json["id"]
    assert held_minutes(app) == quote["offers"][0]["machine_min"]


def test_q1_another_offer_of_a_taken_quote_is_refused(browser, scene, make_organisation, customer, shop):
    scene.shop(make_organisation(hats=("factory",)))
    quote = quoted(browser, scene.part(customer))
    browser.post("/v1/customer/orders", json=choose(quote, 0))

    reply = browser.post("/v1/customer/orders", json=choose(quote, 1))
    assert (reply.status_code, reply.json["code"]) == (409, "quote_taken")


def test_q1_an_expired_quote_is_refused(app, customer, as_user, quote):
    with clock.moved_by(timedelta(days=15)):
        reply = as_user(customer).post("/v1/customer/orders", json=choose(quote))

    assert (reply.status_code, reply.json["code"]) == (409, "quote_expired")
    assert reply.json["expired_at"] == quote["expires_at"]
    assert held_minutes(app) == 0


def test_q1_a_superseded_quote_is_refused(browser, quote):
    wanted = {key: quote[key] for key in ("revision_id", "process", "material", "quantity", "currency")}
    browser.post("/v1/customer/quotes", json={**wanted, "supersedes": quote["id"]})

    reply = browser.post("/v1/customer/orders", json=choose(quote))
    assert (reply.status_code, reply.json["code"]) == (409, "quote_superseded")


def test_q1_a_foreign_quote_and_a_foreign_offer_do_not_exist(browser, quote, as_user, make_organisation, scene):
    other = make_organisation("Stranger")
    stranger = as_user(other)
    theirs = quoted(stranger, scene.part(other))

    assert stranger.post("/v1/customer/orders", json=choose(quote)).json["code"] == "quote_not_found"
    mixed = {"lines": [{"quote_id": theirs["id"], "offer_id": quote["offers"][0]["id"]}]}
    assert stranger.post("/v1/customer/orders", json=mixed).json["code"] == "offer_not_found"


@pytest.mark.parametrize(
    ("currency", "total", "to_factory"),
    [("EUR", 20, 10), ("EUR", 150_000_000, 140_000_000), ("KWD", 12_345, 12_340), ("KWD", 12_340, 12_345)],
)
def test_gates_before_money_an_order_that_no_card_can_pay_is_refused(app, browser, quote, currency, total, to_factory):
    with app.app_context(), transaction():
        session().execute(text("update quotes set currency = :currency"), {"currency": currency})
        priced = {"total": total, "factory": to_factory, "fee": total - to_factory}
        session().execute(text("alter table offers disable trigger append_only"))
        session().execute(
            text(
                "update offers set total_minor = :total, factory_minor = :factory, fee_minor = :fee, "
                "low_minor = 0, high_minor = :total"
            ),
            priced,
        )
        session().execute(text("alter table offers enable trigger append_only"))

    reply = browser.post("/v1/customer/orders", json=choose(quote))

    assert (reply.status_code, reply.json["code"]) == (422, "amount_not_payable")
    assert (reply.json["least_minor"], reply.json["total_minor"]) == (50, total)
    assert held_minutes(app) == 0
    assert browser.get(f"/v1/customer/quotes/{quote['id']}").json["state"] == "open"


def test_an_order_of_another_does_not_exist(browser, quote, as_user, make_organisation):
    order = browser.post("/v1/customer/orders", json=choose(quote)).json
    stranger = as_user(make_organisation("Stranger"))

    assert stranger.get(f"/v1/customer/orders/{order['id']}").json["code"] == "order_not_found"
    for verb in ("accept", "cancel"):
        reply = stranger.post(
            f"/v1/customer/orders/{order['id']}/{verb}", json={"reason": "mine now"} if verb == "cancel" else None
        )
        assert reply.status_code == 404
    assert stranger.get("/v1/customer/orders").json["items"] == []


def test_the_last_free_minutes_are_sold_once(app, browser, scene, make_organisation, as_user, customer, quote):
    needed = quote["offers"][0]["machine_min"]
    scene.shop(make_organisation(hats=("factory",)), machine_rate=1, open_min=needed + needed // 2, days=1)
    other = make_organisation("Other")
    rival = as_user(other)
    mine, theirs = quoted(browser, scene.part(customer)), quoted(rival, scene.part(other))

    assert browser.post("/v1/customer/orders", json=choose(mine)).status_code == 201
    reply = rival.post("/v1/customer/orders", json=choose(theirs))
    assert (reply.status_code, reply.json["code"]) == (409, "capacity_taken")
    assert held_minutes(app) == needed
    assert rival.get(f"/v1/customer/quotes/{theirs['id']}").json["state"] == "open", "nothing is left half done"
    assert rival.get("/v1/customer/orders").json["items"] == []


def test_a_listing_that_is_no_longer_live_cannot_be_ordered(app, browser, quote, shop):
    from marketplace.listings.models import Listing, ListingState

    with app.app_context(), transaction():
        session().get_one(Listing, shop.listing_id).state = ListingState.WITHDRAWN

    reply = browser.post("/v1/customer/orders", json=choose(quote))
    assert (reply.status_code, reply.json["code"]) == (409, "listing_not_live")
    assert held_minutes(app) == 0


def test_cancelling_an_unpaid_order_gives_its_minutes_back_once(app, browser, quote):
    order = browser.post("/v1/customer/orders", json=choose(quote)).json

    cancelled = browser.post(f"/v1/customer/orders/{order['id']}/cancel", json={"reason": "Changed my mind."})
    assert cancelled.json["state"] == "cancelled"
    assert held_minutes(app) == 0
    again = browser.post(f"/v1/customer/orders/{order['id']}/cancel", json={"reason": "Again."})
    assert (again.status_code, again.json["code"]) == (409, "not_cancellable")


def test_q1_a_quote_whose_order_was_cancelled_is_not_ordered_again(app, browser, quote):
    order = browser.post("/v1/customer/orders", json=choose(quote)).json
    browser.post(f"/v1/customer/orders/{order['id']}/cancel", json={"reason": "Changed my mind."})

    again = browser.post("/v1/customer/orders", json=choose(quote))

    assert (again.status_code, again.json["code"]) == (409, "quote_taken")
    assert "ask for a new quote" in again.json["detail"]
    assert again.json["order_id"] == order["id"]
    assert held_minutes(app) == 0


def test_q1_a_quote_whose_order_lapsed_is_not_ordered_again(app, browser, quote):
    browser.post("/v1/customer/orders", json=choose(quote))
    with clock.moved_by(timedelta(minutes=61)):
        with app.app_context():
            checkout.cancel_overdue()
        again = browser.post("/v1/customer/orders", json=choose(quote))

    assert (again.status_code, again.json["code"]) == (409, "quote_taken")


def test_an_order_that_is_not_paid_in_time_is_cancelled_by_the_house(app, browser, quote):
    order = browser.post("/v1/customer/orders", json=choose(quote)).json

    with app.app_context():
        checkout.cancel_overdue()
    assert browser.get(f"/v1/customer/orders/{order['id']}").json["state"] == "awaiting_payment"
    with app.app_context(), clock.moved_by(timedelta(minutes=61)):
        checkout.cancel_overdue()
        checkout.cancel_overdue()
    assert browser.get(f"/v1/customer/orders/{order['id']}").json["state"] == "cancelled"
    assert held_minutes(app) == 0
    with app.app_context():
        assert session().query(Hold).one().state is HoldState.RELEASED


def test_goods_cannot_be_accepted_before_they_are_shipped(browser, quote):
    order = browser.post("/v1/customer/orders", json=choose(quote)).json

    reply = browser.post(f"/v1/customer/orders/{order['id']}/accept")
    assert (reply.status_code, reply.json["code"]) == (409, "nothing_to_accept")


def test_a_viewer_looks_and_does_not_order(as_user, make_member, customer, quote):
    from marketplace.kernel.actor import Role

    viewer = as_user(make_member(customer, Role.VIEWER))

    assert viewer.get("/v1/customer/orders").status_code == 200
    reply = viewer.post("/v1/customer/orders", json=choose(quote))
    assert (reply.status_code, reply.json["code"]) == (403, "role_too_small")


def test_the_factory_does_not_see_a_job_before_it_is_paid(as_user, shop, browser, quote):
    browser.post("/v1/customer/orders", json=choose(quote))

    assert as_user(shop.owner).get("/v1/factory/jobs").json["items"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 422), ({"lines": [{"quote_id": "x", "offer_id": "y"}]}, 422), ({"lines": []}, 422), ([], 422), ("text", 422)],
)
def test_a_malformed_order_is_refused(browser, body, status):
    reply = browser.post("/v1/customer/orders", json=body)

    assert reply.status_code == status
    assert reply.json["code"] == "validation_failed"


@pytest.mark.parametrize("currency", sorted(code for code, decimals in EXPONENTS.items() if decimals == 3))
def test_a_quote_in_a_currency_of_three_decimals_can_be_ordered(browser, make_organisation, scene, customer, currency):
    """Cards take steps of ten fils: what a lot costs is rounded up to one, and so is the factory's part."""
    scene.shop(make_organisation("Shop in dinars", hats=("factory",)), currency=currency, machine_rate=6_007)
    quote = quoted(browser, scene.part(customer), currency=currency)

    reply = browser.post("/v1/customer/orders", json=choose(quote))

    assert reply.status_code == 201, reply.json
    assert reply.json["total"] == quote["offers"][0]["total"]
    ((_, beside, tree),) = recompute.price_trees(quote)
    recompute.compare(beside, recompute.amounts(tree, recompute.recomputed(tree)))


def test_a_customer_leaves_only_so_many_orders_unpaid_and_a_verified_business_more(
    app, browser, customer, shop, scene, world, monkeypatch
):
    limits = replace(app.extensions[KEY][0], unpaid_orders=1, unpaid_orders_verified=2)
    monkeypatch.setitem(app.extensions, KEY, (limits, app.extensions[KEY][1]))
    part = scene.part(customer)
    first, second, third = (quoted(browser, part, quantity=1) for _ in range(3))
    assert browser.post("/v1/customer/orders", json=choose(first)).status_code == 201

    refused = browser.post("/v1/customer/orders", json=choose(second))
    assert (refused.status_code, refused.json["code"]) == (409, "too_many_unpaid_orders")
    assert (refused.json["unpaid"], refused.json["most"]) == (1, 1)
    again = browser.post("/v1/customer/orders", json=choose(first))
    assert again.status_code == 201  # the same order once more is no further one

    world.verify(customer)
    second = browser.post("/v1/customer/orders", json=choose(second))
    assert second.status_code == 201
    assert browser.post("/v1/customer/orders", json=choose(third)).json["most"] == 2

    assert (
        browser.post(f"/v1/customer/orders/{second.json['id']}/cancel", json={"reason": "Not now."}).status_code == 200
    )
    assert browser.post("/v1/customer/orders", json=choose(third)).status_code == 201


def test_the_unpaid_orders_of_others_are_not_counted(
    app, browser, customer, shop, scene, make_organisation, as_user, monkeypatch
):
    limits = replace(app.extensions[KEY][0], unpaid_orders=1)
    monkeypatch.setitem(app.extensions, KEY, (limits, app.extensions[KEY][1]))
    other = make_organisation("Other")
    theirs = quoted(as_user(other), scene.part(other), quantity=1)
    ours = quoted(browser, scene.part(customer), quantity=1)
    assert as_user(other).post("/v1/customer/orders", json=choose(theirs)).status_code == 201

    assert browser.post("/v1/customer/orders", json=choose(ours)).status_code == 201
