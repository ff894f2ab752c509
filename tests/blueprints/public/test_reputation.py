"""Reputation over HTTP: figures that everybody can reckon again, and the events that made them."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from marketplace.kernel import clock
from marketplace.kernel.database import session
from marketplace.reputation import rules
from marketplace.workflows import measuring_reputation
from tests.blueprints.customer.test_orders import choose, quoted
from tests.blueprints.factory.test_jobs import PARCEL, REASON, pay

pytestmark = pytest.mark.usefixtures("app_with_stripe")


@pytest.fixture
def shop(till, scene):
    return scene.shop(till.seller(), open_min=2_000)


@pytest.fixture
def customer(till, as_user):
    return as_user(till.customer)


@pytest.fixture
def factory(shop, as_user):
    return as_user(shop.owner)


@pytest.fixture
def job(till, scene, shop, customer, factory):
    """Sells a job and takes it through verbs of its factory; (its address for the customer, for the factory)."""

    def job(*verbs):
        quote = quoted(customer, scene.part(till.customer), quantity=5)
        placed = customer.post("/v1/customer/orders", json=choose(quote)).json
        pay(till, customer, placed)
        made = placed["jobs"][0]["id"]
        told = {"ship": PARCEL, "decline": {"reason": REASON}, "give-up": {"reason": REASON}}
        for verb in verbs:
            reply = factory.post(f"/v1/factory/jobs/{made}/{verb}", json=told.get(verb))
            assert reply.status_code == 200, reply.json
        return f"/v1/customer/orders/{placed['id']}/jobs/{made}", f"/v1/factory/jobs/{made}"

    return job


def figures(app, shop):
    shown = app.test_client().get(f"/v1/factories/{shop.owner.organisation_id}/reputation").json
    return {each["name"]: (each["events"], each["own_points"], each["value"]) for each in shown["figures"]}


def test_nothing_is_known_of_a_factory_without_jobs(app, shop):
    assert set(figures(app, shop).values()) == {(0, 0, None)}


def test_what_happened_is_counted_once_and_the_factory_sees_the_events(app, shop, job, customer, factory):
    good, _ = job("accept", "ship")
    customer.post(f"{good}/accept")
    wrong, at_factory = job("accept", "ship")
    customer.post(f"{wrong}/claims", json={"text": "Too wide.", "pieces": 2, "remedy": "remake"})
    factory.post(f"{at_factory}/claims/1/accept")
    factory.post(f"{at_factory}/ship", json=PARCEL)
    job("accept", "give-up")
    job("decline")
    job()

    seen = figures(app, shop)
    assert seen["on_time"] == (3, 20_000, 6_667)
    assert seen["right_first_time"] == (2, 10_000, 5_000)
    assert seen["answer_time"][0] == 4
    own = {each["name"]: each for each in factory.get("/v1/factory/reputation").json["figures"]}
    for name, (number, points, value) in seen.items():
        assert (len(own[name]["events"]), own[name]["value"]) == (number, value)
        assert sum(event["points"] for event in own[name]["events"]) == points
    assert own["right_first_time"]["events"][0]["says"].startswith("a claim was settled")


def test_figures_are_drawn_to_the_marketplaces_mean(app, till, scene, shop, job, as_user):
    for _ in range(2):
        job("accept", "ship")
    newcomer = scene.shop(till.seller(), machine_rate=9_000)
    with app.app_context():
        measuring_reputation.measure_means()

    assert figures(app, newcomer)["on_time"] == (0, 0, 10_000)
    job("accept", "give-up")
    assert figures(app, shop)["on_time"] == (3, 20_000, (20_000 + 10 * 10_000 + 6) // 13)
    with app.app_context():
        measuring_reputation.measure_means()
    shown = app.test_client().get(f"/v1/factories/{newcomer.owner.organisation_id}/reputation").json
    (on_time,) = (each for each in shown["figures"] if each["name"] == "on_time")
    assert (on_time["marketplace_mean"], on_time["value"], shown["prior_weight"]) == (6_667, 6_667, 10)


def test_a_delay_that_the_staff_puts_down_to_the_carrier_does_not_count(app, shop, job, staff, as_user):
    _, at_factory = job("accept", "ship")
    with app.app_context():
        session().execute(text("update jobs set ships_on = current_date - 1"))
        session().commit()
    assert figures(app, shop)["on_time"] == (1, 0, 0)

    desk, found = as_user(staff), {"job_id": at_factory.rpartition("/")[2], "cause": "carrier"}
    assert desk.post("/v1/admin/delays", json=found).status_code == 422
    found["reason"] = "Nobody came to fetch it, says the carrier."
    assert desk.post("/v1/admin/delays", json=found).status_code == 201
    again = desk.post("/v1/admin/delays", json=found)
    assert (again.status_code, again.json["code"]) == (409, "excused_already")
    assert figures(app, shop)["on_time"] == (0, 0, None)


def test_a_question_on_a_remake_does_not_move_what_was_promised_for_the_first_delivery(
    app, till, shop, job, customer, factory, as_user
):
    at_customer, at_factory = job("accept", "ship")
    with app.app_context():
        session().execute(text("update jobs set ships_on = current_date - 1"))
        session().commit()
    customer.post(f"{at_customer}/claims", json={"text": "Too wide.", "pieces": 2, "remedy": "remake"})
    factory.post(f"{at_factory}/claims/1/accept")
    asked = factory.post(f"{at_factory}/questions", json={"text": "With which thread?"})
    assert asked.status_code == 201, asked.json
    with clock.moved_by(timedelta(days=3)):
        answered = as_user(till.customer).post(
            f"{at_customer}/questions/{asked.json['id']}/answer", json={"text": "M6."}
        )
        assert answered.status_code == 200, answered.json

    assert factory.get(at_factory).json["ships_on"] > clock.now().date().isoformat()
    assert figures(app, shop)["on_time"] == (1, 0, 0)


def test_jobs_of_more_than_a_year_ago_and_jobs_given_up_by_their_customers_do_not_count(app, shop, job, customer):
    left, _ = job()
    assert customer.post(f"{left}/cancel", json={"reason": "No longer needed."}).status_code == 200
    assert figures(app, shop)["answer_time"] == (0, 0, None)
    job("accept", "ship")
    assert figures(app, shop)["on_time"][0] == 1
    with clock.moved_by(rules.LOOKED_BACK + timedelta(minutes=5)):
        assert figures(app, shop)["on_time"] == (0, 0, None)


def test_who_is_no_factory_has_no_reputation(app, till):
    reply = app.test_client().get(f"/v1/factories/{till.customer.organisation_id}/reputation")
    assert (reply.status_code, reply.json["code"]) == (404, "factory_not_found")


def test_a_reputation_asks_as_much_however_many_jobs_and_factories_there_are(app, till, scene, shop, job, statements):
    def asked():
        with statements() as sent:
            figures(app, shop)
        return len(sent)

    job("accept", "ship")
    few = asked()
    for _ in range(2):
        job("accept", "ship")
        scene.shop(till.seller(), machine_rate=9_000)
    assert asked() == few
