"""Plans of jobs over HTTP: shown, moved, split and laid anew within what was promised, with a history."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.capacity import service as capacity
from marketplace.kernel import clock
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Job, JobState, Order, OrderState
from tests.minutes import broken, from_today, held, in_an_hour

REASON = "The spindle is serviced that day."
BENCH_SETUP_MIN = 10


@pytest.fixture
def owner(make_organisation):
    return make_organisation("Shop", hats=("factory",))


@pytest.fixture
def mill(scene, owner):
    return scene.shop(owner, name="Mill")


@pytest.fixture
def other_mill(scene, owner):
    return scene.shop(owner, name="Other mill", state="draft", open_min=240)


@pytest.fixture
def bench(scene, owner):
    return scene.shop(owner, name="Bench", process="bending", open_min=60, state="draft")


@pytest.fixture
def customer(make_organisation):
    return make_organisation("Customer")


@pytest.fixture
def factory(as_user, owner):
    return as_user(owner)


@pytest.fixture
def job(app, mill, bench, factory, as_user, customer, scene):
    """An accepted job of 40 pieces: milled, a day on the way, then bent for 60 + 50 minutes."""
    step = {"work_centre_id": str(bench.work_centre_id), "setup_min": BENCH_SETUP_MIN, "run_mmin_each": 2_500}
    url = f"/v1/factory/work-centres/{mill.work_centre_id}/onward"
    stated = factory.put(url, json={"steps": [{**step, "transport_days": 1}]}, headers={"If-Match": '"1"'})
    assert stated.status_code == 200, stated.json
    wanted = {"revision_id": str(scene.part(customer).id), "process": "cnc_milling", "material": "aluminium_6061"}
    browser = as_user(customer)
    quote = browser.post("/v1/customer/quotes", json={**wanted, "quantity": 40, "currency": "EUR"}).json
    chosen = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
    placed = browser.post("/v1/customer/orders", json=chosen)
    assert placed.status_code == 201, placed.json
    with app.app_context(), transaction():
        job = session().scalars(select(Job)).one()
        session().get_one(Order, job.order_id).state = OrderState.IN_PRODUCTION
        job.state, job.answer_by = JobState.ACCEPTED, in_an_hour()
        capacity.firm(session().get_one(capacity.Hold, job.hold_id), by=SYSTEM)
    return job


def url(job, what=""):
    return f"/v1/factory/jobs/{job.id}/plan{what}"


def days(operation):
    """Minutes ahead, by days from today."""
    found = Counter()
    for line in operation["ahead"]:
        found[(date.fromisoformat(line["day"]) - from_today(0)).days] += line["minutes"]
    return dict(found)


def change(browser, job, verb, **told):
    return browser.post(url(job, f"/{verb}"), json={"reason": REASON, **told})


def test_a_plan_shows_each_operation_and_until_when_it_may_begin(job, factory, mill, bench):
    plan = factory.get(url(job)).json

    milled, bent = plan["operations"]
    assert (milled["work_centre_id"], bent["work_centre_id"]) == (str(mill.work_centre_id), str(bench.work_centre_id))
    assert (bent["setup_min"], bent["run_min"], bent["transport_days"]) == (10, 100, 1)
    last = max(days(milled))
    assert days(bent) == {last + 2: 60, last + 3: 50}
    assert milled["begun"] == bent["begun"] == []
    assert (plan["is_late"], plan["ships_on"]) == (False, plan["promised_on"])
    assert plan["latest_starts"] == {"1": str(from_today(1)), "2": str(from_today(last + 2))}


def test_an_operation_moves_to_other_days_and_the_next_makes_room(app, job, factory, mill):
    before = factory.get(url(job)).json

    moved = change(factory, job, "move", operation=1, not_before=str(from_today(4)), accepts_delay=True)

    assert moved.status_code == 200, moved.json
    milled, bent = moved.json["operations"]
    assert min(days(milled)) == 4
    assert min(days(bent)) == max(days(milled)) + 2
    assert [sum(days(each).values()) for each in moved.json["operations"]] == [
        sum(days(each).values()) for each in before["operations"]
    ]
    with app.app_context():
        assert held(mill.work_centre_id) == days(milled)
        assert broken() == []


def test_a_promise_is_not_missed_unless_that_is_stated_and_then_the_customer_sees_it(
    app, job, factory, as_user, customer
):
    refused = change(factory, job, "move", operation=1, not_before=str(from_today(4)))

    assert (refused.status_code, refused.json["code"]) == (409, "ship_date_missed")
    promised = date.fromisoformat(refused.json["promised_on"])
    assert refused.json["ships_on"] == str(promised + timedelta(days=3))
    delays = f"/v1/customer/orders/{job.order_id}/delays"
    assert as_user(customer).get(delays).json["items"] == []

    change(factory, job, "move", operation=1, not_before=str(from_today(4)), accepts_delay=True)
    (told,) = as_user(customer).get(delays).json["items"]
    assert (told["job_id"], told["late_days"], told["reason"]) == (str(job.id), 3, REASON)

    change(factory, job, "replan")
    kept, _ = as_user(customer).get(delays).json["items"]
    assert (kept["late_days"], kept["ships_on"]) == (0, str(promised))


def test_a_plan_that_was_late_may_change_without_getting_later(job, factory):
    change(factory, job, "move", operation=1, not_before=str(from_today(4)), accepts_delay=True)

    assert change(factory, job, "move", operation=1, not_before=str(from_today(3))).status_code == 200


def test_delays_are_the_customers_own(job, as_user, make_organisation):
    assert as_user(make_organisation("Other")).get(f"/v1/customer/orders/{job.order_id}/delays").status_code == 404


def test_an_operation_moves_to_another_work_centre_of_the_same_process(app, job, factory, mill, other_mill, bench):
    told = {"operation": 1, "work_centre_id": str(other_mill.work_centre_id), "accepts_delay": True}

    moved = change(factory, job, "move", **told)

    assert moved.status_code == 200, moved.json
    with app.app_context():
        assert held(mill.work_centre_id) == {}
        assert held(other_mill.work_centre_id) == days(moved.json["operations"][0])
        assert broken() == []
    wrong = change(factory, job, "move", operation=1, work_centre_id=str(bench.work_centre_id))
    assert (wrong.status_code, wrong.json["code"]) == (422, "work_centre_cannot")


def test_a_work_centre_elsewhere_does_not_exist(job, factory, scene, make_organisation):
    foreign = scene.shop(make_organisation("Foreign", hats=("factory",)))

    assert change(factory, job, "move", operation=1, work_centre_id=str(foreign.work_centre_id)).status_code == 404


def test_a_split_operation_is_done_at_both_and_set_up_at_both(app, job, factory, mill, other_mill):
    before = factory.get(url(job)).json["operations"][0]
    parts = [
        {"work_centre_id": str(mill.work_centre_id), "pieces": 30},
        {"work_centre_id": str(other_mill.work_centre_id), "pieces": 10},
    ]

    parted = change(factory, job, "split", operation=1, parts=parts)

    assert parted.status_code == 200, parted.json
    milled = parted.json["operations"][0]
    minutes = Counter()
    for line in milled["ahead"]:
        minutes[line["work_centre_id"]] += line["minutes"]
    setup, run = before["setup_min"], before["run_min"]
    assert minutes == {
        str(mill.work_centre_id): setup + -(-run * 30 // 40),
        str(other_mill.work_centre_id): setup + -(-run * 10 // 40),
    }
    with app.app_context():
        assert broken() == []


def test_parts_share_all_pieces(job, factory, mill):
    parts = [{"work_centre_id": str(mill.work_centre_id), "pieces": 39}]

    refused = change(factory, job, "split", operation=1, parts=parts)

    assert (refused.status_code, refused.json["code"], refused.json["left"]) == (422, "shares_impossible", 40)


def test_backwards_the_work_begins_as_late_as_the_promise_allows(app, job, factory):
    change(factory, job, "replan", direction="forward")
    again = change(factory, job, "replan", direction="backward").json

    assert again["ships_on"] == again["promised_on"]
    assert {
        number: str(from_today(min(days(each)))) for number, each in zip("12", again["operations"], strict=True)
    } == (again["latest_starts"])
    with app.app_context():
        assert broken() == []


def test_what_is_begun_stays(app, job, factory, mill):
    with clock.moved_by(timedelta(days=1)):
        milled = factory.get(url(job)).json["operations"][0]
        assert [line["minutes"] for line in milled["begun"]] == [480]
        left = sum(line["minutes"] for line in milled["ahead"])

        moved = change(factory, job, "move", operation=1, not_before=str(from_today(6)), accepts_delay=True).json

        assert moved["operations"][0]["begun"] == milled["begun"]
        assert sum(days(moved["operations"][0]).values()) == left
    with app.app_context():
        assert broken() == []


def test_what_is_over_is_not_moved(job, factory):
    with clock.moved_by(timedelta(days=6)):
        refused = change(factory, job, "move", operation=1)
        assert (refused.status_code, refused.json["code"]) == (409, "operation_over")


def test_days_that_others_hold_are_left_alone(app, job, factory, mill):
    with app.app_context(), transaction():
        others = capacity.hold(mill.work_centre_id, 480 * 2, by=from_today(20), expires_at=in_an_hour())
    taken = sum(days(factory.get(url(job)).json["operations"][0]).values())

    change(factory, job, "move", operation=1, not_before=str(from_today(2)), accepts_delay=True)

    with app.app_context():
        assert sum(held(mill.work_centre_id).values()) == taken + others.minutes
        assert broken() == []


def test_there_is_no_such_operation(job, factory):
    refused = change(factory, job, "move", operation=3)
    assert (refused.status_code, refused.json["code"]) == (422, "operation_unknown")


def test_a_job_is_planned_once_it_is_accepted(app, job, factory):
    with app.app_context(), transaction():
        session().get_one(capacity.Hold, job.hold_id).state = capacity.HoldState.TENTATIVE
        session().get_one(Job, job.id).state = JobState.OFFERED

    refused = change(factory, job, "replan")

    assert (refused.status_code, refused.json["code"]) == (409, "plan_not_open")


def test_every_change_is_kept_with_who_when_from_where_to_where_and_why(job, factory, owner):
    change(factory, job, "replan")
    assert factory.get(url(job, "/changes")).json["items"] == [], "nothing moved, nothing is written"

    change(factory, job, "move", operation=2, not_before=str(from_today(9)), accepts_delay=True)

    (kept,) = factory.get(url(job, "/changes")).json["items"]
    assert (kept["move"], kept["operation"], kept["reason"]) == ("moved", 2, REASON)
    assert kept["changed_by"] == str(owner.user_id)
    assert [line["minutes"] for line in kept["before"]] == [line["minutes"] for line in kept["after"]] == [60, 50]
    assert [line["day"] for line in kept["after"]] == [str(from_today(9)), str(from_today(10))]


def test_releasing_a_moved_hold_gives_back_what_it_holds_now(app, job, factory, mill, other_mill, bench):
    change(factory, job, "move", operation=1, work_centre_id=str(other_mill.work_centre_id), accepts_delay=True)

    with app.app_context(), transaction():
        capacity.release(session().get_one(capacity.Hold, job.hold_id), by=SYSTEM)

    with app.app_context():
        assert [held(shop.work_centre_id) for shop in (mill, other_mill, bench)] == [{}, {}, {}]
        assert broken() == []
