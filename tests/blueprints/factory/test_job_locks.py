"""A job that is to be changed comes with its order, whole and locked, whichever way it is loaded."""

from datetime import timedelta
from uuid import UUID

import pytest

from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.transaction import transaction
from marketplace.orders import making, queries

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Shop", hats=("factory",)))


@pytest.fixture
def order_id(app, make_organisation, as_user, scene, shop) -> UUID:
    """A paid order of one job."""
    customer = make_organisation("Customer")
    browser = as_user(customer)
    wanted = {
        "revision_id": str(scene.part(customer).id),
        "process": "cnc_milling",
        "material": "aluminium_6061",
        "quantity": 3,
        "currency": "EUR",
    }
    quote = browser.post("/v1/customer/quotes", json=wanted).json
    choice = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
    order_id = UUID(browser.post("/v1/customer/orders", json=choice).json["id"])
    with app.app_context(), transaction():
        making.mark_paid(queries.to_change(order_id), by=SYSTEM)
    return order_id


def test_a_factory_takes_makes_and_ships_a_job_over_http(app, as_user, shop, order_id):
    factory = as_user(shop.owner)
    (job,) = factory.get("/v1/factory/jobs").json["items"]
    address = f"/v1/factory/jobs/{job['id']}"

    assert factory.post(f"{address}/accept").json["state"] == "accepted"
    assert factory.post(f"{address}/reports", json={"pieces_done": 3}).json["state"] == "in_production"
    shipped = factory.post(f"{address}/ship", json={"carrier": "DHL", "tracking_number": "JD1"}).json

    assert (shipped["state"], shipped["shipments"][0]["tracking_number"]) == ("shipped", "JD1")
    with app.app_context():
        assert queries.to_change(order_id).state.value == "shipped"


def test_every_job_of_a_loaded_order_knows_its_order(app, order_id):
    with app.app_context(), transaction():
        order = queries.to_change(order_id)
        assert [job.order for job in order.jobs] == [order]


def test_a_job_that_nobody_answers_is_found_when_its_time_has_passed(app, order_id):
    with app.app_context():
        later = clock.now() + timedelta(days=30)
        assert [found for found, _ in queries.unanswered_since(later)] == [order_id]
        assert queries.unanswered_since(clock.now()) == []
