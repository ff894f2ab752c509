"""All accepted jobs of a factory laid together over HTTP."""

from datetime import date, timedelta

import pytest

from marketplace.capacity import service as capacity
from marketplace.kernel.actor import SYSTEM
from marketplace.kernel.database import session
from marketplace.kernel.transaction import transaction
from marketplace.orders.models import Job, JobState, Order, OrderState
from tests.minutes import broken, from_today, in_an_hour

REASON = "A job was cancelled."


@pytest.fixture
def shop(make_organisation, scene):
    return scene.shop(make_organisation("Shop", hats=("factory",)))


@pytest.fixture
def factory(as_user, shop):
    return as_user(shop.owner)


@pytest.fixture
def jobs(app, shop, as_user, make_organisation, scene):
    """Two accepted jobs on one mill, one behind the other."""
    customer = make_organisation("Customer")
    browser, revision = as_user(customer), scene.part(customer)
    for _ in range(2):
        wanted = {"revision_id": str(revision.id), "process": "cnc_milling", "material": "aluminium_6061"}
        quote = browser.post("/v1/customer/quotes", json={**wanted, "quantity": 30, "currency": "EUR"}).json
        chosen = {"lines": [{"quote_id": quote["id"], "offer_id": quote["offers"][0]["id"]}]}
        assert browser.post("/v1/customer/orders", json=chosen).status_code == 201
    with app.app_context(), transaction():
        made = session().query(Job).order_by(Job.ships_on).all()
        for job in made:
            session().get_one(Order, job.order_id).state = OrderState.IN_PRODUCTION
            job.state, job.answer_by = JobState.ACCEPTED, in_an_hour()
            capacity.firm(session().get_one(capacity.Hold, job.hold_id), by=SYSTEM)
    return made


def replan(factory, **told):
    return factory.post("/v1/factory/plan/replan", json={"reason": REASON, **told})


def test_what_stands_well_stays(app, jobs, factory):
    told = replan(factory).json

    assert (told["changed"], told["late_days"]) == (0, 0)
    assert [each["job_id"] for each in told["jobs"]] == [str(job.id) for job in jobs]


def test_jobs_move_up_when_another_has_gone(app, jobs, factory):
    gone, stays = jobs
    with app.app_context(), transaction():
        capacity.release(session().get_one(capacity.Hold, gone.hold_id), by=SYSTEM)

    told = replan(factory).json

    (job,) = told["jobs"]
    assert (told["changed"], job["job_id"]) == (1, str(stays.id))
    assert job["ships_on"] < job["promised_on"]
    kept = factory.get(f"/v1/factory/jobs/{stays.id}/plan/changes").json["items"]
    assert [(each["move"], each["reason"]) for each in kept] == [("replanned", REASON)]
    with app.app_context():
        assert broken() == []


def test_two_jobs_change_places_though_no_day_is_free_for_both(app, jobs, factory):
    """The first was put behind: its promise is missed until both are laid anew."""
    first, second = jobs
    back = {"operation": 1, "not_before": str(from_today(20)), "reason": "Rush.", "accepts_delay": True}
    assert factory.post(f"/v1/factory/jobs/{first.id}/plan/move", json=back).status_code == 200
    assert factory.post(f"/v1/factory/jobs/{second.id}/plan/replan", json={"reason": "Up."}).status_code == 200

    told = replan(factory).json

    assert (told["changed"], told["late_days"]) == (2, 0)
    assert told["late_days_before"] > 0
    assert [date.fromisoformat(each["ships_on"]) for each in told["jobs"]] == [first.ships_on, second.ships_on]
    with app.app_context():
        assert broken() == []


def test_only_ones_own_jobs_are_laid(app, jobs, scene, as_user, make_organisation):
    other = scene.shop(make_organisation("Other", hats=("factory",)))

    assert replan(as_user(other.owner)).json == {"changed": 0, "jobs": [], "late_days": 0, "late_days_before": 0}


def test_a_promise_is_broken_only_if_that_is_stated(app, jobs, factory):
    """By what was promised of both there is one order; with earlier dates for the second it would come first."""
    with app.app_context(), transaction():
        second = session().get_one(Job, jobs[1].id)
        second.ships_on = jobs[0].ships_on - timedelta(days=1)
    before = replan(factory).json
    assert before["changed"] == 0

    after = replan(factory, accepts_delay=True).json

    assert after["late_days"] <= before["late_days"]
    with app.app_context():
        assert broken() == []
